package cairn.interop.torch;

import cairn.state.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a pickle of protocol 2 with dicts, lists, tuples, numbers, texts and tensors, as {@link Unpickler} reads it. The numbers of the
 * tensors are not in it: each is a storage of its own, numbered in the order of writing.
 */
final class Pickler {
    /** A tuple, which is no list to Python. */
    record Tuple(List<Object> items) {
    }

    /** A dict that is a {@code collections.OrderedDict}, as a model's state dict is. */
    record Ordered(Map<String, ?> entries) {
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Value.Tensor> storages = new ArrayList<>();

    private Pickler() {
    }

    /**
     * A pickle, and the numbers of its tensors.
     *
     * @param storages of which number i is the entry {@code data/i}
     */
    record Pickle(byte[] bytes, List<Value.Tensor> storages) {
    }

    static Pickle of(Object root) {
        Pickler pickler = new Pickler();
        pickler.out.write(0x80); // PROTO
        pickler.out.write(2);
        pickler.write(root);
        pickler.out.write('.'); // STOP
        return new Pickle(pickler.out.toByteArray(), pickler.storages);
    }

    private void write(Object object) {
        if (object == null) {
            out.write('N'); // NONE
        } else if (object instanceof Boolean is) {
            out.write(is ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
        } else if (object instanceof Long number) {
            write(number.longValue());
        } else if (object instanceof Double number) {
            out.write('G'); // BINFLOAT
            out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(0, number).array());
        } else if (object instanceof String text) {
            write(text);
        } else if (object instanceof Value.Tensor tensor) {
            write(tensor);
        } else if (object instanceof Ordered dict) {
            orderedDict();
            entries(dict.entries());
        } else if (object instanceof Map<?, ?> dict) {
            out.write('}'); // EMPTY_DICT
            entries(dict);
        } else if (object instanceof Tuple tuple) {
            tuple(tuple.items());
        } else {
            out.write(']'); // EMPTY_LIST
            out.write('('); // MARK
            ((List<?>) object).forEach(this::write);
            out.write('e'); // APPENDS
        }
    }

    private void entries(Map<?, ?> entries) {
        out.write('('); // MARK
        entries.forEach((key, value) -> {
            write(key);
            write(value);
        });
        out.write('u'); // SETITEMS
    }

    private void tuple(List<?> items) {
        out.write('('); // MARK
        items.forEach(this::write);
        out.write('t'); // TUPLE
    }

    private void write(long number) {
        if (number >= 0 && number < 1 << 8) {
            out.write('K'); // BININT1
            out.write((int) number);
        } else if (number == (int) number) {
            out.write('J'); // BININT
            little(Integer.BYTES, number);
        } else {
            out.write(0x8a); // LONG1
            out.write(Long.BYTES);
            little(Long.BYTES, number);
        }
    }

    private void write(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write('X'); // BINUNICODE
        little(Integer.BYTES, utf8.length);
        out.writeBytes(utf8);
    }

    private void little(int bytes, long number) {
        out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, number).array(), 0, bytes);
    }

    private void global(String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII)); // GLOBAL
    }

    private void orderedDict() {
        global("collections", "OrderedDict");
        out.write(')'); // EMPTY_TUPLE
        out.write('R'); // REDUCE
    }

    /** _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks). */
    private void write(Value.Tensor tensor) {
        long[] shape = tensor.shape();
        Long[] strides = new Long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(shape[i], 1);
        }
        global("torch._utils", "_rebuild_tensor_v2");
        out.write('('); // MARK
        out.write('('); // MARK
        write("storage");
        global("torch", switch (tensor.type()) {
            case F64 -> "DoubleStorage";
            case I64 -> "LongStorage";
            case F32 -> "FloatStorage";
            case I32 -> "IntStorage";
            case U8 -> "ByteStorage";
        });
        write(Integer.toString(storages.size()));
        write("cpu");
        write(tensor.size());
        out.write('t'); // TUPLE
        out.write('Q'); // BINPERSID
        write(0L);
        tuple(Arrays.stream(shape).boxed().toList());
        tuple(List.of(strides));
        write(false);
        orderedDict();
        out.write('t'); // TUPLE
        out.write('R'); // REDUCE
        storages.add(tensor);
    }
}

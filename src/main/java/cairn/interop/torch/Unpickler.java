package cairn.interop.torch;

import cairn.interop.file.ForeignFileException;
import cairn.interop.torch.Pickled.Dict;
import cairn.interop.torch.Pickled.Global;
import cairn.interop.torch.Pickled.Items;
import cairn.interop.torch.Pickled.Nothing;
import cairn.interop.torch.Pickled.Shown;
import cairn.interop.torch.Pickled.Storage;
import cairn.interop.torch.Pickled.View;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of protocol 2 that holds tensors, numbers, texts, lists and dicts. It is a machine with a stack and a memo; the operations
 * are those of {@code torch/_weights_only_unpickler.py}, without the one that makes objects (NEWOBJ), which state dicts do not need. Source
 * of the operations: Python's {@code Lib/pickletools.py}.
 *
 * <p>It does not recurse, and each operation adds at most one object, so that it needs no more than a few dozen bytes for each byte read.
 */
final class Unpickler {
    private static final int LONGEST_NAME = 512;
    /**
     * More lists, dicts and tensors, or more places in the memo, than files of weights have: ten million of them would fill a small heap.
     */
    private static final int MOST_OBJECTS = 2_000_000;
    private static final int MOST_OPERATIONS = 8_000_000;

    private final String file;
    private final ByteBuffer in;
    private final List<Object> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private int objects;

    private Unpickler(String file, ByteBuffer in) {
        this.file = file;
        this.in = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @throws ForeignFileException if it is damaged, or has an operation or a name that is not in the closed lists */
    static Object read(String file, ByteBuffer pickle) throws ForeignFileException {
        Unpickler machine = new Unpickler(file, pickle);
        try {
            for (int operations = 0; machine.step(); operations++) {
                if (operations > MOST_OPERATIONS) {
                    throw new IllegalArgumentException("has more than " + MOST_OPERATIONS + " operations");
                }
            }
            return machine.pop();
        } catch (RuntimeException e) {
            throw ForeignFileException.because(file, machine.where(), e);
        }
    }

    private String where() {
        return "data.pkl, byte " + in.position();
    }

    private boolean step() throws ForeignFileException {
        int operation = in.get() & 0xff;
        switch (operation) {
            case 0x80 -> in.get(); // PROTO
            case '.' -> { // STOP
                return false;
            }
            case '(' -> marks.push(stack.size()); // MARK
            case 'N' -> stack.add(Nothing.NONE);
            case 0x88 -> stack.add(true); // NEWTRUE
            case 0x89 -> stack.add(false); // NEWFALSE
            case 'J' -> stack.add((long) in.getInt()); // BININT
            case 'K' -> stack.add(in.get() & 0xffL); // BININT1
            case 'M' -> stack.add(in.getShort() & 0xffffL); // BININT2
            case 0x8a -> stack.add(integer(bytes(in.get() & 0xff))); // LONG1
            case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(in.getLong()))); // BINFLOAT, big-endian
            case 'X' -> stack.add(text(bytes(in.getInt()))); // BINUNICODE
            case 'U' -> stack.add(text(bytes(in.get() & 0xff))); // SHORT_BINSTRING
            case '}' -> add(new Dict()); // EMPTY_DICT
            case ']' -> add(new Items(List.of(), true)); // EMPTY_LIST
            case 0x8f, ')' -> add(new Items(List.of(), false)); // EMPTY_SET, EMPTY_TUPLE
            case 't' -> add(new Items(sinceMark(), false)); // TUPLE
            case 0x85, 0x86, 0x87 -> add(new Items(last(operation - 0x84), false)); // TUPLE1, TUPLE2, TUPLE3
            case 's' -> put(last(2)); // SETITEM
            case 'u' -> put(sinceMark()); // SETITEMS
            case 'a' -> append(last(1)); // APPEND
            case 'e' -> append(sinceMark()); // APPENDS
            case 'q' -> remember(in.get() & 0xff); // BINPUT
            case 'r' -> remember(in.getInt()); // LONG_BINPUT
            case 'h' -> stack.add(remembered(in.get() & 0xff)); // BINGET
            case 'j' -> stack.add(remembered(in.getInt())); // LONG_BINGET
            case 'c' -> stack.add(Globals.named(file, where(), line(), line())); // GLOBAL
            case 'Q' -> add(storage((Items) pop())); // BINPERSID
            case 'R' -> { // REDUCE
                List<Object> call = last(2);
                add(Globals.call((Global) call.get(0), ((Items) call.get(1)).items));
            }
            case 'b' -> build(pop()); // BUILD
            default -> throw new ForeignFileException(file, where(), "the pickle operation 0x" + Integer.toHexString(operation)
                    + " is not one that torch.save uses for tensors", "Save the model's state_dict() by torch.save, with its own pickle "
                    + "protocol.");
        }
        return true;
    }

    private byte[] bytes(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("expected " + Integer.toUnsignedLong(length) + " bytes, " + in.remaining() + " are left");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** A whole number in two's complement, little-endian; one that is too large for a long is only shown. */
    private static Object integer(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        BigInteger n = reversed.length == 0 ? BigInteger.ZERO : new BigInteger(reversed);
        return n.bitLength() < Long.SIZE ? (Object) n.longValue() : new Shown(n.toString());
    }

    private String line() {
        int begin = in.position();
        while (in.get() != '\n') {
            if (in.position() - begin > LONGEST_NAME) {
                throw new IllegalArgumentException("a name has more than " + LONGEST_NAME + " bytes");
            }
        }
        byte[] name = new byte[in.position() - 1 - begin];
        in.get(begin, name);
        return text(name);
    }

    private Object top() {
        requireAboveMark(1);
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        return last(1).get(0);
    }

    /** Takes {@code n} objects from the stack. */
    private List<Object> last(int n) {
        requireAboveMark(n);
        List<Object> part = stack.subList(stack.size() - n, stack.size());
        List<Object> taken = new ArrayList<>(part);
        part.clear();
        return taken;
    }

    private void requireAboveMark(int n) {
        if (stack.size() - (marks.isEmpty() ? 0 : marks.peek()) < n) {
            throw new IllegalArgumentException("expected " + n + " objects on the stack, found fewer");
        }
    }

    private List<Object> sinceMark() {
        List<Object> part = stack.subList(marks.pop(), stack.size());
        List<Object> taken = new ArrayList<>(part);
        part.clear();
        return taken;
    }

    private void add(Object object) {
        if (++objects > MOST_OBJECTS) {
            throw new IllegalArgumentException("has more than " + MOST_OBJECTS + " objects");
        }
        stack.add(object);
    }

    private void remember(int index) {
        memo.put(index, top());
        if (memo.size() > MOST_OBJECTS) {
            throw new IllegalArgumentException("remembers more than " + MOST_OBJECTS + " objects");
        }
    }

    private Object remembered(int index) {
        Object object = memo.get(index);
        if (object == null) {
            throw new IllegalArgumentException("the memo has no object " + Integer.toUnsignedLong(index));
        }
        return object;
    }

    private void put(List<Object> keysAndValues) {
        Dict dict = (Dict) top();
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            dict.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private void append(List<Object> items) {
        Items list = (Items) top();
        if (!list.grows) {
            throw new IllegalArgumentException("something is appended to a tuple");
        }
        list.items.addAll(items);
    }

    /** ('storage', class of the storage, key, device, number of elements), as {@code persistent_id} in torch/serialization.py writes it. */
    private Storage storage(Items id) {
        List<Object> parts = id.items;
        if (parts.size() != 5 || !parts.get(0).equals("storage")) {
            throw new IllegalArgumentException("expected the id of a storage in 5 parts");
        }
        Global type = (Global) parts.get(1);
        String key = (String) parts.get(2);
        long size = (Long) parts.get(4);
        if (type.kind() != Globals.Kind.STORAGE || size < 0 || key.length() > 10 || !key.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("expected a storage with a key of digits and a size, found " + type.name() + " " + key + " "
                    + size);
        }
        return new Storage(key, Globals.isUntyped(type) ? List.of() : List.of(type.type()), size);
    }

    /** Attributes of a dict or a tensor, such as the versions of the modules, which are not needed. */
    private void build(Object attributes) {
        if (!(top() instanceof Dict || top() instanceof View) || !(attributes instanceof Dict || attributes instanceof Items)) {
            throw new IllegalArgumentException("an object is built that is neither a dict nor a tensor");
        }
    }
}

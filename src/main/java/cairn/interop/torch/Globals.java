package cairn.interop.torch;

import cairn.interop.file.FileTensor;
import cairn.interop.file.FileTensor.Type;
import cairn.interop.file.ForeignFileException;
import cairn.interop.torch.Pickled.Dict;
import cairn.interop.torch.Pickled.Global;
import cairn.interop.torch.Pickled.Items;
import cairn.interop.torch.Pickled.Shown;
import cairn.interop.torch.Pickled.Storage;
import cairn.interop.torch.Pickled.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fixed table of the classes and functions that a pickle may name, after {@code torch/_weights_only_unpickler.py}. A name is a key of
 * this table and nothing else: no class is looked up by it.
 */
final class Globals {
    /** What a name stands for. */
    enum Kind { ORDERED_DICT, COUNTER, SET, STORAGE, TENSOR, OLD_TENSOR, TYPED_TENSOR, PARAMETER, SUBCLASS, SHOWN, DTYPE, CLASS }

    private static final Map<String, Global> TABLE = new HashMap<>();
    /** Types of PyTorch that have no like here, by the name of their storage and of their dtype. */
    private static final List<String> FOREIGN_TYPES = List.of("ComplexFloatStorage", "ComplexDoubleStorage", "ComplexHalfStorage",
            "QInt8Storage", "QUInt8Storage", "QInt32Storage", "QUInt4x2Storage", "QUInt2x4Storage", "complex32", "complex64", "complex128",
            "cfloat", "cdouble", "uint64", "qint8", "quint8", "qint32", "quint4x2", "quint2x4");
    private static final Map<String, String> FOREIGN_TENSORS = Map.of("_rebuild_qtensor", "a quantized tensor",
            "_rebuild_sparse_tensor", "a sparse tensor", "_rebuild_sparse_csr_tensor", "a sparse tensor",
            "_rebuild_nested_tensor", "a nested tensor", "_rebuild_meta_tensor_no_storage", "a tensor without numbers (device meta)",
            "_rebuild_wrapper_subclass", "a tensor of a class of its own");
    /** Modules whose functions run programs or code. */
    private static final List<String> RUNNING = List.of("posix", "nt", "os", "sys", "subprocess", "runpy", "importlib", "shutil", "socket",
            "pty", "webbrowser", "commands", "builtins");

    static {
        List.of("Double FLOAT64 float64 double", "Float FLOAT32 float32 float", "Half FLOAT16 float16 half", "BFloat16 BFLOAT16 bfloat16",
                "Long INT64 int64 long", "Int INT32 int32 int", "Short INT16 int16 short", "Char INT8 int8", "Byte UINT8 uint8",
                "Bool BOOL bool", "- UINT16 uint16", "- UINT32 uint32").forEach(line -> {
                    String[] words = line.split(" ");
                    Type type = Type.valueOf(words[1]);
                    if (!words[0].equals("-")) {
                        add("torch." + words[0] + "Storage", Kind.STORAGE, type);
                        add("torch.storage." + words[0] + "Storage", Kind.STORAGE, type);
                    }
                    for (String dtype : List.of(words).subList(2, words.length)) {
                        add("torch." + dtype, Kind.DTYPE, type);
                    }
                });
        // A storage whose tensors say the type has no type of its own; UINT8 stands for its bytes.
        List.of("torch.UntypedStorage", "torch.storage.UntypedStorage", "torch.storage._UntypedStorage")
                .forEach(name -> add(name, Kind.STORAGE, Type.UINT8));
        add("collections.OrderedDict", Kind.ORDERED_DICT);
        add("collections.Counter", Kind.COUNTER);
        add("builtins.set", Kind.SET);
        add("torch._utils._rebuild_tensor_v2", Kind.TENSOR);
        add("torch._utils._rebuild_tensor", Kind.OLD_TENSOR);
        add("torch._utils._rebuild_tensor_v3", Kind.TYPED_TENSOR);
        add("torch._utils._rebuild_parameter", Kind.PARAMETER);
        add("torch._utils._rebuild_parameter_with_state", Kind.PARAMETER);
        add("torch._tensor._rebuild_from_type_v2", Kind.SUBCLASS);
        List.of("torch.Tensor", "torch.nn.parameter.Parameter").forEach(name -> add(name, Kind.CLASS));
        List.of("torch.Size", "torch.device", "torch.serialization._get_layout", "_codecs.encode", "builtins.complex", "builtins.bytearray")
                .forEach(name -> add(name, Kind.SHOWN));
    }

    private Globals() {
    }

    private static void add(String name, Kind kind) {
        add(name, kind, Type.UINT8);
    }

    private static void add(String name, Kind kind, Type type) {
        TABLE.put(name, new Global(kind, name, type));
    }

    static boolean isUntyped(Global storage) {
        return storage.name().endsWith("UntypedStorage");
    }

    /**
     * What {@code module.name} stands for.
     *
     * @param where the place in the file, for messages
     * @throws ForeignFileException if the table does not have it, saying what it is as far as its name tells
     */
    static Global named(String file, String where, String module, String name) throws ForeignFileException {
        // The names of Python 2, which protocol 2 writes.
        String full = (module.equals("__builtin__") ? "builtins" : module) + "." + name;
        Global global = TABLE.get(full);
        if (global != null) {
            return global;
        }
        boolean isTorch = module.equals("torch") || module.startsWith("torch.");
        if (isTorch && (FOREIGN_TYPES.contains(name) || name.startsWith("float8_") || name.startsWith("float4_"))) {
            throw new ForeignFileException(file, where, "it has tensors of " + full + "; there is no such type here",
                    "Save them as float32, for example with tensor.float().");
        } else if (isTorch && FOREIGN_TENSORS.containsKey(name)) {
            throw new ForeignFileException(file, where, "it has " + FOREIGN_TENSORS.get(name) + " (" + full + ")",
                    "Save it as a dense tensor of real numbers.");
        } else if (RUNNING.contains(full.substring(0, full.indexOf('.')))) {
            throw new ForeignFileException(file, where, "it names " + full
                    + ", which no file of weights needs; such a name can run a program or code where the file is loaded",
                    "Do not load this file with another program either.");
        }
        throw new ForeignFileException(file, where, "it names the class " + full + "; no class of a file is used here", isTorch
                || module.equals("__main__") ? "It seems to be a whole model. Save model.state_dict() instead."
                : "If it is a whole model, save model.state_dict() instead; if it stands beside the weights, leave it out of what is "
                        + "saved.");
    }

    /** The result of calling {@code callee}, which the table has, with {@code args}. */
    static Object call(Global callee, List<Object> args) {
        return switch (callee.kind()) {
            case ORDERED_DICT, COUNTER -> dict(args);
            case SET -> new Items(args.isEmpty() ? List.of() : ((Items) args.get(0)).items, false);
            case TENSOR, OLD_TENSOR -> view((Storage) args.get(0), ((Storage) args.get(0)).type(), args);
            case TYPED_TENSOR -> view((Storage) args.get(0), List.of(((Global) args.get(6)).type()), args);
            case PARAMETER -> (View) args.get(0);
            case SUBCLASS -> call((Global) args.get(0), ((Items) args.get(2)).items);
            case SHOWN -> new Shown(args.isEmpty() ? callee.name() : text(callee, args));
            case STORAGE, DTYPE, CLASS -> throw new IllegalArgumentException(callee.name() + " is called");
        };
    }

    private static Object dict(List<Object> args) {
        Dict dict = new Dict();
        if (!args.isEmpty() && args.get(0) instanceof Dict from) {
            from.entries.forEach(dict::put);
        } else if (!args.isEmpty()) {
            for (Object pair : ((Items) args.get(0)).items) {
                dict.put(((Items) pair).items.get(0), ((Items) pair).items.get(1));
            }
        }
        return dict;
    }

    private static String text(Global callee, List<Object> args) {
        StringBuilder text = new StringBuilder();
        List<Object> shown = args.get(0) instanceof Items inner ? inner.items : args;
        for (Object arg : shown.subList(0, Math.min(shown.size(), 16))) {
            if (arg instanceof String || arg instanceof Number || arg instanceof Boolean) {
                text.append(text.length() == 0 ? "" : ", ").append(arg);
            }
        }
        return callee.name().endsWith("encode") || callee.name().endsWith("device") ? String.valueOf(args.get(0)) : "(" + text + ")";
    }

    /** A view from (storage, offset, shape, strides, ...); of the second form with (requires grad, hooks, dtype or metadata, metadata). */
    private static View view(Storage storage, List<FileTensor.Type> type, List<Object> args) {
        for (Object more : args.subList(Math.min(args.size(), 6), args.size())) {
            if (more instanceof Dict metadata && metadata.entries.containsValue(true)) {
                throw new IllegalArgumentException("a tensor is a negated or conjugated view; save tensor.resolve_neg().resolve_conj()");
            }
        }
        if (type.isEmpty()) {
            throw new IllegalArgumentException("a tensor has no type");
        }
        return new View(storage, type.get(0), (Long) args.get(1), longs(args.get(2)), longs(args.get(3)));
    }

    private static long[] longs(Object items) {
        return ((Items) items).items.stream().mapToLong(n -> (Long) n).toArray();
    }
}

package cairn.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Walks over a component's slots: to capture them, to compare them with a state, to write a state into them. */
final class Walk implements Slots {

    /** What to do at each slot, given its full path. */
    private interface Visitor {
        void tensor(String path, ElementType type, long[] shape, TensorAccess access);

        void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant);
    }

    private final String prefix;
    private final Set<String> seen;
    private final Visitor visitor;

    private Walk(String prefix, Set<String> seen, Visitor visitor) {
        this.prefix = prefix;
        this.seen = seen;
        this.visitor = visitor;
    }

    private static void over(Snapshottable part, Visitor visitor) {
        part.slots(new Walk("", new LinkedHashSet<>(), visitor));
    }

    /** Where the bytes of a tensor are copied to. */
    @FunctionalInterface
    interface Memory {
        /** A place of exactly this many bytes, for the tensor at {@code path}. */
        Place place(String path, int bytes);
    }

    static Map<String, Value> capture(Snapshottable part) {
        return capture(part, (path, bytes) -> new Place(StateMemory.allocate(bytes)));
    }

    /** The numbers and texts of a component, without its tensors. */
    static Map<String, Value.Scalar> scalars(Snapshottable part) {
        Map<String, Value.Scalar> scalars = new LinkedHashMap<>();
        over(part, new Visitor() {
            @Override
            public void tensor(String path, ElementType type, long[] shape, TensorAccess access) {
                // Not asked for.
            }

            @Override
            public void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant) {
                scalars.put(path, live);
            }
        });
        return scalars;
    }

    static Map<String, Value> capture(Snapshottable part, Memory memory) {
        Map<String, Value> entries = new LinkedHashMap<>();
        Moves moves = new Moves();
        over(part, new Visitor() {
            @Override
            public void tensor(String path, ElementType type, long[] shape, TensorAccess access) {
                Place place = memory.place(path, size(path, type, shape));
                if (!place.holds(access)) {
                    place.renew();
                    moves.out(access, place.bytes().order(ByteOrder.LITTLE_ENDIAN));
                }
                entries.put(path, new Value.Tensor(type, shape, place.bytes(), place.known()));
            }

            @Override
            public void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant) {
                entries.put(path, live);
            }
        });
        moves.finishOut();
        return entries;
    }

    /** Takes a tensor as it is declared. */
    @FunctionalInterface
    interface Declared {
        void take(String path, ElementType type, int bytes);
    }

    /** Gives every tensor of a component to {@code declared}, in the order of declaration, without reading it. */
    static void tensors(Snapshottable part, Declared declared) {
        over(part, new Visitor() {
            @Override
            public void tensor(String path, ElementType type, long[] shape, TensorAccess access) {
                declared.take(path, type, size(path, type, shape));
            }

            @Override
            public void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant) {
                // Not asked for.
            }
        });
    }

    /** Takes the value at a path; it is valid until the call returns. */
    @FunctionalInterface
    interface Content {
        void take(String path, Value value);
    }

    /** Gives every value of a component to {@code content}, in the order of the paths. One piece of memory serves all tensors. */
    static void contents(Snapshottable part, Content content) {
        Map<String, Runnable> all = new TreeMap<>();
        AtomicReference<ByteBuffer> memory = new AtomicReference<>(ByteBuffer.allocate(0));
        over(part, new Visitor() {
            @Override
            public void tensor(String path, ElementType type, long[] shape, TensorAccess access) {
                all.put(path, () -> {
                    int bytes = size(path, type, shape);
                    if (memory.get().capacity() < bytes) {
                        memory.set(StateMemory.allocate(bytes));
                    }
                    ByteBuffer copy = memory.get().slice(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
                    Moves moves = new Moves();
                    moves.out(access, copy.duplicate().order(ByteOrder.LITTLE_ENDIAN));
                    moves.finishOut();
                    content.take(path, new Value.Tensor(type, shape, copy));
                });
            }

            @Override
            public void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant) {
                all.put(path, () -> content.take(path, live));
            }
        });
        all.values().forEach(Runnable::run);
    }

    private static int size(String path, ElementType type, long[] shape) {
        long bytes = Value.Tensor.bytesOf(type, shape);
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("cannot capture " + path + ": its " + bytes
                    + " bytes are more than one tensor can have, which is " + (Integer.MAX_VALUE - 8));
        }
        return (int) bytes;
    }

    /** Everything in which {@code saved} does not fit {@code part}: missing, unexpected, other schema, other constant. */
    static List<Difference> misfits(Snapshottable part, Map<String, Value> saved) {
        List<Difference> found = new ArrayList<>();
        Set<String> unexpected = new LinkedHashSet<>(saved.keySet());
        over(part, new Visitor() {
            @Override
            public void tensor(String path, ElementType type, long[] shape, TensorAccess access) {
                compare(path, type.label() + java.util.Arrays.toString(shape).replace(" ", ""), null);
            }

            @Override
            public void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant) {
                compare(path, live.schema(), constant ? live : null);
            }

            private void compare(String path, String schema, Value constant) {
                unexpected.remove(path);
                Value value = saved.get(path);
                if (value == null) {
                    found.add(new Difference(Difference.Kind.MISSING, path, schema, ""));
                } else if (!value.schema().equals(schema)) {
                    found.add(new Difference(Difference.Kind.MISMATCHED, path, schema, value.schema()));
                } else if (constant != null && !constant.equals(value)) {
                    found.add(new Difference(Difference.Kind.DIFFERENT, path, constant.describe(), value.describe()));
                }
            }
        });
        unexpected.forEach(path ->
                found.add(new Difference(Difference.Kind.UNEXPECTED, path, "", saved.get(path).describe())));
        found.sort(java.util.Comparator.comparing(Difference::path));
        return found;
    }

    /** Sets the numbers and texts. A setter may refuse a value; then those before it have been set. */
    static void setScalars(Snapshottable part, Map<String, ? extends Value> saved) {
        over(part, new Visitor() {
            @Override
            public void tensor(String path, ElementType type, long[] shape, TensorAccess access) {
                // Stays as it is.
            }

            @Override
            public void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant) {
                set.accept((Value.Scalar) saved.get(path));
            }
        });
    }

    /** Writes the tensors of a state that fits. This cannot be refused. */
    static void setTensors(Snapshottable part, Map<String, Value> saved) {
        Moves moves = new Moves();
        over(part, new Visitor() {
            @Override
            public void tensor(String path, ElementType type, long[] shape, TensorAccess access) {
                moves.in(access, (Value.Tensor) saved.get(path));
            }

            @Override
            public void scalar(String path, Value.Scalar live, Consumer<Value.Scalar> set, boolean constant) {
                // Set before.
            }
        });
        moves.finishIn();
    }

    @Override
    public void tensor(String name, ElementType type, long[] shape, TensorAccess access) {
        visitor.tensor(path(name), type, shape, access);
    }

    @Override
    public void scalar(String name, Supplier<Value.Scalar> get, Consumer<Value.Scalar> set) {
        visitor.scalar(path(name), get.get(), set, false);
    }

    @Override
    public void constant(String name, String value) {
        visitor.scalar(path(name), new Value.Text(value), v -> { }, true);
    }

    @Override
    public void child(String name, Snapshottable part) {
        part.slots(new Walk(StatePath.require(prefix + name) + "/", seen, visitor));
    }

    private String path(String name) {
        String path = StatePath.require(prefix + name);
        if (!seen.add(path)) {
            throw new IllegalStateException("the state path '" + path + "' is declared twice");
        }
        return path;
    }
}

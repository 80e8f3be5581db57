package cairn.laws;

import cairn.tensor.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;

/**
 * Everything that can change in what is reachable from an object, by the place that holds it: a field that is not final
 * ({@code Trainer.step}), a final one that holds an array, a container that can be changed or a thing of a library, what a lambda
 * holds of these ({@code Table lambda float[]}), and every piece of native memory.
 */
final class Audit {
    private static final Set<String> UNCHANGING = Set.of("java.lang.String", "java.lang.Integer", "java.lang.Long", "java.lang.Double",
            "java.lang.Float", "java.lang.Boolean", "java.lang.Byte", "java.lang.Short", "java.lang.Character", "java.lang.Object",
            "java.lang.Class", "java.math.BigInteger", "java.util.regex.Pattern", "java.util.OptionalDouble", "java.util.OptionalLong");

    /** A piece of native memory, as long as its first owner allocated it. */
    record Memory(long address, DataBuffer buffer) {
        long bytes() {
            return buffer.length() * buffer.getElementSize();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Memory m && m.address == address;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(address);
        }
    }

    /** A field of one object. */
    record Cell(Object owner, Field field) {
        Object value() {
            try {
                return field.get(owner);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Cell c && c.owner == owner && c.field.equals(field);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(owner) * 31 + field.hashCode();
        }
    }

    private final Map<Object, Boolean> seen = new IdentityHashMap<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Map<String, Set<String>> changeable = new TreeMap<>();
    private final Map<Cell, String> cells = new HashMap<>();
    private final Map<Memory, Set<String>> memories = new HashMap<>();
    private final Map<Object, Set<String>> arrays = new IdentityHashMap<>();

    private Audit() {
    }

    static Audit of(Object root) {
        Audit audit = new Audit();
        audit.visit(root, "root");
        while (!audit.waiting.isEmpty()) {
            audit.waiting.poll().run();
        }
        return audit;
    }

    /** The places of what can change, and as what; native memory is apart. */
    Map<String, Set<String>> changeable() {
        return changeable;
    }

    /** Fields that are not final, of each object by itself, and their places. */
    Map<Cell, String> cells() {
        return cells;
    }

    /** Native memory and the places that hold it. */
    Map<Memory, Set<String>> memories() {
        return memories;
    }

    /** Java's own arrays, each by itself, and the places that hold it. */
    Map<Object, Set<String>> arrays() {
        return arrays;
    }

    private void found(String place, String what) {
        changeable.computeIfAbsent(place, p -> new TreeSet<>()).add(what);
    }

    private void visit(Object o, String place) {
        if (o == null) {
            return;
        }
        if (o instanceof INDArray nd) {
            memory(nd, place);
        } else if (o instanceof Array array) {
            memory(array.nd(), place);
        } else if (seen.put(o, true) == null || reportsEachTime(o)) {
            inspect(o, place);
        }
    }

    /** What is held in several places can be changed from each of them, so each has to answer for it. */
    private static boolean reportsEachTime(Object o) {
        return o.getClass().isArray();
    }

    private void inspect(Object o, String place) {
        Class<?> c = o.getClass();
        if (c.isEnum() || UNCHANGING.contains(c.getName()) || o instanceof java.nio.file.Path) {
            return;
        } else if (c.isArray()) {
            found(place, c.getSimpleName());
            arrays.computeIfAbsent(o, a -> new TreeSet<>()).add(place);
            if (!c.getComponentType().isPrimitive()) {
                each(Arrays.asList((Object[]) o), place);
            }
        } else if (o instanceof Optional<?> optional) {
            optional.ifPresent(v -> waiting.add(() -> visit(v, place)));
        } else if (o instanceof AtomicReferenceArray<?> array) {
            found(place, c.getSimpleName());
            for (int i = 0; i < array.length(); i++) {
                Object v = array.get(i);
                waiting.add(() -> visit(v, place));
            }
        } else if (o instanceof Map<?, ?> map) {
            container(c, place);
            each(map.keySet(), place);
            each(map.values(), place);
        } else if (o instanceof Collection<?> collection) {
            container(c, place);
            each(collection, place);
        } else if (c.getName().startsWith("org.nd4j.")) {
            nd4j(o, place);
        } else if (c.getName().startsWith("java.") || c.getName().startsWith("jdk.") || c.getName().startsWith("sun.")) {
            found(place, c.getSimpleName());
        } else {
            fields(o, c);
        }
    }

    private void container(Class<?> c, String place) {
        String name = c.getName();
        if (!name.startsWith("java.util.ImmutableCollections") && !name.startsWith("java.util.Collections$Unmodifiable")
                && !name.startsWith("java.util.Collections$Empty")) {
            found(place, c.getSimpleName());
        }
    }

    private void each(Collection<?> values, String place) {
        // A copy: another thread may be at work on the queues of a prefetch.
        for (Object v : values.toArray()) {
            waiting.add(() -> visit(v, place));
        }
    }

    private void nd4j(Object o, String place) {
        List<INDArray> arrays = new ArrayList<>();
        if (o instanceof CustomOp op) {
            arrays.addAll(op.inputArguments());
            arrays.addAll(op.outputArguments());
        } else if (o instanceof OpContext context) {
            arrays.addAll(context.getInputArrays());
            arrays.addAll(context.getOutputArrays());
        } else if (o instanceof Op op) {
            arrays.addAll(Arrays.asList(op.x(), op.y(), op.z()));
        }
        found(place, o instanceof CustomOp || o instanceof Op || o instanceof OpContext ? "call" : o.getClass().getSimpleName());
        arrays.stream().filter(Objects::nonNull).forEach(nd -> memory(nd, place));
    }

    private void memory(INDArray nd, String place) {
        DataBuffer buffer = nd.data();
        DataBuffer root = buffer.originalDataBuffer() == null ? buffer : buffer.originalDataBuffer();
        memories.computeIfAbsent(new Memory(root.pointer().address(), root), m -> new TreeSet<>()).add(place);
    }

    private void fields(Object o, Class<?> c) {
        for (Class<?> k = c; k != null && k != Object.class && k != Record.class; k = k.getSuperclass()) {
            boolean isLambda = k.isHidden();
            String owner = k.getName().replaceAll("\\$\\$Lambda.*", "");
            for (Field f : k.getDeclaredFields()) {
                f.setAccessible(true);
                boolean isStatic = Modifier.isStatic(f.getModifiers());
                Object value = new Cell(isStatic ? null : o, f).value();
                String place = isLambda ? owner + " lambda" : owner + "." + f.getName();
                if (!Modifier.isFinal(f.getModifiers())) {
                    found(place, "not final");
                    cells.put(new Cell(isStatic ? null : o, f), place);
                }
                if (!f.getType().isPrimitive()) {
                    String held = isLambda && value != null ? place + " " + simpleName(value) : place;
                    waiting.add(() -> visit(value, held));
                }
            }
        }
    }

    private static String simpleName(Object value) {
        if (value.getClass().getName().startsWith("org.nd4j.")) {
            return "call";
        }
        return value.getClass().isHidden() ? "lambda" : value.getClass().getSimpleName();
    }
}

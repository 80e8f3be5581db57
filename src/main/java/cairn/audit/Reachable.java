package cairn.audit;

import cairn.audit.Changeable.Cell;
import cairn.audit.Changeable.Content;
import cairn.audit.Changeable.Spot;
import cairn.audit.Changeable.Variable;
import cairn.state.Ephemeral;
import cairn.tensor.device.NativeMemory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Everything that can change in what is reachable from an object: fields that are not final; arrays, containers that can be
 * changed and things of a library, held by fields or by lambdas; and every piece of native memory. Nearest first, so that each is
 * found by its shortest path. Static fields count for every class of which an object or a lambda is reached.
 */
final class Reachable {
    private static final Set<String> UNCHANGING = Set.of("java.lang.String", "java.lang.Integer", "java.lang.Long", "java.lang.Double",
            "java.lang.Float", "java.lang.Boolean", "java.lang.Byte", "java.lang.Short", "java.lang.Character", "java.lang.Object",
            "java.lang.Class", "java.math.BigInteger", "java.math.BigDecimal", "java.util.regex.Pattern", "java.util.OptionalDouble",
            "java.util.OptionalInt", "java.util.OptionalLong", "java.util.UUID", "java.util.Locale", "java.net.URI");

    private final Map<Object, Boolean> seen = new IdentityHashMap<>();
    private final Set<Class<?>> seenClasses = new HashSet<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final List<Changeable> changeable = new ArrayList<>();
    private final Map<NativeMemory, Set<String>> memories = new HashMap<>();
    private final Map<String, Spot> declared = new TreeMap<>();
    private final Map<String, Integer> classes = new TreeMap<>();

    private Reachable() {
    }

    static Reachable from(Object root) {
        Reachable all = new Reachable();
        all.visit(root, new Spot(root.getClass(), "itself", Optional.empty(), named(root.getClass()).replaceFirst(".*\\.", "")));
        while (!all.waiting.isEmpty()) {
            all.waiting.poll().run();
        }
        return all;
    }

    /** What can change, nearest first, without native memory. */
    List<Changeable> changeable() {
        return changeable;
    }

    /** Native memory and the places that hold it. */
    Map<NativeMemory, Set<String>> memories() {
        return memories;
    }

    /** The places that are declared ephemeral. */
    Map<String, Spot> declared() {
        return declared;
    }

    /** How many objects of each class there are, without Java's own. */
    Map<String, Integer> classes() {
        return classes;
    }

    /** A class as its source calls it, and a lambda's as the class that it stands in. */
    static String named(Class<?> c) {
        return c.getName().replaceAll("\\$\\$Lambda.*", "");
    }

    private void visit(Object o, Spot spot) {
        if (o == null) {
            return;
        }
        Class<?> c = o.getClass();
        if (NativeMemory.isArray(o)) {
            memory(o, spot);
        } else if (c.isArray()) {
            array(o, spot);
        } else if (seen.put(o, true) == null && !UNCHANGING.contains(c.getName()) && !c.getName().startsWith("java.time.")
                && !(o instanceof java.nio.file.Path) && !(o instanceof java.nio.charset.Charset)) {
            inspect(o, c, spot);
        }
    }

    /** What is held in several places can be changed from each of them, so each is reported. */
    private void array(Object o, Spot spot) {
        changeable.add(new Content(spot, o, o.getClass().getSimpleName()));
        if (seen.put(o, true) == null && !o.getClass().getComponentType().isPrimitive()) {
            each(Arrays.asList((Object[]) o), spot);
        }
    }

    private void inspect(Object o, Class<?> c, Spot spot) {
        if (o instanceof Optional<?> optional) {
            later(optional.orElse(null), spot);
        } else if (o instanceof Map<?, ?> map) {
            container(o, c, spot);
            each(map.keySet(), spot);
            each(map.values(), spot);
        } else if (o instanceof Collection<?> collection) {
            container(o, c, spot);
            each(collection, spot);
        } else if (NativeMemory.isOfLibrary(c)) {
            changeable.add(new Content(spot, o, NativeMemory.of(o).isEmpty() ? c.getSimpleName() : "call"));
            memory(o, spot);
        } else if (isOfJava(c)) {
            changeable.add(new Content(spot, o, c.getSimpleName()));
            held(o, spot);
        } else {
            classes.merge(named(c), 1, Integer::sum);
            fields(o, c, spot.path());
        }
    }

    private static boolean isOfJava(Class<?> c) {
        return c.getName().startsWith("java.") || c.getName().startsWith("jdk.") || c.getName().startsWith("sun.");
    }

    /** What Java's own references refer to. */
    private void held(Object o, Spot spot) {
        if (o instanceof AtomicReference<?> reference) {
            later(reference.get(), spot);
        } else if (o instanceof AtomicReferenceArray<?> array) {
            for (int i = 0; i < array.length(); i++) {
                later(array.get(i), spot.at("[" + i + "]"));
            }
        }
    }

    private void container(Object o, Class<?> c, Spot spot) {
        String name = c.getName();
        if (!name.startsWith("java.util.ImmutableCollections") && !name.startsWith("java.util.Collections$Unmodifiable")
                && !name.startsWith("java.util.Collections$Empty") && !name.startsWith("java.util.Collections$Singleton")) {
            changeable.add(new Content(spot, o, c.getSimpleName()));
        }
    }

    private void each(Collection<?> values, Spot spot) {
        int i = 0;
        // A copy, because another thread may be using the queues of a prefetch.
        for (Object v : values.toArray()) {
            later(v, spot.at("[" + i++ + "]"));
        }
    }

    private void later(Object o, Spot spot) {
        waiting.add(() -> visit(o, spot));
    }

    private void memory(Object o, Spot spot) {
        NativeMemory.of(o).forEach(m -> memories.computeIfAbsent(m, k -> new TreeSet<>()).add(spot.place()));
    }

    private void fields(Object o, Class<?> c, String path) {
        for (Class<?> k = c; k != null && k != Object.class && k != Record.class && k != Enum.class; k = k.getSuperclass()) {
            if (isOfJava(k) || NativeMemory.isOfLibrary(k)) {
                // Its fields are not to be seen; what it inherits can change.
                changeable.add(new Content(new Spot(c, "itself", Optional.empty(), path), o, "a " + k.getSimpleName()));
                break;
            }
            for (Field f : k.getDeclaredFields()) {
                if (!Modifier.isStatic(f.getModifiers())) {
                    field(o, k, f, path);
                }
            }
            statics(k);
        }
    }

    /** The static fields of a class, once; a lambda's class has those of the class that it stands in. */
    private void statics(Class<?> c) {
        Class<?> k = c.isHidden() ? c.getNestHost() : c;
        if (seenClasses.add(k)) {
            for (Field f : k.getDeclaredFields()) {
                // The compiler's own, such as the list of an enum's constants.
                if (Modifier.isStatic(f.getModifiers()) && !f.isSynthetic()) {
                    field(null, k, f, k.getSimpleName());
                }
            }
        }
    }

    private void field(Object o, Class<?> k, Field f, String path) {
        f.setAccessible(true);
        Cell cell = new Cell(o, f);
        boolean isLambda = k.isHidden();
        Spot spot = isLambda ? new Spot(k, "lambda", Optional.empty(), path + " lambda")
                : new Spot(k, f.getName(), Optional.of(cell), path + "." + f.getName());
        if (spot.declared().isPresent()) {
            declared.putIfAbsent(spot.place(), spot);
        }
        if (!Modifier.isFinal(f.getModifiers())) {
            changeable.add(new Variable(spot, cell));
        }
        if (f.getType().isPrimitive()) {
            return;
        }
        Object value = cell.value();
        boolean isWhole = spot.declared().filter(Ephemeral::whole).isPresent();
        if (isWhole) {
            changeable.add(new Content(spot, value, "declared as a whole"));
        } else if (value != null) {
            later(value, isLambda ? new Spot(k, "lambda " + word(value), Optional.empty(), spot.path() + " " + word(value)) : spot);
        }
    }

    private static String word(Object value) {
        return value.getClass().isHidden() ? "lambda" : NativeMemory.isOfLibrary(value.getClass()) ? "call"
                : value.getClass().getSimpleName();
    }
}

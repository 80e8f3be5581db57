package cairn.audit;

import cairn.state.Ephemeral;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** One thing that can change: a field that is not final, or an object that is changed in place. */
sealed interface Changeable {

    /** Where it stands: its class and field, which are equal for all objects of the class. */
    Spot spot();

    /** Why it can change, in a word. */
    String what();

    /** What it holds now, to be compared with what it holds later: one value for each part that changes by itself. */
    List<Object> contents();

    /** The field through which it is held, if there is one. */
    default Optional<Cell> holder() {
        return spot().cell();
    }

    /**
     * A place in a class, and how it was reached.
     *
     * @param type the class that declares it
     * @param name the field, or what a lambda of the class holds
     * @param cell the field of the object at hand; a lambda's is not known by name
     * @param path from the object that the walk began at
     */
    record Spot(Class<?> type, String name, Optional<Cell> cell, String path) {
        String place() {
            return Reachable.named(type) + (name.startsWith("lambda") ? " " : ".") + name;
        }

        Optional<Ephemeral> declared() {
            return cell.map(c -> c.field().getAnnotation(Ephemeral.class));
        }

        Spot at(String next) {
            return new Spot(type, name, cell, path + next);
        }
    }

    /** A field of one object, or of a class if {@code owner} is {@code null}. */
    record Cell(Object owner, Field field) {
        Object value() {
            try {
                return field.get(owner);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("cannot read " + field, e);
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

    /** A field that is not final. */
    record Variable(Spot spot, Cell cell) implements Changeable {
        @Override
        public String what() {
            return "not final";
        }

        @Override
        public List<Object> contents() {
            Object value = cell.value();
            return List.of(cell.field().getType().isPrimitive() ? value : new Same(value));
        }
    }

    /** An array, a container, or another object of Java's own or of a library that is changed in place. */
    record Content(Spot spot, Object object, String what) implements Changeable {
        @Override
        public List<Object> contents() {
            if (object.getClass().isArray()) {
                return IntStream.range(0, java.lang.reflect.Array.getLength(object)).mapToObj(i -> {
                    Object element = java.lang.reflect.Array.get(object, i);
                    return object.getClass().getComponentType().isPrimitive() ? element : (Object) new Same(element);
                }).toList();
            } else if (object instanceof Collection<?> collection) {
                return List.of(new ArrayList<>(collection));
            } else if (object instanceof Map<?, ?> map) {
                return List.of(new HashMap<>(map));
            }
            return List.of(String.valueOf(object));
        }
    }

    /** A reference: equal to another if both are the same object, or equal values such as texts. */
    record Same(Object object) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Same s && (s.object == object || isValue(object) && Objects.equals(object, s.object));
        }

        @Override
        public int hashCode() {
            return isValue(object) ? Objects.hashCode(object) : System.identityHashCode(object);
        }

        private static boolean isValue(Object o) {
            return o instanceof Number || o instanceof Boolean || o instanceof Character || o instanceof Enum;
        }
    }
}

package cairn.data;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** The kind of a row's label: one of several classes, or real numbers. */
public sealed interface Labels {

    /** How many outputs a network needs for it: the number of classes, or of real targets. */
    int width();

    /** The names of the classes, or of the targets, in the order of the outputs. */
    List<String> names();

    /** One of these classes; a label is an index into the list. */
    record Classes(List<String> names) implements Labels {
        public Classes {
            names = List.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("classes need at least one name, found none");
            }
            if (new HashSet<>(names).size() != names.size()) {
                throw new IllegalArgumentException("class names must differ from each other, found " + names);
            }
        }

        /** Classes named by their numbers, {@code "0"} to {@code count - 1}. */
        public static Classes numbered(int count) {
            return new Classes(IntStream.range(0, count).mapToObj(Integer::toString).toList());
        }

        @Override
        public int width() {
            return names.size();
        }

        /** Refuses a label of a row that is none of these classes. */
        void require(int label, String set, int row) {
            if (label < 0 || label >= names.size()) {
                throw new IllegalArgumentException("data set " + set + ", row " + row + ": class " + label + " is not one of the "
                        + names.size() + " classes 0 to " + (names.size() - 1));
            }
        }
    }

    /** A real number for each of these targets. */
    record Reals(List<String> names) implements Labels {
        private static final String NUMBERED = "target-";

        public Reals {
            names = List.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("real labels need at least one target, found none");
            }
            if (new HashSet<>(names).size() != names.size()) {
                throw new IllegalArgumentException("the names of targets must differ from each other, found " + names);
            }
        }

        /** {@code width} targets without names of their own, {@code target-1} to {@code target-<width>}. */
        public Reals(int width) {
            this(numbers(width));
        }

        private static List<String> numbers(int width) {
            if (width < 1) {
                throw new IllegalArgumentException("a real label needs at least one number, found a width of " + width);
            }
            return IntStream.rangeClosed(1, width).mapToObj(t -> NUMBERED + t).toList();
        }

        /** Whether the targets have names of their own. */
        public boolean areNamed() {
            return !names.equals(numbers(width()));
        }

        @Override
        public int width() {
            return names.size();
        }
    }
}

package cairn.tensor;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.random.Key;
import cairn.state.Ephemeral;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A prepared piece of work over fixed arrays: what it reads and writes was settled at wiring, so running it allocates
 * nothing. A wired network is a list of these.
 *
 * <p>Law: what it writes is a pure function of what it reads and of the key.
 */
@FunctionalInterface
public interface Operation {

    /** What {@link #run()} runs with; operations that draw nothing ignore it. */
    Key NO_CHANCE = Key.of(0);

    /** Does the work. {@code key} belongs to this step and micro-batch; operations that draw nothing by chance ignore it. */
    void run(Key key);

    /** Does work that draws nothing by chance. */
    default void run() {
        run(NO_CHANCE);
    }

    /**
     * The names of what in this work adds numbers in no fixed order where it computes now (atomic additions, an algorithm that is chosen by
     * timing), so that the same numbers may come out with other bits the next time. A training with one of these is never of grade exact.
     */
    default Set<String> unordered() {
        return Set.of();
    }

    /** Several, one after the other. */
    record Sequence(@Ephemeral(value = "what was prepared at wiring", kind = FIXED) Operation[] all) implements Operation {
        @Override
        public void run(Key key) {
            for (Operation op : all) {
                op.run(key);
            }
        }

        @Override
        public Set<String> unordered() {
            return Arrays.stream(all).flatMap(op -> op.unordered().stream()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Work that says of itself that it adds in no fixed order. */
    record Unordered(String name, Operation operation) implements Operation {
        @Override
        public void run(Key key) {
            operation.run(key);
        }

        @Override
        public Set<String> unordered() {
            return Set.of(name);
        }
    }

    /**
     * Declares that {@code operation} adds in {@linkplain #unordered() no fixed order}.
     *
     * @param name what to call it in a checkpoint and among the reasons of a grade, such as {@code my-scatter}; without spaces
     */
    static Operation unordered(String name, Operation operation) {
        if (name.isBlank() || name.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("the name of an operation has no spaces and is not empty, found '" + name + "'");
        }
        return new Unordered(name, operation);
    }

    /** The operations one after the other, as one. */
    static Operation sequence(List<Operation> operations) {
        return new Sequence(operations.toArray(Operation[]::new));
    }

    static Operation sequence(Operation... operations) {
        return sequence(List.of(operations));
    }
}

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
 * A prepared piece of work over fixed arrays: the arrays that it reads and writes were chosen at wiring, so that running it allocates
 * nothing. A wired network is a list of operations.
 *
 * <p>Law: what it writes is a pure function of what it reads and of the key.
 */
@FunctionalInterface
public interface Operation {

    /** The key that {@link #run()} passes, which no work uses. */
    Key NO_CHANCE = Key.of(0);

    /** Does the work. {@code key} belongs to this step and micro-batch; only work that draws random numbers uses it. */
    void run(Key key);

    /** Does work that draws no random numbers. */
    default void run() {
        run(NO_CHANCE);
    }

    /**
     * The names of the parts of this work that add numbers in no fixed order on this backend (atomic additions, an algorithm that is chosen
     * by timing), so that the next run may give other bits. A training with such a part never has grade exact.
     */
    default Set<String> unordered() {
        return Set.of();
    }

    /** Several operations, one after the other. */
    record Sequence(@Ephemeral(value = "prepared at wiring", kind = FIXED) Operation[] all) implements Operation {
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

    /** Work that is declared to add in no fixed order. */
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
     * @param name its name in a checkpoint and among the reasons of a grade, such as {@code my-scatter}; without spaces
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

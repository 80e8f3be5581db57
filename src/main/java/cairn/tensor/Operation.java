package cairn.tensor;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.random.Key;
import cairn.state.Ephemeral;
import java.util.List;

/**
 * A prepared piece of work over fixed arrays: what it reads and writes was settled at wiring, so running it allocates
 * nothing. A wired network is a list of these.
 *
 * <p>Law: what it writes is a pure function of what it reads and of the key.
 */
@FunctionalInterface
public interface Operation {

    /** Does the work. {@code key} belongs to this step and micro-batch; operations without chance ignore it. */
    void run(Key key);

    /** Several, one after the other. */
    record Sequence(@Ephemeral(value = "what was prepared at wiring", kind = FIXED) Operation[] all) implements Operation {
        @Override
        public void run(Key key) {
            for (Operation op : all) {
                op.run(key);
            }
        }
    }

    /** The operations one after the other, as one. */
    static Operation sequence(List<Operation> operations) {
        return new Sequence(operations.toArray(Operation[]::new));
    }

    static Operation sequence(Operation... operations) {
        return sequence(List.of(operations));
    }
}

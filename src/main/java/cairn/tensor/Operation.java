package cairn.tensor;

import cairn.random.Key;
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

    /** The operations one after the other, as one. */
    static Operation sequence(List<Operation> operations) {
        Operation[] all = operations.toArray(Operation[]::new);
        return key -> {
            for (Operation op : all) {
                op.run(key);
            }
        };
    }

    static Operation sequence(Operation... operations) {
        return sequence(List.of(operations));
    }
}

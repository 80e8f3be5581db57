package cairn.optim;

import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Layout;
import java.util.List;

/**
 * How many updates the vectors of each parameter have taken part in. A running mean of n values that began at zero is corrected by its own
 * n, and not by the step of the training: vectors that begin later, such as those of a new layer in a branch, have another age than the rest.
 */
public final class Ages implements Snapshottable {

    /** The number of updates of one parameter. */
    private static final class Age {
        private long updates;
    }

    private final List<String> names;
    private final List<Age> ages;

    /** Of vectors that begin now. */
    public Ages(Layout layout) {
        this.names = layout.places().stream().map(Layout.Place::name).toList();
        this.ages = names.stream().map(name -> new Age()).toList();
    }

    /** The number of updates of the parameter that is number {@code place} in the layout. */
    long of(int place) {
        return ages.get(place).updates;
    }

    /** Counts an update of all parameters. */
    void advance() {
        for (int i = 0; i < ages.size(); i++) {
            ages.get(i).updates++;
        }
    }

    @Override
    public void slots(Slots s) {
        for (int i = 0; i < names.size(); i++) {
            Age age = ages.get(i);
            s.integer(names.get(i), () -> age.updates, v -> age.updates = v);
        }
    }
}

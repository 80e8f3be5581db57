package cairn.train;

import cairn.data.Augmentation;
import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.data.Splits;
import cairn.nn.Loss;
import cairn.state.ElementType;
import cairn.tensor.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of a training live where its arrays do. Where Java sees the arrays none have to. On a card the training rows do, if they fit
 * and are the same in every epoch, and then those that the cadence evaluates; the batches of others are made on the host and sent.
 */
final class ResidentData implements AutoCloseable {
    /** Of what is free beside the arrays; the rest is for what operations and captures need meanwhile. */
    static final double SHARE = 0.5;

    private final Loss loss;
    private final List<ResidentRows> resident;
    private final long bytes;
    private final Optional<RowsLeftOut> leftOut;

    private ResidentData(Loss loss, List<ResidentRows> resident, long bytes, Optional<RowsLeftOut> leftOut) {
        this.loss = loss;
        this.resident = List.copyOf(resident);
        this.bytes = bytes;
        this.leftOut = leftOut;
    }

    /** None at all. */
    static ResidentData none(Loss loss) {
        return new ResidentData(loss, List.of(), 0, Optional.empty());
    }

    /** Of {@code recipe}, where {@code free} bytes are left beside its arrays. */
    static ResidentData of(Recipe recipe, Splits splits, Normalization normalization, long free) {
        if (!Backend.isApart()) {
            return none(recipe.loss());
        }
        ElementType type = recipe.dtype().type();
        long room = (long) (SHARE * free);
        List<ResidentRows> resident = new ArrayList<>();
        long bytes = 0;
        Optional<RowsLeftOut> leftOut = Optional.empty();
        if (recipe.data().augment().orElse(Augmentation.none()).changesNothing()) {
            if (fits(splits.train(), type, room)) {
                resident.add(new ResidentRows(splits.train(), normalization, recipe.loss(), type));
                bytes += ResidentRows.bytes(splits.train(), type);
            } else {
                leftOut = Optional.of(new RowsLeftOut(ResidentRows.bytes(splits.train(), type), room));
            }
        }
        DataSet monitored = Trainer.monitored(splits);
        if (monitored.size() > 0 && fits(monitored, type, room - bytes)) {
            resident.add(new ResidentRows(monitored, normalization, recipe.loss(), type));
            bytes += ResidentRows.bytes(monitored, type);
        }
        return new ResidentData(recipe.loss(), resident, bytes, leftOut);
    }

    private static boolean fits(DataSet rows, ElementType type, long room) {
        return ResidentRows.bytes(rows, type) + ResidentRows.scratch(rows) <= room;
    }

    /** Whether batches of {@code rows} need no features. */
    boolean has(DataSet rows) {
        return resident.stream().anyMatch(r -> r.data() == rows);
    }

    /** How batches of {@code rows} get into a wired network. */
    Feeding feeding(DataSet rows) {
        return resident.stream().filter(r -> r.data() == rows).findFirst().<Feeding>map(r -> r)
                .orElseGet(() -> new HostFeeding(loss, rows.labels()));
    }

    /** The memory that all of it takes, once it is there. */
    long bytes() {
        return bytes;
    }

    /** Training rows that would be there if they fitted. */
    Optional<RowsLeftOut> leftOut() {
        return leftOut;
    }

    @Override
    public void close() {
        resident.forEach(ResidentRows::close);
    }
}

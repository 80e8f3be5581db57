package cairn.train.device;

import cairn.data.Augmentation;
import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.data.Splits;
import cairn.nn.Loss;
import cairn.recipe.Recipe;
import cairn.state.ElementType;
import cairn.tensor.device.Backend;
import cairn.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of a training live where its arrays do. Where Java sees the arrays none have to. On a card the training rows do, if they fit
 * and are the same in every epoch, and then those that the cadence evaluates; the batches of others are made on the host and sent.
 */
public final class DeviceDatasets implements AutoCloseable {
    /** Of what is free beside the arrays; the rest is for what operations and captures need meanwhile. */
    static final double SHARE = 0.5;

    private final Loss loss;
    private final List<DeviceDataset> resident;
    private final long bytes;
    private final Optional<DatasetTooLarge> leftOut;

    private DeviceDatasets(Loss loss, List<DeviceDataset> resident, long bytes, Optional<DatasetTooLarge> leftOut) {
        this.loss = loss;
        this.resident = List.copyOf(resident);
        this.bytes = bytes;
        this.leftOut = leftOut;
    }

    /** None at all. */
    public static DeviceDatasets none(Loss loss) {
        return new DeviceDatasets(loss, List.of(), 0, Optional.empty());
    }

    /** Of {@code recipe}, where {@code free} bytes are left beside its arrays. */
    public static DeviceDatasets of(Recipe recipe, Splits splits, Normalization normalization, long free) {
        if (!Backend.isDevice()) {
            return none(recipe.loss());
        }
        ElementType type = recipe.dtype().type();
        long room = (long) (SHARE * free);
        List<DeviceDataset> resident = new ArrayList<>();
        long bytes = 0;
        Optional<DatasetTooLarge> leftOut = Optional.empty();
        if (recipe.data().augment().orElse(Augmentation.none()).changesNothing()) {
            if (fits(splits.train(), type, room)) {
                resident.add(new DeviceDataset(splits.train(), normalization, recipe.loss(), type));
                bytes += DeviceDataset.bytes(splits.train(), type);
            } else {
                leftOut = Optional.of(new DatasetTooLarge(DeviceDataset.bytes(splits.train(), type), room));
            }
        }
        DataSet monitored = Trainer.monitored(splits);
        if (monitored.size() > 0 && fits(monitored, type, room - bytes)) {
            resident.add(new DeviceDataset(monitored, normalization, recipe.loss(), type));
            bytes += DeviceDataset.bytes(monitored, type);
        }
        return new DeviceDatasets(recipe.loss(), resident, bytes, leftOut);
    }

    private static boolean fits(DataSet rows, ElementType type, long room) {
        return DeviceDataset.bytes(rows, type) + DeviceDataset.scratch(rows) <= room;
    }

    /** Whether batches of {@code rows} need no features. */
    public boolean has(DataSet rows) {
        return resident.stream().anyMatch(r -> r.data() == rows);
    }

    /** How batches of {@code rows} get into a wired network. */
    public BatchFeed feeding(DataSet rows) {
        return resident.stream().filter(r -> r.data() == rows).findFirst().<BatchFeed>map(r -> r)
                .orElseGet(() -> new HostBatchFeed(loss, rows.labels()));
    }

    /** The memory that all of it takes, once it is there. */
    public long bytes() {
        return bytes;
    }

    /** Training rows that would be there if they fitted. */
    public Optional<DatasetTooLarge> leftOut() {
        return leftOut;
    }

    @Override
    public void close() {
        resident.forEach(DeviceDataset::close);
    }
}

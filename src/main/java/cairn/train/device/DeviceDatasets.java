package cairn.train.device;

import cairn.data.Augmentation;
import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.data.Splits;
import cairn.nn.Loss;
import cairn.recipe.Recipe;
import cairn.state.ElementType;
import cairn.tensor.device.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a training that are on the device. On the CPU there are none. On a GPU these are the training rows, if they fit and are the
 * same in every epoch, and then the monitored rows; batches of other rows are made on the host and copied to the device.
 */
public final class DeviceDatasets implements AutoCloseable {
    /** The share of the free memory that rows may take; operations and captures need the rest. */
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

    /** No rows on the device. */
    public static DeviceDatasets none(Loss loss) {
        return new DeviceDatasets(loss, List.of(), 0, Optional.empty());
    }

    /** For {@code recipe}, where {@code free} bytes of device memory are left beside its arrays. */
    public static DeviceDatasets of(Recipe recipe, Splits splits, Normalization normalization, long free) {
        if (!Backend.isDevice()) {
            return none(recipe.loss());
        }
        ElementType type = recipe.dtype().type();
        long limit = (long) (SHARE * free);
        List<DeviceDataset> resident = new ArrayList<>();
        long bytes = 0;
        Optional<DatasetTooLarge> leftOut = Optional.empty();
        if (recipe.data().augment().orElse(Augmentation.none()).changesNothing()) {
            if (fits(splits.train(), type, limit)) {
                resident.add(new DeviceDataset(splits.train(), normalization, recipe.loss(), type));
                bytes += DeviceDataset.bytes(splits.train(), type);
            } else {
                leftOut = Optional.of(new DatasetTooLarge(DeviceDataset.bytes(splits.train(), type), limit));
            }
        }
        DataSet monitored = splits.monitored();
        if (monitored.size() > 0 && fits(monitored, type, limit - bytes)) {
            resident.add(new DeviceDataset(monitored, normalization, recipe.loss(), type));
            bytes += DeviceDataset.bytes(monitored, type);
        }
        return new DeviceDatasets(recipe.loss(), resident, bytes, leftOut);
    }

    private static boolean fits(DataSet rows, ElementType type, long limit) {
        return DeviceDataset.bytes(rows, type) + DeviceDataset.scratch(rows) <= limit;
    }

    /** Whether {@code rows} are on the device, so that their batches need no features. */
    public boolean has(DataSet rows) {
        return resident.stream().anyMatch(r -> r.data() == rows);
    }

    /** Copies batches of {@code rows} into a program. */
    public BatchFeed feed(DataSet rows) {
        return resident.stream().filter(r -> r.data() == rows).findFirst().<BatchFeed>map(r -> r)
                .orElseGet(() -> new HostBatchFeed(loss, rows.labels()));
    }

    /** The device memory that the rows take. */
    public long bytes() {
        return bytes;
    }

    /** Training rows that do not fit. */
    public Optional<DatasetTooLarge> leftOut() {
        return leftOut;
    }

    @Override
    public void close() {
        resident.forEach(DeviceDataset::close);
    }
}

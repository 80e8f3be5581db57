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
 * same in every epoch; and the monitored rows, if they fit too. Batches of other rows are made on the host and copied to the device.
 */
public final class DeviceDatasets implements AutoCloseable {
    /** The share of the free memory that rows may use; operations and captures need the rest. */
    static final double SHARE = 0.5;

    private final Loss loss;
    private final List<DeviceDataset> datasets;
    private final long bytes;
    private final Optional<DatasetTooLarge> tooLarge;

    private DeviceDatasets(Loss loss, List<DeviceDataset> datasets, long bytes, Optional<DatasetTooLarge> tooLarge) {
        this.loss = loss;
        this.datasets = List.copyOf(datasets);
        this.bytes = bytes;
        this.tooLarge = tooLarge;
    }

    /** No rows on the device. */
    public static DeviceDatasets none(Loss loss) {
        return new DeviceDatasets(loss, List.of(), 0, Optional.empty());
    }

    /** For {@code recipe}, if its arrays leave {@code free} bytes of device memory. */
    public static DeviceDatasets of(Recipe recipe, Splits splits, Normalization normalization, long free) {
        if (!Backend.isDevice()) {
            return none(recipe.loss());
        }
        ElementType type = recipe.dtype().type();
        long limit = (long) (SHARE * free);
        List<DeviceDataset> datasets = new ArrayList<>();
        long bytes = 0;
        Optional<DatasetTooLarge> tooLarge = Optional.empty();
        if (recipe.data().augment().orElse(Augmentation.none()).changesNothing()) {
            if (fits(splits.train(), type, limit)) {
                datasets.add(new DeviceDataset(splits.train(), normalization, recipe.loss(), type));
                bytes += DeviceDataset.bytes(splits.train(), type);
            } else {
                tooLarge = Optional.of(new DatasetTooLarge(DeviceDataset.bytes(splits.train(), type), limit));
            }
        }
        DataSet monitored = splits.monitored();
        if (monitored.size() > 0 && fits(monitored, type, limit - bytes)) {
            datasets.add(new DeviceDataset(monitored, normalization, recipe.loss(), type));
            bytes += DeviceDataset.bytes(monitored, type);
        }
        return new DeviceDatasets(recipe.loss(), datasets, bytes, tooLarge);
    }

    private static boolean fits(DataSet rows, ElementType type, long limit) {
        return DeviceDataset.bytes(rows, type) + DeviceDataset.scratch(rows) <= limit;
    }

    /** Whether {@code rows} are on the device, so that their batches need no features. */
    public boolean has(DataSet rows) {
        return datasets.stream().anyMatch(d -> d.data() == rows);
    }

    /** Copies batches of {@code rows} into a program. */
    public BatchFeed feed(DataSet rows) {
        return datasets.stream().filter(d -> d.data() == rows).findFirst().<BatchFeed>map(r -> r)
                .orElseGet(() -> new HostBatchFeed(loss, rows.labels()));
    }

    /** The device memory of the rows. */
    public long bytes() {
        return bytes;
    }

    /** The size of the training rows, if they do not fit. */
    public Optional<DatasetTooLarge> tooLarge() {
        return tooLarge;
    }

    @Override
    public void close() {
        datasets.forEach(DeviceDataset::close);
    }
}

package cairn.train.device;

import cairn.data.Batch;
import cairn.data.Labels;
import cairn.nn.Loss;
import cairn.nn.Program;
import java.util.Arrays;

/** Copies features and targets of a batch that was made on the host. */
public record HostBatchFeed(Loss loss, Labels labels) implements BatchFeed {
    @Override
    public void fill(Program w, Batch batch, int from, int rows) {
        int features = batch.featureCount();
        w.x().set(batch.features(), from * features, rows * features);
        targets(w, batch, from, rows);
    }

    /** Copies only the targets. */
    void targets(Program w, Batch batch, int from, int rows) {
        int width = labels.width();
        if (labels instanceof Labels.Classes) {
            float[] target = w.targetBuffer();
            Arrays.fill(target, 0);
            for (int i = 0; i < rows; i++) {
                loss.target(batch.labels()[from + i], width, target, i * width);
            }
            w.target().set(target, 0, rows * width);
        } else {
            w.target().set(batch.targets(), from * width, rows * width);
        }
    }
}

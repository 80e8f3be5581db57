package cairn.train;

import cairn.data.Batch;
import cairn.data.Labels;
import cairn.nn.Loss;
import cairn.nn.Wired;

/** Copies rows of a batch into the input and target arrays of a wired network. */
final class Feeding {
    private Feeding() {
    }

    /** Fills {@code w} with {@code rows} rows of {@code batch}, from row {@code from} on. */
    static void fill(Wired w, Loss loss, Batch batch, Labels labels, int from, int rows) {
        int features = batch.featureCount();
        w.x().set(batch.features(), from * features, rows * features);
        int width = labels.width();
        if (labels instanceof Labels.Classes) {
            float[] target = w.targetBuffer();
            java.util.Arrays.fill(target, 0);
            for (int i = 0; i < rows; i++) {
                loss.target(batch.labels()[from + i], width, target, i * width);
            }
            w.target().set(target, 0, rows * width);
        } else {
            w.target().set(batch.targets(), from * width, rows * width);
        }
    }
}

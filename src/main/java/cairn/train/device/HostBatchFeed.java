package cairn.train.device;

import cairn.data.Batch;
import cairn.data.Labels;
import cairn.nn.Loss;
import cairn.nn.Program;
import java.util.Arrays;

/** Copies features and targets of a batch that was made on the host. */
record HostBatchFeed(Loss loss, Labels labels) implements BatchFeed {
    @Override
    public void fill(Program program, Batch batch, int from, int rows) {
        int features = batch.featureCount();
        program.x().set(batch.features(), from * features, rows * features);
        targets(program, batch, from, rows);
    }

    /** Copies only the targets. */
    void targets(Program program, Batch batch, int from, int rows) {
        int width = labels.width();
        if (labels instanceof Labels.Classes) {
            double[] target = program.targetBuffer();
            Arrays.fill(target, 0);
            for (int i = 0; i < rows; i++) {
                loss.target(batch.labels()[from + i], width, target, i * width);
            }
            program.target().set(target, 0, rows * width);
        } else {
            program.target().set(batch.targets(), from * width, rows * width);
        }
    }
}

package cairn.data;

import java.util.List;

/**
 * Batches that are corrupted on purpose, to see how a training copes: in the batches of the given steps every normalized feature
 * is multiplied by {@code factor}. A negative factor makes a good classifier confidently wrong; a positive one may leave it right; a
 * factor beyond 3.4e38 makes features infinite, and the loss with them. The corruption is a pure function of the step, so it happens
 * again whenever the batch of that step is made again.
 *
 * @param steps updates finished before the corrupted ones
 */
public record CorruptedBatches(List<Long> steps, double factor) {

    public CorruptedBatches {
        steps = List.copyOf(steps);
        for (long step : steps) {
            if (step < 0) {
                throw new IllegalArgumentException("steps: expected 0 or more, found " + step);
            }
        }
        if (Double.isNaN(factor)) {
            throw new IllegalArgumentException("factor: expected a number, found NaN; 1e39 makes features infinite");
        }
    }

    public static CorruptedBatches none() {
        return new CorruptedBatches(List.of(), -1000);
    }

    /** The batches of {@code others}, except in the steps that are corrupted: those batches are made from {@code whole}, with features. */
    public BatchMaker among(BatchMaker others, Batches whole) {
        return steps.isEmpty() ? others : new Mixed(this, others, whole);
    }

    private record Mixed(CorruptedBatches corrupted, BatchMaker others, Batches whole) implements BatchMaker {

        @Override
        public Batch fill(long step, Batch reuse) {
            if (!corrupted.steps().contains(step)) {
                return others.fill(step, reuse);
            }
            float[] features = whole.fill(step, reuse).features();
            for (int i = 0; i < reuse.size() * reuse.featureCount(); i++) {
                features[i] = (float) (features[i] * corrupted.factor());
            }
            return reuse;
        }

        @Override
        public DataSet data() {
            return whole.data();
        }

        @Override
        public int batchesPerEpoch() {
            return whole.batchesPerEpoch();
        }
    }
}

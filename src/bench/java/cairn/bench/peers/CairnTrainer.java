package cairn.bench.peers;

import cairn.train.Trainer;
import java.io.IOException;

/** Cairn, as a user uses it. */
final class CairnTrainer implements BenchmarkTrainer {
    private final Trainer trainer;

    CairnTrainer(Work work) throws IOException {
        trainer = Trainer.fresh(work.parsed());
    }

    @Override
    public double train(int steps) {
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            sum += trainer.step().loss();
        }
        return sum / steps;
    }

    @Override
    public void close() {
        trainer.close();
    }
}

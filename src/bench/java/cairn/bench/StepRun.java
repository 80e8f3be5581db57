package cairn.bench;

import cairn.bench.peers.Work;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Trains the tiny network, evaluations included, and prints the time of its steps for pieces of the training, each a quarter longer than the
 * one before: last step, median, lower and upper quarter, in microseconds. Argument: steps.
 */
final class StepRun {
    private static final double LONGER = 1.25;

    private StepRun() {
    }

    public static void main(String[] args) throws IOException {
        int steps = Integer.parseInt(args[0]);
        double[] times = new double[steps];
        try (Trainer trainer = Trainer.fresh(Work.TINY.parsed())) {
            Stepper stepper = new Stepper(trainer);
            for (int i = 0; i < steps; i++) {
                long began = System.nanoTime();
                stepper.next();
                times[i] = (System.nanoTime() - began) / 1e3;
            }
        }
        for (int from = 0; from < steps;) {
            int to = Math.min(steps, Math.max(from + 1, (int) (from * LONGER)));
            double[] piece = Arrays.copyOfRange(times, from, to);
            Arrays.sort(piece);
            System.out.printf(Locale.ROOT, "%d %.3f %.3f %.3f%n", to, piece[piece.length / 2], piece[piece.length / 4],
                    piece[piece.length * 3 / 4]);
            from = to;
        }
    }
}

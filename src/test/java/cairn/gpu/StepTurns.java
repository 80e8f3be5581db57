package cairn.gpu;

import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Cairn's steps, in turns: for each line with a number it makes as many and says how long they took, with everything that a step needs, and
 * the loss of the last one. Words: work, rows of a batch. {@code torch_steps.py} does the same.
 */
final class StepTurns {
    private StepTurns() {
    }

    public static void main(String[] words) throws IOException {
        try (Trainer trainer = Trainer.fresh(Work.named(words[0]).recipe(Integer.parseInt(words[1])));
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long begin = System.nanoTime();
                // As the loop of a run makes them. Reading the last loss waits until all of them are made.
                double[] loss = {Double.NaN};
                new Stepper(trainer, new Stepper.Listener() {
                    @Override
                    public void stepped(StepReport report) {
                        loss[0] = report.loss();
                    }
                }).to(trainer.position().step() + Integer.parseInt(line));
                System.out.println("turn " + (System.nanoTime() - begin) / 1e9 + " " + loss[0]);
            }
        }
        System.exit(0);
    }
}

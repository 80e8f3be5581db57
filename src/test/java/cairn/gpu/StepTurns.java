package cairn.gpu;

import cairn.train.StepReport;
import cairn.train.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
                // As the loop of a run makes them; looking at the last loss waits until all of them are done, wherever they are computed.
                double loss = Double.NaN;
                for (int left = Integer.parseInt(line); left > 0; ) {
                    List<StepReport> made = trainer.steps(left, () -> false);
                    left -= made.size();
                    loss = made.get(made.size() - 1).loss();
                }
                System.out.println("turn " + (System.nanoTime() - begin) / 1e9 + " " + loss);
            }
        }
        System.exit(0);
    }
}

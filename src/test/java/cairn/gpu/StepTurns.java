package cairn.gpu;

import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Makes steps of Cairn in turns: for each line of input with a number, it makes that number of steps and prints how long they took, with
 * everything that a step needs, and the last loss. Arguments: model, batch size. {@code torch_steps.py} does the same with PyTorch.
 */
final class StepTurns {
    private StepTurns() {
    }

    public static void main(String[] args) throws IOException {
        try (Trainer trainer = Trainer.fresh(BenchmarkModel.named(args[0]).recipe(Integer.parseInt(args[1])));
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long begin = System.nanoTime();
                // As the training loop makes them. Reading the last loss waits until all steps are done.
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

package cairn.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Trains the built-in recipes for MNIST to their end. */
final class TrainingCheck implements Check {
    /** A recipe, how long it is trained, and the least accuracy on the test rows: half a point below the known value. */
    private record Task(String recipe, List<String> length, double accuracy) {
    }

    private static final List<Task> FULL = List.of(new Task("mnist-mlp", List.of(), 0.975), new Task("mnist-cnn", List.of(), 0.985));
    private static final List<Task> QUICK = List.of(new Task("mnist-mlp", List.of("--epochs", "1"), 0.94),
            new Task("mnist-cnn", List.of("--steps", "100"), 0.85));

    @Override
    public String name() {
        return "training";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20);
    }

    @Override
    public void run(CheckContext context) throws IOException, InterruptedException {
        for (Task task : context.options().quickOr(QUICK, FULL)) {
            List<String> words = new ArrayList<>(List.of("train", task.recipe, "--dir", context.folder().toString(), "--json"));
            words.addAll(task.length);
            long begin = System.nanoTime();
            JsonNode end = Events.end(context.run(Program.cairn(words.toArray(String[]::new))).orFail());
            double accuracy = end.get("test_accuracy").doubleValue();
            context.report(task.recipe + ", " + end.get("step").asText() + " steps", accuracy >= task.accuracy ? Row.Verdict.PASSED
                    : Row.Verdict.FAILED,
                    Format.percent(accuracy) + " of the test rows right (at least " + Format.percent(task.accuracy) + "), "
                            + Format.seconds((System.nanoTime() - begin) / 1e9) + " with start and evaluations");
        }
    }
}

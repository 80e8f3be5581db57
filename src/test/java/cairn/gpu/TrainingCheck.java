package cairn.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** MNIST, to the end of the recipes that come with Cairn. */
final class TrainingCheck implements Check {
    /** A recipe, how long it is trained, and the share of the test rows that it has to get right: half a point below what is known of it. */
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
    public void play(CheckContext stage) throws IOException, InterruptedException {
        for (Task task : stage.place().quickOr(QUICK, FULL)) {
            List<String> words = new ArrayList<>(List.of("train", task.recipe, "--dir", stage.folder().toString(), "--json"));
            words.addAll(task.length);
            long begin = System.nanoTime();
            JsonNode end = Events.end(stage.run(Program.cairn(words.toArray(String[]::new))).orFail());
            double accuracy = end.get("test_accuracy").doubleValue();
            stage.tell(task.recipe + ", " + end.get("step").asText() + " steps", accuracy >= task.accuracy ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                    Figures.percent(accuracy) + " of the test rows right (at least " + Figures.percent(task.accuracy) + "), "
                            + Figures.seconds((System.nanoTime() - begin) / 1e9) + " with start and evaluations");
        }
    }
}

package cairn.gpu;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** For how long a save holds a training, which is the copy of its state; the writing goes on beside it. */
final class CaptureCheck implements Check {
    @Override
    public String name() {
        return "capture";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void play(CheckContext stage) throws IOException, InterruptedException {
        for (String recipe : List.of("mnist-mlp", "mnist-cnn")) {
            List<String> lines = stage.run(Program.java(List.of("-XX:MaxNewSize=8m"), CaptureStall.class.getName(), stage.folder().resolve(recipe).toString(),
                    recipe, stage.place().quickOr("8", "40"))).orFail();
            String[] words = lines.get(lines.size() - 1).split(" ");
            double step = Double.parseDouble(words[2]);
            double held = Double.parseDouble(words[3]);
            stage.tell(recipe + String.format(Locale.ROOT, ", %.1f MB", Long.parseLong(words[0]) / 1e6), Row.Verdict.MEASURED,
                    "a save holds the training for " + Figures.millis(held) + String.format(Locale.ROOT, " (%.2f steps of ", held / step) + Figures.millis(step)
                            + "); written beside it in " + Figures.millis(Double.parseDouble(words[4])) + "; saved every " + words[1] + " steps");
        }
    }
}

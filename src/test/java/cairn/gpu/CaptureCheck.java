package cairn.gpu;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How long training waits for a save: the copy of the state. The file is written while training goes on. */
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
    public void run(CheckContext context) throws IOException, InterruptedException {
        for (String recipe : List.of("mnist-mlp", "mnist-cnn")) {
            List<String> lines = context.run(Program.java(List.of("-XX:MaxNewSize=8m"), CaptureStall.class.getName(),
                    context.folder().resolve(recipe).toString(), recipe, context.options().quickOr("8", "40"))).orFail();
            String[] words = lines.get(lines.size() - 1).split(" ");
            double step = Double.parseDouble(words[2]);
            double held = Double.parseDouble(words[3]);
            context.report(recipe + String.format(Locale.ROOT, ", %.1f MB", Long.parseLong(words[0]) / 1e6), Row.Verdict.MEASURED,
                    "training waits " + Format.millis(held) + " for a save" + String.format(Locale.ROOT, " (%.2f steps of ", held / step)
                    + Format.millis(step)
                            + "); the file is written in " + Format.millis(Double.parseDouble(words[4])) + " meanwhile; saved every "
                            + words[1] + " steps");
        }
    }
}

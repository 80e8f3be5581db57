package cairn.gpu;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The losses of the first steps beside those of the processor, with the same weights, batches and masks. They may differ, for sums are cut
 * otherwise, and what differs grows with the steps, for each starts from the last one's rounding: two releases of ND4J on one processor,
 * one with oneDNN and one without, are 2e-7 apart for the first 40 steps of mnist-mlp, 1e-2 after 100 and a third of the loss after 400, when
 * they are two trainings that learn equally well. So single losses are compared as long as roundings are small, and then their mean.
 */
final class LossesCheck implements Check {
    /** One forward pass on the same weights: some roundings of float32, each a relative 6e-8. */
    static final double FIRST = 1e-5;
    /** The early steps. */
    static final double EARLY = 1e-3;
    static final int EARLY_STEPS = 20;
    /** Of the mean of the later ones; those two releases are 0.8 % apart. */
    static final double MEAN = 0.03;
    static final int MEAN_FROM = 100;
    private static final List<String> RECIPES = List.of("mnist-mlp", "mnist-cnn");

    @Override
    public String name() {
        return "losses";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(15);
    }

    @Override
    public void play(CheckContext stage) throws IOException, InterruptedException {
        String steps = stage.place().quickOr("20", "200");
        for (String recipe : RECIPES) {
            Program program = Program.java(List.of("-XX:MaxNewSize=8m"), LossTrace.class.getName(), recipe, steps);
            double[] here = losses(stage, program);
            double[] there = losses(stage, program.onProcessor());
            compare(stage, recipe, here, there);
        }
    }

    private static double[] losses(CheckContext stage, Program program) throws IOException, InterruptedException {
        return stage.run(program).orFail().stream().mapToDouble(Double::parseDouble).toArray();
    }

    static void compare(CheckContext stage, String recipe, double[] here, double[] there) throws IOException {
        if (here.length != there.length || here.length == 0) {
            throw new IOException("as many losses were expected of both, found " + here.length + " and " + there.length);
        }
        int early = Math.min(EARLY_STEPS, here.length);
        double most = IntStream.range(0, early).mapToDouble(i -> difference(here[i], there[i])).max().orElseThrow();
        boolean isNear = difference(here[0], there[0]) <= FIRST && most <= EARLY;
        String result = String.format(Locale.ROOT, "%.1e apart at step 1 (bound %.0e), at most %.1e to step %d (bound %.0e)",
                difference(here[0], there[0]), FIRST, most, early, EARLY);
        if (here.length > MEAN_FROM) {
            double apart = difference(mean(here), mean(there));
            isNear &= apart <= MEAN;
            result += String.format(Locale.ROOT, "; mean from step %d to %d %.4f beside %.4f, %.1e apart (bound %.0e)", MEAN_FROM + 1, here.length,
                    mean(here), mean(there), apart, MEAN);
        }
        stage.tell(recipe + ", " + here.length + " steps beside the processor's", isNear ? Row.Verdict.PASSED : Row.Verdict.FAILED, result);
    }

    private static double mean(double[] losses) {
        return Arrays.stream(losses).skip(MEAN_FROM).average().orElseThrow();
    }

    /** Relative; of a loss that is no number, as large as can be. */
    private static double difference(double here, double there) {
        double difference = Math.abs(here - there) / Math.abs(there);
        return Double.isFinite(difference) ? difference : Double.POSITIVE_INFINITY;
    }
}

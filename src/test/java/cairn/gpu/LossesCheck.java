package cairn.gpu;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The losses of the first steps compared with those of the CPU, with the same weights, batches and dropout masks. They may differ, because
 * sums are cut in another way. The difference grows, because each step starts from the rounding of the step before. Two releases of ND4J on
 * one CPU, one with oneDNN and one without, differ by 2e-7 over the first 40 steps of mnist-mlp, by 1e-2 after 100, and by a third of the
 * loss after 400; then they are two trainings that learn equally well. So single losses are compared while roundings are small, and later
 * only their mean.
 */
final class LossesCheck implements Check {
    /** The relative difference of the first loss: one forward pass on the same weights, some roundings of float32 of 6e-8 each. */
    static final double FIRST = 1e-5;
    /** The relative difference of the early losses. */
    static final double EARLY = 1e-3;
    static final int EARLY_STEPS = 20;
    /** The relative difference of the mean of the later losses; those two releases differ by 0.8 %. */
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
    public void run(CheckContext context) throws IOException, InterruptedException {
        String steps = context.options().quickOr("20", "200");
        for (String recipe : RECIPES) {
            Program program = Program.java(List.of("-XX:MaxNewSize=8m"), LossTrace.class.getName(), recipe, steps);
            double[] here = losses(context, program);
            double[] there = losses(context, program.onCpu());
            compare(context, recipe, here, there);
        }
    }

    private static double[] losses(CheckContext context, Program program) throws IOException, InterruptedException {
        return context.run(program).orFail().stream().mapToDouble(Double::parseDouble).toArray();
    }

    static void compare(CheckContext context, String recipe, double[] here, double[] there) throws IOException {
        if (here.length != there.length || here.length == 0) {
            throw new IOException("the same number of losses was expected of both, found " + here.length + " and " + there.length);
        }
        int early = Math.min(EARLY_STEPS, here.length);
        double most = IntStream.range(0, early).mapToDouble(i -> difference(here[i], there[i])).max().orElseThrow();
        boolean isNear = difference(here[0], there[0]) <= FIRST && most <= EARLY;
        String result = String.format(Locale.ROOT, "%.1e apart at step 1 (bound %.0e), at most %.1e to step %d (bound %.0e)",
                difference(here[0], there[0]), FIRST, most, early, EARLY);
        if (here.length > MEAN_FROM) {
            double difference = difference(mean(here), mean(there));
            isNear &= difference <= MEAN;
            result += String.format(Locale.ROOT, "; mean from step %d to %d %.4f beside %.4f, %.1e apart (bound %.0e)", MEAN_FROM + 1,
                    here.length, mean(here), mean(there), difference, MEAN);
        }
        context.report(recipe + ", " + here.length + " steps compared with the CPU", isNear ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                result);
    }

    private static double mean(double[] losses) {
        return Arrays.stream(losses).skip(MEAN_FROM).average().orElseThrow();
    }

    /** The relative difference; infinite if a loss is not finite. */
    private static double difference(double here, double there) {
        double difference = Math.abs(here - there) / Math.abs(there);
        return Double.isFinite(difference) ? difference : Double.POSITIVE_INFINITY;
    }
}

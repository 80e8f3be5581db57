package cairn.card;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The losses of the first steps beside those of the processor, with the same weights, batches and masks. They may differ, for sums are cut
 * otherwise; how much that becomes grows with the steps, for each starts from the last one's rounding.
 */
final class LossesPart implements Part {
    /** The first loss is one forward pass on the same weights: some roundings of float32, each a relative 6e-8. */
    static final double FIRST = 1e-5;
    /** Two builds of ND4J, which multiply and convolve with different code, stay within a tenth of it over 200 steps. */
    static final double ALL = 2e-2;
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
    public void play(Stage stage) throws IOException, InterruptedException {
        String steps = stage.place().quickOr("20", "200");
        for (String recipe : RECIPES) {
            Program program = Program.java(List.of("-XX:MaxNewSize=8m"), LossTrace.class.getName(), recipe, steps);
            double[] here = losses(stage, program);
            double[] there = losses(stage, program.onProcessor());
            compare(stage, recipe, here, there);
        }
    }

    private static double[] losses(Stage stage, Program program) throws IOException, InterruptedException {
        return stage.run(program).orFail().stream().mapToDouble(Double::parseDouble).toArray();
    }

    static void compare(Stage stage, String recipe, double[] here, double[] there) throws IOException {
        if (here.length != there.length || here.length == 0) {
            throw new IOException("as many losses were expected of both, found " + here.length + " and " + there.length);
        }
        int worst = 0;
        for (int i = 0; i < here.length; i++) {
            worst = difference(here, there, i) > difference(here, there, worst) ? i : worst;
        }
        boolean isNear = difference(here, there, 0) <= FIRST && difference(here, there, worst) <= ALL;
        stage.tell(recipe + ", " + here.length + " steps beside the processor's", isNear ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                String.format(Locale.ROOT, "%.1e apart at step 1 (bound %.0e), at most %.1e, at step %d (bound %.0e); loss %.4f to %.4f",
                        difference(here, there, 0), FIRST, difference(here, there, worst), worst + 1, ALL, here[0], here[here.length - 1]));
    }

    /** Relative; of a loss that is no number, as large as can be. */
    private static double difference(double[] here, double[] there, int i) {
        double difference = Math.abs(here[i] - there[i]) / Math.abs(there[i]);
        return Double.isFinite(difference) ? difference : Double.POSITIVE_INFINITY;
    }
}

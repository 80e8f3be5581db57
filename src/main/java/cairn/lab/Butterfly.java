package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Series;
import cairn.data.Normalization;
import cairn.data.source.BuiltInData;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.optim.ClipNorm;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.device.Threads;
import cairn.train.Predictor;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far one bit of one weight, or another number of threads, moves two trainings apart. */
public final class Butterfly implements Experiment {
    private static final String WEIGHTS = "model/5.dense/weight";

    /** One way to continue: from which state, on which rows, with how many threads. */
    private record Variant(String name, State start, TrainingData data, int threads) {
    }

    /** One moment of it: weights, validation loss, the predicted class of each test row. */
    private record Moment(WeightVector weights, double loss, int[] classes) {
    }

    private record Trace(Variant variant, List<Moment> seen) {
    }

    @Override
    public String name() {
        return "butterfly";
    }

    @Override
    public String question() {
        return "One bit of one weight is flipped: how far apart are two trainings after 1, 10, 1000 steps, in weights, in loss and in"
                + " predictions?";
    }

    @Override
    public Report run(Context context) throws IOException {
        int at = context.choose(40, 20);
        List<Integer> moments = Course.moments(context.choose(1600, 60), context.choose(40, 10));
        Recipe recipe = Recipe.named("butterfly").seed(context.seed()).data(new BuiltInData.Digits()).batchSize(64)
                .validation(SplitSize.of(180))
                .test(SplitSize.of(360)).normalize(Normalization.Kind.SCALE)
                .model(new Flatten(), Dense.of(256), new Relu(), Dense.of(256), new Relu(), Dense.of(10))
                .clip(new ClipNorm(1)).optimizer(Adam.of(0.004)).build();
        TrainingData data = TrainingData.open(recipe, context.data());
        State saved;
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            context.progress().accept("training to step " + at);
            saved = Course.at(trainer, at);
        }
        long weight = Key.of(context.seed()).fold("weight").below(Math.toIntExact(saved.tensor(WEIGHTS).size()), 0);
        int threads = Threads.count();
        int others = threads == 1 ? 2 : 1;
        int[] order = Key.of(context.seed()).fold("another order").permutation(data.splits().train().size());
        List<Variant> variants = List.of(new Variant("nothing", saved, data, threads),
                new Variant("bit 0", flipped(saved, weight, 0), data, threads),
                new Variant("bit 11", flipped(saved, weight, 11), data, threads),
                new Variant("bit 22", flipped(saved, weight, 22), data, threads),
                new Variant(Numbers.count(others, "thread"), saved, data, others),
                new Variant("order of rows", saved, Course.reordered(data, order), threads));
        List<Trace> traces = new ArrayList<>();
        for (Variant variant : variants) {
            context.progress().accept("changed: " + variant.name());
            Threads.with(variant.threads(), () -> traces.add(trace(recipe, variant, moments)));
        }
        return report(saved, weight, at, moments, threads, traces);
    }

    /** {@code saved} with one bit of one weight flipped: 0 is the last of the fraction, 22 its first. */
    private static State flipped(State saved, long weight, int bit) {
        Value.Tensor t = saved.tensor(WEIGHTS);
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(4 * t.size())).order(ByteOrder.LITTLE_ENDIAN).put(t.bytes()).flip()
                .order(ByteOrder.LITTLE_ENDIAN);
        int place = Math.toIntExact(4 * weight);
        bytes.putInt(place, bytes.getInt(place) ^ 1 << bit);
        return saved.overlay(State.of(Map.of(WEIGHTS, new Value.Tensor(t.type(), t.shape(), bytes))));
    }

    private static Trace trace(Recipe recipe, Variant variant, List<Integer> moments) {
        try (Trainer trainer = Trainer.fresh(recipe, variant.data())) {
            trainer.restore(variant.start());
            long from = trainer.position().step();
            List<Moment> seen = new ArrayList<>();
            seen.add(moment(trainer));
            for (int moment : moments) {
                trainer.trainTo(from + moment);
                seen.add(moment(trainer));
            }
            return new Trace(variant, seen);
        }
    }

    private static Moment moment(Trainer trainer) {
        State state = trainer.snapshot();
        float[][] outputs = Predictor.of(trainer.recipe(), state).outputs(trainer.data().splits().test());
        int[] classes = new int[outputs.length];
        for (int row = 0; row < outputs.length; row++) {
            for (int c = 1; c < outputs[row].length; c++) {
                classes[row] = outputs[row][c] > outputs[row][classes[row]] ? c : classes[row];
            }
        }
        return new Moment(WeightVector.of(state), trainer.evaluate(trainer.data().monitored()).loss().value(), classes);
    }

    private static double distance(Trace f, Trace exact, int index) {
        return f.seen().get(index).weights().relativeDistance(exact.seen().get(index).weights());
    }

    private static double loss(Trace f, Trace exact, int index) {
        return Math.abs(f.seen().get(index).loss() - exact.seen().get(index).loss());
    }

    private static double predictions(Trace f, Trace exact, int index) {
        int[] a = f.seen().get(index).classes();
        int[] b = exact.seen().get(index).classes();
        int different = 0;
        for (int i = 0; i < a.length; i++) {
            different += a[i] == b[i] ? 0 : 1;
        }
        return (double) different / a.length;
    }

    private Report report(State saved, long weight, int at, List<Integer> moments, int threads, List<Trace> traces) {
        Trace exact = traces.get(0);
        int end = moments.size();
        int tenth = indexOf(moments, 10) + 1;
        Table table = Table.of("Distance from the training in which nothing was changed", "changed", "weights at once", "after 1 step",
                "after " + moments.get(tenth - 1),
                "after " + moments.get(end - 1), "loss, at the end", "predictions, at the end");
        for (Trace f : traces) {
            table = table.plus(f.variant().name(), distance(f, exact, 0), distance(f, exact, 1), distance(f, exact, tenth),
                    distance(f, exact, end),
                    loss(f, exact, end), predictions(f, exact, end));
        }
        return new Report(
                List.of("A network of three dense layers learns the digits. After " + at + " updates its state is saved, and weight "
                                + weight + " of the last layer, "
                                + Numbers.text(saved.tensor(WEIGHTS).get(weight))
                                + ", is changed by a single bit: `saved.overlay(...)` with the last bit of its fraction flipped"
                                + " (bit 0), the middle one (11) or the first (22). Then both continue for " + moments.get(end - 1)
                                + " updates, with the same rows and rates.",
                        "Two more trainings change something else: the number of threads (" + threads
                                + " before), which changes into which parts long sums are"
                                + " cut, and the order of the rows, which is as much as two correct runs can differ.",
                        "The distance of weights is ‖θ - θ'‖ / ‖θ'‖; that of predictions is the fraction of the "
                                + exact.seen().get(0).classes().length + " test rows whose predicted class differs."),
                List.of(table),
                List.of(new Report.Figure(chart("Distance of two trainings: weights", "relative distance of weights", traces, moments,
                Butterfly::distance),
                                "A training that never differs is at the lower edge, and the line below the axis names it."),
                        new Report.Figure(chart("Distance of two trainings: loss", "difference of validation losses", traces, moments,
                        Butterfly::loss),
                                "The absolute difference of the validation losses.")),
                findings(moments, traces, tenth, end),
                List.of("Flip a bit of a moment (`optimizer/v/...`) instead of a weight. Does it matter which?",
                        "Flip a bit of a weight of the first layer whose pixel is 0 in every image. Why does nothing happen? (With"
                                + " weight decay?)",
                        "Train in double (`dtype: float64`), where bit 0 is 2^29 times smaller."
                                + " How many steps does the butterfly need now?"));
    }

    /** The largest jump from one moment to the next, if it is more than fivefold. */
    private static Optional<String> jump(List<Trace> traces, List<Integer> moments) {
        double most = 0;
        String words = "";
        for (Trace f : traces) {
            for (int i = 1; i < moments.size(); i++) {
                double ratio = distance(f, traces.get(0), i + 1) / distance(f, traces.get(0), i);
                if (ratio > most && Double.isFinite(ratio)) {
                    most = ratio;
                    words = "Between steps " + moments.get(i - 1) + " and " + moments.get(i) + " the distance of " + f.variant().name()
                            + " jumps " + Numbers.text(ratio)
                            + "-fold. Distances grow in jumps, not evenly: if the input of a ReLU is below 0 in one training and above 0"
                            + " in the other, a gradient"
                            + " passes in only one of them, and Adam, which divides by its size, makes a whole step of it.";
                }
            }
        }
        return most > 5 ? Optional.of(words) : Optional.empty();
    }

    private static int indexOf(List<Integer> moments, int moment) {
        for (int i = 0; i < moments.size(); i++) {
            if (moments.get(i) >= moment) {
                return i;
            }
        }
        return moments.size() - 1;
    }

    /** A distance at one moment. */
    private interface Measure {
        double of(Trace f, Trace exact, int index);
    }

    /** One line for each training. */
    private static Curves chart(String title, String axis, List<Trace> traces, List<Integer> moments, Measure measure) {
        List<Series> series = new ArrayList<>();
        for (Trace f : traces) {
            series.add(Course.line(f.variant().name(), moments, i -> measure.of(f, traces.get(0), i + 1)));
        }
        return new Curves(title, Axis.logarithmic("steps after the change"), Axis.logarithmic(axis), series);
    }

    private static List<String> findings(List<Integer> moments, List<Trace> traces, int tenth, int end) {
        Trace exact = traces.get(0);
        Trace bit = traces.get(1);
        Trace high = traces.get(3);
        Trace threads = traces.get(4);
        Trace order = traces.get(5);
        List<String> findings = new ArrayList<>();
        double growth = distance(bit, exact, end) / distance(bit, exact, 0);
        findings.add("The last bit of one weight is a relative distance of " + Numbers.text(distance(bit, exact, 0))
                + " of all weights. After "
                + Numbers.count(moments.get(tenth - 1), "step") + " it has become " + Numbers.text(distance(bit, exact, tenth))
                + " and after " + moments.get(end - 1) + ", "
                + Numbers.text(distance(bit, exact, end)) + ": it has grown " + Numbers.text(growth) + "-fold.");
        findings.add("The first bit of the fraction is " + Numbers.text(distance(high, exact, 0) / distance(bit, exact, 0))
                + " times larger at once, and only "
                + Numbers.text(distance(high, exact, end) / distance(bit, exact, end))
                + " times at the end. Another order of the rows leads to "
                + Numbers.text(distance(order, exact, end)) + ", " + Numbers.text(distance(order, exact, end) / distance(bit, exact, end))
                + " times as far as the last bit.");
        findings.add("The loss of the training with the flipped last bit differs by " + Numbers.text(loss(bit, exact, end))
                + " at the end, and "
                + Numbers.percent(predictions(bit, exact, end)) + " of the test rows have another predicted class"
                + (predictions(bit, exact, end) == 0 ? ": the weights differ long before a result shows it." : "."));
        jump(traces, moments).ifPresent(findings::add);
        boolean parted = distance(threads, exact, end) > 0;
        findings.add(parted ? "With " + threads.variant().name() + " nothing in the state was changed, and the weights are "
                        + Numbers.text(distance(threads, exact, 1))
                        + " apart after one step and " + Numbers.text(distance(threads, exact, end))
                        + " at the end: other parts of a long sum give another rounding, which grows in the same way."
                        + " That is why bits are promised for one number of threads only, and why every checkpoint records it."
                : "With " + threads.variant().name() + " the bits stay the same here, to the end. Cairn cuts its sums over whole vectors"
                        + " in the same way for any number of threads, and"
                        + " a matrix product of this size is divided by rows and columns, so that each sum is made by one thread in one"
                        + " order. Larger products or another library may differ;"
                        + " that is why bits are promised for one number of threads only, and why every checkpoint records it.");
        return findings;
    }
}

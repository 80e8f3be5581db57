package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.Normalization;
import cairn.data.source.BuiltInData;
import cairn.nn.Layer;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sequential;
import cairn.optim.Adam;
import cairn.optim.Optimizer;
import cairn.optim.schedule.Cosine;
import cairn.optim.schedule.Joined;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.TrainingTime;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What each part of the state is there for: a training is resumed without one of them at a time. */
public final class Forget implements Experiment {

    /**
     * One way of resuming.
     *
     * @param forgotten what is missing
     * @param how how that was done
     * @param recipe what is trained from there on
     * @param data on which rows
     * @param start the state it is resumed from
     */
    private record Way(String forgotten, String how, Recipe recipe, TrainingData data, State start) {
    }

    /** The weights and the validation loss of one way, after each of {@link Plan#moments}. */
    private record Trace(Way way, List<WeightVector> weights, List<Double> losses, long bestStep) {
    }

    private record Plan(long resumedAt, List<Integer> moments) {
    }

    @Override
    public String name() {
        return "forget";
    }

    @Override
    public String question() {
        return "A training is resumed without one part of its state: what does it lose, how far does it deviate, and for how long?";
    }

    @Override
    public Report run(Context context) throws IOException {
        // In the middle of an epoch, so that there is a shuffle position to forget; 40 steps make one.
        Plan plan = new Plan(context.choose(820, 60), Course.moments(context.choose(780, 60), context.choose(40, 12)));
        Recipe recipe = recipe(context.seed(), plan, layers(new Dropout(0.3)), rule(), schedule(plan));
        TrainingData data = TrainingData.open(recipe, context.data());
        State fresh;
        State saved;
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            context.progress().accept("training to step " + plan.resumedAt());
            fresh = trainer.snapshot();
            saved = Course.at(trainer, plan.resumedAt());
        }
        List<Trace> traces = new ArrayList<>();
        for (Way way : ways(recipe, data, plan, fresh, saved)) {
            context.progress().accept("resumed without " + way.forgotten());
            traces.add(trace(way, plan));
        }
        return report(recipe, plan, saved, traces);
    }

    /** The same digits and network for every way; only the parts that are given may differ. */
    private static Recipe recipe(long seed, Plan plan, Layer[] layers, Optimizer rule, LrSchedule schedule) {
        return Recipe.named("forget").seed(seed).data(new BuiltInData.Digits()).batchSize(32).validation(SplitSize.of(180))
                .test(SplitSize.of(360))
                .normalize(Normalization.Kind.NONE).model(layers).optimizer(rule).schedule(schedule)
                .plateau(new Plateau(0.5, 1, 0, 1e-4, 0, Plateau.Mode.MIN)).evaluate(TrainingTime.epochs(1), "loss").build();
    }

    private static Layer[] layers(Layer dropout) {
        return new Layer[] {new Flatten(), Dense.of(64), BatchNorm.of(), new Relu(), dropout, Dense.of(10)};
    }

    private static Optimizer rule() {
        return Adam.of(0.003);
    }

    /** Down from 1 to a tenth over the whole training. */
    private static LrSchedule schedule(Plan plan) {
        return new Cosine(TrainingTime.steps(plan.resumedAt() + last(plan)), 0.1, 1, 1);
    }

    private static int last(Plan plan) {
        return plan.moments().get(plan.moments().size() - 1);
    }

    private List<Way> ways(Recipe recipe, TrainingData data, Plan plan, State fresh, State saved) {
        long at = plan.resumedAt();
        long seed = recipe.seed();
        int[] order = Key.of(seed).fold("another order").permutation(data.splits().train().size());
        List<Way> ways = new ArrayList<>();
        ways.add(new Way("nothing", "`saved`", recipe, data, saved));
        ways.add(new Way("optimizer moments", "`saved.overlay(fresh.select(PATH))` for `optimizer/m` and `optimizer/v`", recipe, data,
                saved.overlay(fresh.select("optimizer/m")).overlay(fresh.select("optimizer/v"))));
        ways.add(new Way("Adam's update count", "`saved.overlay(fresh.select(\"optimizer/age\"))`", recipe, data,
                saved.overlay(fresh.select("optimizer/age"))));
        ways.add(new Way("shuffle order", "the same training rows, renumbered at random, so that every epoch visits them in another order",
                recipe,
                Course.reordered(data, order), saved));
        ways.add(otherRecipe("dropout key", "the dropout layer one level deeper, `sequential(dropout)`: a mask's key is folded with the"
                + " layer's path",
                recipe(seed, plan, layers(Sequential.of(new Dropout(0.3))), rule(), schedule(plan)), data, saved));
        ways.add(new Way("batch-norm statistics", "`saved.overlay(fresh.select(PATH))` for both running statistics", recipe, data,
                saved.overlay(fresh.select("model/2.batch-norm/running-mean")).overlay(fresh.select("model/2.batch-norm/running-var"))));
        ways.add(otherRecipe("schedule position", "a schedule that starts again at step " + at + " (`joined`)",
                recipe(seed, plan, layers(new Dropout(0.3)), rule(), Joined.of(new Joined.Part(schedule(plan), TrainingTime.steps(at)),
                        new Joined.Part(schedule(plan), TrainingTime.steps(1)))), data, saved));
        ways.add(new Way("best metric", "`saved.overlay(fresh.select(\"progress\"))`", recipe, data,
                saved.overlay(fresh.select("progress"))));
        ways.add(new Way("train/step", "`saved.overlay(State.of(Map.of(\"train/step\", 0)))`: all that follows from the step is"
                + " forgotten at once",
                recipe, data, saved.overlay(State.of(Map.of("train/step", new Value.Int(0))))));
        ways.add(new Way("all but the model", "`fresh.overlay(saved.select(\"model\"))`", recipe, data,
                fresh.overlay(saved.select("model"))));
        return ways;
    }

    /** The saved state under another recipe: its digest, a constant of the state, is taken from a fresh state of that recipe. */
    private static Way otherRecipe(String forgotten, String how, Recipe other, TrainingData data, State saved) {
        return new Way(forgotten, how, other, data, saved.overlay(State.of(Map.of("recipe/digest", new Value.Text(other.digest())))));
    }

    private static Trace trace(Way way, Plan plan) {
        try (Trainer trainer = Trainer.fresh(way.recipe(), way.data())) {
            trainer.restore(way.start());
            long from = trainer.position().step();
            List<WeightVector> weights = new ArrayList<>();
            List<Double> losses = new ArrayList<>();
            losses.add(trainer.evaluate(trainer.data().monitored()).loss().value());
            for (int moment : plan.moments()) {
                weights.add(WeightVector.of(Course.at(trainer, from + moment)));
                losses.add(trainer.evaluate(trainer.data().monitored()).loss().value());
            }
            return new Trace(way, weights, losses, trainer.progress().bestStep());
        }
    }

    private Report report(Recipe recipe, Plan plan, State saved, List<Trace> traces) {
        Trace exact = traces.get(0);
        // The distance of two trainings that differ only in random choices: less than that is no loss.
        double chance = traces.stream().filter(t -> t.way().forgotten().matches("dropout key|shuffle order"))
                .mapToDouble(t -> Math.abs(widest(excess(t, exact)))).max().orElseThrow();
        Table table = Table.of("What was forgotten, and what it did", "forgotten", "entries changed", "weights after 1 step",
                "weights at the end", "most excess loss", "steps beyond chance", "best step");
        for (Trace t : traces) {
            table = table.plus(t.way().forgotten(), t.way().start().diff(saved).stream().filter(d -> !d.path().equals("recipe/digest"))
                    .count(),
                    distance(t, exact, 0), distance(t, exact, plan.moments().size() - 1), widest(excess(t, exact)),
                    recovery(excess(t, exact), plan, chance), t.bestStep());
        }
        Table how = Table.of("How it was forgotten", "forgotten", "how");
        for (Trace t : traces) {
            how = how.plus(t.way().forgotten(), t.way().how());
        }
        return new Report(
                List.of("A network with batch normalization and dropout learns the "
                                + recipe.data().set().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
                                + " set with Adam, a cosine schedule and a plateau rule. Its state is saved after "
                                + plan.resumedAt() + " updates, in the middle of an epoch, and training is resumed from it in "
                                + traces.size() + " ways for " + last(plan)
                                + " updates: once as it was saved, and each other time without one part.",
                        "Most of it is arithmetic on values: `saved` is the state that was saved and `fresh` the state of a training that"
                                + " has not begun. In Cairn the order of the rows, the dropout masks and the learning rate follow from"
                                + " `train/step` and the seed and are not stored; to forget one of them alone, that part of the recipe is"
                                + " replaced by one that counts or draws differently, and `recipe/digest` in the state by the digest of"
                                + " that recipe.",
                        "The distance of weights is ‖θ - θ'‖ / ‖θ'‖, θ' being those of the exact resume at the same step."
                                + " Excess loss is the"
                                + " validation loss minus that of the exact resume. Trainings that differ only in their dropout masks or"
                                + " in the order of their rows are up to "
                                + Numbers.text(chance) + " apart; a difference within that is called chance."),
                List.of(table, how),
                List.of(new Report.Figure(distances(traces, exact, plan),
                "Distance of the weights from those of the exact resume. A distance of 0 is at the lower edge, and"
                                + " the line below the axis names it."),
                        new Report.Figure(losses(traces, exact, plan, chance),
                        "Validation loss right after the resume (drawn at step 0.7) and later, for those that"
                                + " leave the bounds of chance at some time.")),
                findings(traces, saved, exact, plan, chance),
                List.of("Forget only `optimizer/v` and keep `optimizer/m`, then the reverse. Which of the two makes the jump?",
                        "Make the first resumed step small: raise Adam's epsilon, or lower the rate for the first hundred steps. How"
                                + " much of the damage of lost moments is left?",
                        "Replace Adam by SGD without momentum. Which rows of the table become 0, and why?"));
    }

    private static List<Double> excess(Trace t, Trace exact) {
        List<Double> excess = new ArrayList<>();
        for (int i = 0; i < t.losses().size(); i++) {
            excess.add(t.losses().get(i) - exact.losses().get(i));
        }
        return excess;
    }

    private static double widest(List<Double> excess) {
        return excess.stream().max((a, b) -> Double.compare(Math.abs(a), Math.abs(b))).orElseThrow();
    }

    /** After how many steps the loss is within chance and stays there. */
    private static long recovery(List<Double> excess, Plan plan, double chance) {
        for (int i = excess.size() - 1; i >= 0; i--) {
            if (Math.abs(excess.get(i)) > chance) {
                return i == excess.size() - 1 ? last(plan) : i == 0 ? 1 : plan.moments().get(i);
            }
        }
        return 0;
    }

    private static double distance(Trace t, Trace exact, int moment) {
        return t.weights().get(moment).relativeDistance(exact.weights().get(moment));
    }

    private static Curves distances(List<Trace> traces, Trace exact, Plan plan) {
        List<Series> series = new ArrayList<>();
        for (Trace t : traces) {
            series.add(Course.line(t.way().forgotten(), plan.moments(), i -> distance(t, exact, i)));
        }
        return new Curves("How far a resume without one thing deviates", Axis.logarithmic("steps after the resume"),
                Axis.logarithmic("relative distance of weights"), series);
    }

    private static Curves losses(List<Trace> traces, Trace exact, Plan plan, double chance) {
        List<Series> series = new ArrayList<>();
        for (Trace t : traces) {
            if (t != exact && Math.abs(widest(excess(t, exact))) <= chance) {
                continue;
            }
            List<Point> points = new ArrayList<>();
            points.add(Point.of(0.7, t.losses().get(0)));
            for (int i = 0; i < plan.moments().size(); i++) {
                points.add(Point.of(plan.moments().get(i), t.losses().get(i + 1)));
            }
            series.add(Series.line(t.way().forgotten(), points));
        }
        return new Curves("Validation loss after a resume without one thing", Axis.logarithmic("steps after the resume"),
                Axis.logarithmic("validation loss"), series);
    }

    private static List<String> findings(List<Trace> traces, State saved, Trace exact, Plan plan, double chance) {
        int end = plan.moments().size() - 1;
        Map<String, Trace> by = traces.stream().collect(Collectors.toMap(t -> t.way().forgotten(), t -> t));
        List<String> findings = new ArrayList<>();
        double again = distance(exact, exact, end);
        findings.add(again == 0 ? "Resumed with everything, the training is where it would have been: distance 0 at every step, to the bit."
                : "Resumed with everything, the training deviated by " + Numbers.text(again)
                + ": this machine does not compute the same twice.");
        Trace moments = by.get("optimizer moments");
        Trace key = by.get("dropout key");
        findings.add("Without moments the first step deviates by " + Numbers.text(distance(moments, exact, 0)) + ", "
                + Numbers.times(distance(moments, exact, 0) / distance(key, exact, 0)) + " as far as with other dropout masks. Adam divides"
                + " by √v, and right after the resume v holds 0.001 of one squared gradient and m 0.1 of one gradient while t says that"
                + " no correction is"
                + " needed: each weight moves by 0.1/√0.001, about 3.2 times the rate, whatever its gradient.");
        findings.add("At the end, the order by distance is: " + traces.stream().skip(1)
                .sorted((a, b) -> Double.compare(distance(b, exact, end), distance(a, exact, end)))
                .map(t -> t.way().forgotten() + " (" + Numbers.text(distance(t, exact, end)) + ")").collect(Collectors.joining(", "))
                + ".");
        Trace norm = by.get("batch-norm statistics");
        findings.add("Without the statistics of batch normalization the weights after one step are " + (distance(norm, exact, 0) == 0
                ? "the same to the bit" : "off by " + Numbers.text(distance(norm, exact, 0)))
                + ", because training does not use them; but the model is evaluated with them, and its loss right after the resume is "
                + Numbers.text(norm.losses().get(0)) + " instead of " + Numbers.text(exact.losses().get(0))
                + ". The excess is beyond chance for "
                + Numbers.count(recovery(excess(norm, exact), plan, chance), "step") + ".");
        Trace best = by.get("best metric");
        int first = firstApart(best, exact, plan);
        findings.add("Without the best metric the weights are " + (first < 0 ? "the same to the end; "
                : "different from step " + first + " on, because the memory of the plateau rule is lost with it: its factor, "
                        + Numbers.text(saved.real("progress/plateau/factor")) + " when saved, is 1 again; ")
                        + (best.bestStep() == exact.bestStep()
                ? "the best step is " + exact.bestStep() + " all the same, because after the resume both trainings became better than"
                        + " the forgotten"
                        + " best; otherwise a worse model would have been taken for the best."
                : "the best step is reported as " + best.bestStep() + ", with everything it is " + exact.bestStep() + "."));
        Trace t = by.get("Adam's update count");
        findings.add("With Adam's own count lost, the corrections for the first steps are made again on moments that need none; that"
                + " changes the loss by at most "
                + Numbers.text(Math.abs(widest(excess(t, exact)))) + ", and chance alone by " + Numbers.text(chance) + ".");
        List<String> lasting = traces.stream().filter(x -> recovery(excess(x, exact), plan, chance) >= last(plan))
                .map(x -> x.way().forgotten()).toList();
        findings.add(lasting.isEmpty() ? "After " + last(plan) + " steps the loss of each is within chance of the exact resume; none has"
                + " its weights."
                : "Still beyond chance after " + last(plan) + " steps: " + String.join(", ", lasting) + ".");
        return findings;
    }

    private static int firstApart(Trace t, Trace exact, Plan plan) {
        for (int i = 0; i < plan.moments().size(); i++) {
            if (distance(t, exact, i) > 0) {
                return plan.moments().get(i);
            }
        }
        return -1;
    }
}

package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.CorruptedBatches;
import cairn.data.source.BuiltInData;
import cairn.metrics.Evaluation;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Relu;
import cairn.optim.Momentum;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeBuilder;
import cairn.recipe.Recovery;
import cairn.recipe.SplitSize;
import cairn.recovery.TrainingFaultException;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** What a corrupted batch does to a training, and how much of that the recovery rules prevent. */
public final class SpikeRules implements Experiment {
    private static final int BACK = 20;
    private static final int POISONED = 3;

    private record Dose(String name, double factor) {
    }

    private record Rule(String name, Optional<Recovery> recovery) {
    }

    /**
     * One training.
     *
     * @param losses on the validation rows, by step
     * @param stoppedAt the step at which a fault ended it, if one did
     */
    private record Trace(String dose, String rule, List<Point> losses, double accuracy, int actions, Optional<Long> stoppedAt) {
        double last() {
            return losses.get(losses.size() - 1).y();
        }

        double highestFrom(long step) {
            return losses.stream().filter(p -> p.x() > step).mapToDouble(Point::y).max().orElse(Double.NaN);
        }
    }

    @Override
    public String name() {
        return "spike";
    }

    @Override
    public String question() {
        return "A few batches are corrupted: what happens to a training that does nothing about it, skips them, goes back, or lowers its"
                + " learning rate?";
    }

    @Override
    public Report run(Context context) throws IOException {
        long at = context.choose(400, 60);
        long end = context.choose(1000, 120);
        int every = context.choose(4, 5);
        Recovery.Spike spike = Recovery.Spike.of();
        List<Dose> doses = List.of(new Dose("inverted", -1), new Dose("times -30", -30), new Dose("infinite", 1e39));
        List<Rule> rules = List.of(new Rule("no rule", Optional.empty()), new Rule("skip", rule(0, 1, spike)),
                new Rule("go back and skip", rule(BACK, 1, spike)), new Rule("skip, half the rate", rule(0, 0.5, spike)));
        TrainingData data = TrainingData.open(recipe(context.seed()).build(), context.data());
        context.progress().accept("training without poison");
        Trace sound = train("none", new Rule("no rule", Optional.empty()), recipe(context.seed()), data, end, every);
        List<Trace> traces = new ArrayList<>();
        for (Dose dose : doses) {
            for (Rule rule : rules) {
                context.progress().accept("poison " + dose.name() + ", " + rule.name());
                RecipeBuilder recipe = recipe(context.seed()).poison(new CorruptedBatches(LongStream.range(at, at + POISONED).boxed()
                        .toList(), dose.factor()));
                rule.recovery().ifPresent(recipe::recovery);
                traces.add(train(dose.name(), rule, recipe, data, end, every));
            }
        }
        return report(sound, traces, doses, rules, spike, at, end, every);
    }

    private static Optional<Recovery> rule(int back, double rateFactor, Recovery.Spike spike) {
        return Optional.of(new Recovery(back, rateFactor, 2 * POISONED, false, Optional.of(spike)));
    }

    private static RecipeBuilder recipe(long seed) {
        return Recipe.named("spike").seed(seed).data(new BuiltInData.Digits()).batchSize(32).validation(SplitSize.of(180))
                .test(SplitSize.of(360))
                .model(new Flatten(), Dense.of(64), new Relu(), Dense.of(10)).optimizer(Momentum.of(0.02));
    }

    private static Trace train(String dose, Rule rule, RecipeBuilder recipe, TrainingData data, long end, int every) {
        List<Point> losses = new ArrayList<>();
        int[] actions = {0};
        Optional<Long> stopped = Optional.empty();
        try (Trainer trainer = Trainer.fresh(recipe.build(), data)) {
            Stepper advance = new Stepper(trainer, new Stepper.Listener() {
                @Override
                public void stepped(StepReport report) {
                    actions[0] += report.action().isPresent() ? 1 : 0;
                }
            });
            try {
                for (long step = every; step <= end; step += every) {
                    advance.to(step);
                    double loss = trainer.evaluate(trainer.data().monitored()).loss().value();
                    // Weights that are NaN have no loss; a gap is drawn.
                    losses.add(Point.of(step, Double.isFinite(loss) ? loss : Double.NaN));
                }
            } catch (TrainingFaultException e) {
                stopped = Optional.of(trainer.position().step());
            }
            Evaluation evaluation = trainer.evaluate(trainer.data().monitored());
            return new Trace(dose, rule.name(), losses, evaluation.measures().get("accuracy").value(), actions[0], stopped);
        }
    }

    /** How many steps after the poison the loss comes, and stays, within a tenth above that of the training without poison. */
    private static Object recovery(Trace t, Trace sound, long at, int every) {
        if (t.stoppedAt().isPresent()) {
            return "stopped at " + t.stoppedAt().get();
        }
        for (int i = t.losses().size() - 1; i >= 0; i--) {
            Point p = t.losses().get(i);
            if (!(p.y() <= 1.1 * sound.losses().get(i).y())) {
                long steps = (long) p.x() + every - at;
                return i == t.losses().size() - 1 ? "not in time" : Long.toString(Math.max(0, steps));
            }
        }
        return "0";
    }

    private Report report(Trace sound, List<Trace> traces, List<Dose> doses, List<Rule> rules, Recovery.Spike spike, long at, long end,
            int every) {
        Table table = Table.of("After " + POISONED + " poisoned batches at step " + at + ", of " + end + " (without poison the loss is "
                + Numbers.text(sound.last()) + ")",
                "rule", "poison", "actions", "highest loss", "loss at the end", "accuracy", "steps to recover");
        for (Trace t : traces) {
            table = table.plus(t.rule(), t.dose(), t.actions(), t.highestFrom(at), t.last(), t.accuracy(), recovery(t, sound, at, every));
        }
        List<Report.Figure> figures = new ArrayList<>();
        for (Dose dose : doses) {
            if (dose.factor() > Float.MAX_VALUE) {
                // Without a rule there is nothing to draw after it, and with a rule it looks like the others.
                continue;
            }
            List<Series> series = new ArrayList<>();
            series.add(near(sound, "no poison", at));
            traces.stream().filter(t -> t.dose().equals(dose.name())).forEach(t -> series.add(near(t, t.rule(), at)));
            figures.add(0, new Report.Figure(new Curves("Validation loss around " + POISONED + " poisoned batches (" + dose.name() + ")",
                    Axis.linear("step"),
                    Axis.logarithmic("validation loss"), series), "The poison comes at step " + at + "."));
        }
        return new Report(
                List.of("A network learns the digits with momentum. In the batches of " + POISONED + " steps, from " + at
                                + " on, every (standardized) feature is multiplied by -1, by -30 or by"
                                + " a number that makes it infinite: an inverted image, a wrong unit, a bad disk. The poison is part of"
                                + " the recipe (`poison`) and a function of the step.",
                        "Four rules: nothing; skip the batch at a fault; go back " + BACK
                                + " steps and skip; skip and continue at half the learning rate. A fault is a loss that is not finite, or"
                                + " one more than " + Numbers.text(spike.threshold())
                                + " spreads (1.4826 times the median distance from the median) above the median of the last "
                                + spike.window()
                                + ". Everything that the rules remember is in the state, so a training that is killed in between"
                                + " recovers in the same way.",
                        "A training has recovered when its validation loss is, and stays, no more than a tenth above that of the"
                                + " training without poison at the same step."),
                List.of(table), figures, findings(sound, traces, at, every),
                List.of("Make the poison so weak that the rule does not see it (`threshold`). Which rule helps now, and what would?",
                        "What if the poison comes in the first 25 steps, before the window of losses is half full?",
                        "Going back undoes good steps too. Find a poison for which going back is better than skipping: it must do its"
                                + " damage before it is detected."));
    }

    /** The losses around the poison. */
    private static Series near(Trace t, String name, long at) {
        return Series.line(name, t.losses().stream().filter(p -> p.x() > at * 0.8 && p.x() < at * 2).toList());
    }

    private static List<String> findings(Trace sound, List<Trace> traces, long at, int every) {
        List<String> findings = new ArrayList<>();
        for (Trace t : traces) {
            if (t.rule().equals("no rule")) {
                findings.add("Poison " + t.dose() + ", no rule: " + t.stoppedAt().map(step -> "the training stops at step " + step
                        + " with an error that names the rows, and its state has no trace of the bad step.")
                        .orElseGet(() -> "the validation loss goes up to " + Numbers.text(t.highestFrom(at)) + ", where it is "
                                + Numbers.text(sound.highestFrom(at))
                                + " at most without poison; steps to recover: " + recovery(t, sound, at, every) + "."));
            }
        }
        for (String rule : List.of("skip", "go back and skip", "skip, half the rate")) {
            List<Trace> of = traces.stream().filter(t -> t.rule().equals(rule)).toList();
            findings.add("Rule '" + rule + "': highest loss after the poison "
                    + String.join(", ", of.stream().map(t -> Numbers.text(t.highestFrom(at)) + " (" + t.dose() + ", "
                    + Numbers.count(t.actions(), "action") + ")").toList()) + "; at the end "
                    + String.join(", ", of.stream().map(t -> Numbers.text(t.last())).toList())
                    + ", without poison " + Numbers.text(sound.last()) + ".");
        }
        boolean isDoseAll = List.of("skip", "go back and skip", "skip, half the rate").stream().allMatch(rule -> traces.stream()
                .filter(t -> t.rule().equals(rule) && t.actions() == POISONED).map(Trace::last).distinct().count() <= 1);
        if (isDoseAll) {
            findings.add("With a rule it does not matter how strong the poison is, once it is detected: a skipped batch leaves no trace,"
                    + " to the bit.");
        }
        Trace skip = traces.stream().filter(t -> t.rule().equals("skip") && t.dose().equals("times -30")).findFirst().orElseThrow();
        Trace back = traces.stream().filter(t -> t.rule().equals("go back and skip") && t.dose().equals("times -30")).findFirst()
                .orElseThrow();
        if (skip.actions() > 0 && back.highestFrom(at) >= skip.highestFrom(at)) {
            findings.add("If the loss jumps in the bad batch itself, skipping is best: its update was never made, so there is nothing to"
                    + " undo, and going back loses "
                    + BACK + " good steps. Going back pays only if the damage was done before it was detected.");
        }
        return findings;
    }
}

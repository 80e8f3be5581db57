package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.BuiltInData;
import cairn.disk.RealDisk;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.SaveInterval;
import cairn.recipe.SplitSize;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/** How often to save: total time against the interval between checkpoints, failures simulated, costs measured. */
public final class SavingInterval implements Experiment {
    /** Steps on either side of the optimum at which failures are simulated; each is a factor of √2. */
    private static final int HALF_OCTAVES = 10;

    /** Beyond this the curve is of no interest: ten times the work. */
    private static final double MOST_LOST = 10;

    /** What was measured, in seconds: a step, a save, reading and restoring. */
    private record Costs(double step, double save, double restart) {
    }

    /**
     * A machine that fails at random moments.
     *
     * @param mean seconds between failures
     */
    private record Machine(String name, double mean, Costs costs) {

        /**
         * The part of the time that is lost with an interval of {@code tau} seconds of work, as expected: each interval takes
         * (M + R)(e^((τ+C)/M) - 1) seconds on average, for failures that come as a Poisson process.
         */
        double expected(double tau) {
            return (mean + costs.restart()) * Math.expm1((tau + costs.save()) / mean) / tau - 1;
        }

        /** The interval at which {@link #expected} is least. */
        double best() {
            double guess = SaveInterval.young(costs.save(), mean);
            return Math.exp(new BrentOptimizer(1e-10, 1e-12).optimize(new MaxEval(1000), GoalType.MINIMIZE,
                    new SearchInterval(Math.log(guess / 100), Math.log(guess * 100)),
                    new UnivariateObjectiveFunction(logTau -> expected(Math.exp(logTau)))).getPoint());
        }

        /** The part of the time that is lost in one simulated training of {@code intervals} times {@code tau} seconds. */
        double simulated(double tau, long intervals, Key key) {
            double cycle = tau + costs.save();
            long done = 0;
            double time = 0;
            for (long failure = 0; ; failure++) {
                double untilFailure = -mean * Math.log(key.openUniform(failure));
                double rest = (intervals - done) * cycle;
                if (rest <= untilFailure) {
                    return (time + rest) / (intervals * tau) - 1;
                }
                done += (long) (untilFailure / cycle);
                time += untilFailure + costs.restart();
            }
        }
    }

    @Override
    public String name() {
        return "interval";
    }

    @Override
    public String question() {
        return "How often should a training save, if saving costs time and a failure costs the work since the last save?";
    }

    @Override
    public Report run(Context context) throws IOException {
        context.progress().accept("measuring a step, a save and a restart");
        Costs costs = measure(context);
        List<Machine> machines = List.of(new Machine("every 20 saves", 20 * costs.save(), costs),
                new Machine("every minute", 60, costs), new Machine("every 4 hours", 4 * 3600, costs));
        Table table = Table.of("Interval between saves in seconds of work, and the time that is lost", "failures", "Young", "Daly",
                "true optimum",
                "Cairn's choice", "lost at Young's", "lost at Daly's", "lost at the optimum", "lost at Cairn's", "4 times too often",
                "4 times too rarely");
        List<Series> series = new ArrayList<>();
        List<Point> young = new ArrayList<>();
        List<Point> daly = new ArrayList<>();
        List<Point> chosen = new ArrayList<>();
        int outside = 0;
        int simulated = 0;
        for (Machine m : machines) {
            context.progress().accept("simulating " + m.name());
            double y = SaveInterval.young(costs.save(), m.mean());
            double d = SaveInterval.daly(costs.save(), m.mean());
            double c = SaveInterval.seconds(costs.save(), m.mean(), SaveInterval.MOST_OVERHEAD);
            double best = m.best();
            table = table.plus(m.name(), y, d, best, c, m.expected(y), m.expected(d), m.expected(best), m.expected(c), m.expected(best / 4),
                    m.expected(best * 4));
            double widest = Math.pow(2, HALF_OCTAVES / 2.0);
            Series curve = Series.of("expected, " + m.name(), best / widest, best * widest, 81, true, m::expected);
            series.add(Series.line(curve.name(), curve.points().stream().filter(p -> p.y() <= MOST_LOST).toList()));
            List<Point> points = simulate(context, m, best);
            for (Point p : points) {
                simulated++;
                outside += m.expected(p.x()) < p.low() || m.expected(p.x()) > p.high() ? 1 : 0;
            }
            series.add(Series.points("simulated, " + m.name(), points).with(Series.Spread.BARS));
            young.add(Point.of(y, m.expected(y)));
            daly.add(Point.of(d, m.expected(d)));
            chosen.add(Point.of(c, m.expected(c)));
        }
        series.add(Series.points("Young's optimum", young));
        series.add(Series.points("Daly's optimum", daly));
        series.add(Series.points("Cairn's choice", chosen));
        Table measured = Table.of("Measured here, in seconds", "what", "seconds").plus("a step of training", costs.step())
                .plus("a save: capture, digest, write, force", costs.save()).plus("a restart: read, verify, restore", costs.restart());
        return new Report(
                List.of("A small network on the digits is trained, saved and restored on this machine; the medians of what that takes"
                                + " are the costs"
                                + " below. With these, trainings are simulated on machines that fail at random moments (exponentially"
                                + " distributed, so a machine that has just failed is as likely to fail as any other): work that was not"
                                + " saved is done again.",
                        "The lost time is what the training takes beyond the work itself, as a part of it:"
                                + " saving, restarting, and work done"
                                + " twice. The lines are its expectation, (M + R)(exp((τ + C)/M) - 1)/τ - 1, the points means of simulated"
                                + " trainings with 95 % intervals. Young's interval is √(2CM); Daly's adds two terms of higher order;"
                                + " Cairn's `--save-every auto` takes Daly's, but never saves for more than "
                                + Numbers.percent(SaveInterval.MOST_OVERHEAD) + " of the time."),
                List.of(table, measured),
                List.of(new Report.Figure(new Curves("Time lost to saving and to failures",
                Axis.logarithmic("seconds of work between two saves"),
                        Axis.logarithmic("lost time, as a part of the work"), series),
                        "Left of each optimum saving costs, right of it failures do.")),
                findings(machines, costs, outside, simulated),
                List.of("The failures of real machines come in bursts. Replace the exponential distribution by a Weibull one with shape"
                        + " 0.7 and the same mean: does the optimum move?",
                        "Cairn writes a checkpoint beside the training, so C is hardly more than the time to copy the state. What does"
                                + " the optimum become with C a tenth?",
                        "A cloud provider gives two minutes' notice before it takes a machine away. What is the best interval then?"));
    }

    private static List<Point> simulate(Context context, Machine m, double best) {
        List<Point> points = new ArrayList<>();
        int trainings = context.choose(200, 20);
        for (int i = -HALF_OCTAVES; i <= HALF_OCTAVES; i += 2) {
            double tau = best * Math.pow(2, i / 2.0);
            if (m.expected(tau) > MOST_LOST) {
                break;
            }
            Key key = Key.of(context.seed()).fold(m.name()).fold(i);
            SummaryStatistics lost = new SummaryStatistics();
            for (int n = 0; n < trainings; n++) {
                // As long as 60 failures take, if nothing were lost.
                lost.addValue(m.simulated(tau, (long) Math.ceil(60 * m.mean() / tau), key.fold(n)));
            }
            double half = 1.96 * lost.getStandardDeviation() / Math.sqrt(trainings);
            points.add(Point.of(tau, lost.getMean(), Math.max(lost.getMean() - half, lost.getMean() / 10), lost.getMean() + half));
        }
        return points;
    }

    private static Costs measure(Context context) throws IOException {
        Recipe recipe = Recipe.named("interval").seed(context.seed()).data(new BuiltInData.Digits()).batchSize(32)
                .validation(SplitSize.of(180))
                .test(SplitSize.of(360)).model(new Flatten(), Dense.of(256), new Relu(), Dense.of(10)).optimizer(Adam.of(0.003)).build();
        int times = context.choose(40, 8);
        Path folder = Files.createTempDirectory("cairn-lab");
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe,
                context.data())); DirectoryStore store = DirectoryStore.writing(folder, new RealDisk())) {
            trainer.trainTo(context.choose(200, 40));
            List<Double> steps = new ArrayList<>();
            List<Double> saves = new ArrayList<>();
            List<Double> restarts = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                steps.add(context.seconds(trainer::step));
                saves.add(context.seconds(() -> store.commit(Checkpoint.of(trainer.position().step(), trainer.snapshot()))));
                restarts.add(context.seconds(() -> trainer.restore(store.read(trainer.position().step()).state())));
            }
            return new Costs(median(steps), median(saves), median(restarts));
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static List<String> findings(List<Machine> machines, Costs costs, int outside, int simulated) {
        Machine often = machines.get(0);
        Machine rare = machines.get(machines.size() - 1);
        double y = SaveInterval.young(costs.save(), often.mean());
        double d = SaveInterval.daly(costs.save(), often.mean());
        double c = SaveInterval.seconds(costs.save(), often.mean(), SaveInterval.MOST_OVERHEAD);
        double flat = rare.expected(rare.best() * 2) / rare.expected(rare.best());
        return List.of(
                "A save costs as much as " + Numbers.text(costs.save() / costs.step())
                        + " steps here. With a failure every 4 hours the best interval is "
                        + Numbers.text(rare.best()) + " seconds, and " + Numbers.percent(rare.expected(rare.best()))
                        + " of the time is lost.",
                "The optimum is flat: an interval twice too long loses " + Numbers.times(flat) + " as much, one four times too long "
                        + Numbers.times(rare.expected(rare.best() * 4) / rare.expected(rare.best()))
                        + ". An estimate of the mean time between failures"
                        + " that is off by a factor of 4 moves Young's interval by a factor of 2.",
                "Young's and Daly's intervals differ by " + Numbers.percent(Math.abs(y / d - 1))
                        + " where a failure comes every 20 saves, and by "
                        + Numbers.percent(Math.abs(SaveInterval.young(costs.save(), rare.mean()) / SaveInterval.daly(costs.save(),
                        rare.mean()) - 1))
                        + " where one comes every 4 hours; the true optimum is " + Numbers.text(often.best() / costs.save())
                        + " saves long in the first case, Daly's "
                        + Numbers.text(d / costs.save()) + ", Young's " + Numbers.text(y / costs.save()) + ".",
                c > d ? "Cairn's choice for a failure every 20 saves is longer than Daly's, " + Numbers.text(c / costs.save())
                        + " saves instead of " + Numbers.text(d / costs.save())
                        + ", because of its bound on the time spent on saving; on such a machine the bound costs more than it spares: "
                        + Numbers.percent(often.expected(c)) + " is added to the time of the work instead of "
                        + Numbers.percent(often.expected(d)) + "."
                        : "Cairn's choice is Daly's everywhere.",
                outside + " of " + simulated + " simulated points have an interval"
                        + " that does not hold the expectation; with 95 % intervals, "
                        + Math.round(0.05 * simulated) + " or so are to be expected.");
    }
}

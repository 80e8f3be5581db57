package cairn.cli.look;

import cairn.chart.Axis;
import cairn.chart.Panel;
import cairn.chart.Panels;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.look.curve.Curve;
import cairn.look.curve.Mark;
import cairn.look.curve.RunCurves;
import cairn.run.Lineage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The curves of runs as one figure of several plots. One run has training and validation in one plot; of several runs each plot shows one
 * series, with a line for each run.
 *
 * @param runs what to draw
 * @param labels what tells the runs apart, one for each
 * @param isLogarithmic whether losses and rates have a logarithmic axis; norms have one always
 */
record CurveFigure(List<RunCurves> runs, List<String> labels, boolean isLogarithmic) {
    /** More points are not drawn: a plot is hardly wider in pixels. */
    private static final int MOST_POINTS = 1500;
    /** Up to this number each point has a marker. */
    private static final int FEW_POINTS = 40;
    /** More marks of one kind are not drawn. */
    private static final int MOST_MARKS = 25;
    /** With fewer ends of epochs, the means of the epochs so far say more. */
    private static final int FEW_EPOCHS = 3;
    private static final String SO_FAR = "training, mean of the epoch so far";
    private static final String PAST = "the parent, before the branch";

    private static final String STEP_LOSS = "train/loss";
    private static final String TRAIN_LOSS = "train/epoch-loss";
    private static final String LOSS = "evaluation/loss";
    private static final List<String> MEASURES = List.of("evaluation/accuracy", "evaluation/mean-absolute-error");
    private static final Map<String, String> TITLES = Map.of(STEP_LOSS, "training, each step", TRAIN_LOSS,
            "training, mean of an epoch", "train/mean-loss", "training, mean since the last evaluation", "train/accuracy",
            "training, each step", "train/epoch-accuracy", "training, mean of an epoch", "train/epoch-loss-so-far", SO_FAR,
            "train/epoch-accuracy-so-far", SO_FAR, "train/learning-rate", "learning rate", "train/gradient-norm", "gradient norm");

    private static final Set<String> EACH_STEP = Set.of(STEP_LOSS, "train/accuracy", "train/learning-rate", "train/gradient-norm");

    /** One plot: its axis, and the series in it. */
    private record Plan(String axis, boolean isLogarithmic, List<String> series) {
    }

    public CurveFigure {
        runs = List.copyOf(runs);
        labels = List.copyOf(labels);
        if (runs.isEmpty() || runs.size() != labels.size()) {
            throw new IllegalArgumentException("expected one label for each run, found " + runs.size() + " and " + labels.size());
        }
    }

    /** The figure with the usual series. */
    public Panels usual() {
        return panels(name -> false, true);
    }

    /** The figure with all series of these names. */
    public Panels of(Predicate<String> series) {
        return panels(series, false);
    }

    private Panels panels(Predicate<String> chosen, boolean isUsual) {
        List<Panel> panels = new ArrayList<>();
        for (Plan plan : isUsual ? usualPlans() : plans(chosen)) {
            List<Series> series = plan.series().stream().flatMap(this::drawn).toList();
            if (series.stream().anyMatch(s -> s.points().stream().anyMatch(p -> !Double.isNaN(p.y())))) {
                boolean isAbove = series.stream().flatMap(s -> s.points().stream()).allMatch(p -> Double.isNaN(p.y()) || p.low() >= 0);
                panels.add(new Panel(plan.isLogarithmic() && isAbove ? Axis.logarithmic(plan.axis()) : Axis.linear(plan.axis()), series));
            }
        }
        List<String> notes = strange(names(isUsual ? usualPlans() : plans(chosen)));
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("nothing can be drawn: " + String.join("; ", notes));
        }
        return new Panels(title(), Axis.linear("step"), panels, marks(notes), notes);
    }

    private static List<String> names(List<Plan> plans) {
        return plans.stream().flatMap(p -> p.series().stream()).distinct().toList();
    }

    private boolean isOne() {
        return runs.size() == 1;
    }

    private String title() {
        if (isOne() && runs.get(0).origin().isPresent()) {
            Lineage origin = runs.get(0).origin().get();
            return runs.get(0).run() + ", a branch of " + origin.run() + " at step " + origin.step();
        }
        return String.join(", ", runs.stream().map(RunCurves::run).distinct().toList());
    }

    // --- which series are in which plot

    private List<Plan> usualPlans() {
        List<Plan> plans = new ArrayList<>();
        if (isOne()) {
            plans.add(new Plan("loss", isLogarithmic, List.of(STEP_LOSS, epochs(TRAIN_LOSS), LOSS)));
        } else {
            plans.add(new Plan("training loss", isLogarithmic, List.of(has(epochs(TRAIN_LOSS)) ? epochs(TRAIN_LOSS) : STEP_LOSS)));
            plans.add(new Plan("validation loss", isLogarithmic, List.of(LOSS)));
        }
        MEASURES.stream().filter(this::has).findFirst().ifPresent(measure -> plans.add(new Plan(measure.substring(measure.indexOf('/') + 1),
                false, isOne() && measure.equals(MEASURES.get(0)) ? List.of(epochs("train/epoch-accuracy"), measure) : List.of(measure))));
        plans.add(new Plan("learning rate", isLogarithmic, List.of("train/learning-rate")));
        plans.add(new Plan("gradient norm", true, List.of("train/gradient-norm")));
        if (isOne()) {
            plans.addAll(plans(name -> name.startsWith("watch/")));
        }
        return plans;
    }

    /** The means of epochs, or of epochs so far if there are few and those are more. */
    private String epochs(String name) {
        String soFar = name + "-so-far";
        boolean areFew = runs.stream().anyMatch(r -> points(r, name) < FEW_EPOCHS && points(r, soFar) > points(r, name));
        return areFew ? soFar : name;
    }

    private static int points(RunCurves run, String name) {
        return run.curve(name).map(Curve::size).orElse(0);
    }

    private boolean has(String name) {
        return runs.stream().anyMatch(r -> r.curve(name).isPresent());
    }

    /** Of one run, what is of one kind shares a plot. Of several runs, each series has its own. */
    private List<Plan> plans(Predicate<String> chosen) {
        Map<String, List<String>> byAxis = new LinkedHashMap<>();
        Map<String, Boolean> logarithmic = new LinkedHashMap<>();
        runs.stream().flatMap(r -> r.curves().values().stream()).filter(c -> chosen.test(c.name()))
                .sorted(Comparator.comparing(Curve::kind).thenComparing(Curve::name)).forEach(c -> {
                    String axis = isOne() ? axis(c) : c.name();
                    List<String> names = byAxis.computeIfAbsent(axis, a -> new ArrayList<>());
                    if (!names.contains(c.name())) {
                        names.add(c.name());
                    }
                    logarithmic.put(axis, isLogarithmic(c));
                });
        return byAxis.entrySet().stream().map(e -> new Plan(e.getKey(), logarithmic.get(e.getKey()), e.getValue())).toList();
    }

    private static String axis(Curve c) {
        return switch (c.kind()) {
            case LOSS -> "loss";
            case RATE -> "learning rate";
            case NORM -> "gradient norm";
            case MEASURE -> c.name().startsWith("train/") ? "accuracy" : c.name().substring(c.name().indexOf('/') + 1);
            case STATISTIC -> statistic(c.name());
        };
    }

    /** {@code update-ratio} of {@code watch/update-ratio/0.dense}. */
    private static String statistic(String name) {
        String[] parts = name.split("/");
        return parts.length > 2 ? parts[1] : name;
    }

    private boolean isLogarithmic(Curve c) {
        boolean isSize = c.kind() == Curve.Kind.NORM || c.kind() == Curve.Kind.STATISTIC && c.name().matches(".*(norm|ratio).*");
        return isSize || isLogarithmic && c.kind() != Curve.Kind.MEASURE && c.kind() != Curve.Kind.STATISTIC;
    }

    // --- how a series is drawn

    /** A series of every run that has it. */
    private Stream<Series> drawn(String name) {
        return IntStream.range(0, runs.size()).boxed()
                .flatMap(i -> runs.get(i).curve(name).stream().flatMap(c -> drawn(i, c.thinned(MOST_POINTS))));
    }

    private Stream<Series> drawn(int run, Curve c) {
        RunCurves of = runs.get(run);
        int first = (int) IntStream.range(0, c.size()).filter(i -> c.step(i) <= of.parentUntil()).count();
        String title = isOne() ? title(c) : labels.get(run);
        // From the last point of the parent on, so that the line has no hole, unless steps are missing between them.
        boolean isCut = of.marks().stream().anyMatch(m -> m.kind() == Mark.Kind.MISSING && m.step() == of.parentUntil());
        Series own = series(title, c, isCut ? first : Math.max(0, first - 1), c.size());
        Series styled = isOne() ? styled(own, c) : own.looking(run);
        boolean isParentShown = runs.stream().anyMatch(r -> r != of && of.origin().filter(o -> o.run().equals(r.run())).isPresent());
        Series past = series(PAST, c, 0, first).in(Series.Tone.PAST);
        return first == 0 ? Stream.of(styled) : first == c.size() ? Stream.of(past).filter(p -> !isParentShown)
                : isParentShown ? Stream.of(styled) : Stream.of(past, styled);
    }

    private static String title(Curve c) {
        return TITLES.getOrDefault(c.name(), c.kind() == Curve.Kind.STATISTIC ? c.name().substring(c.name().lastIndexOf('/') + 1)
                : "validation");
    }

    /** Training is black and validation blue in every plot; layers have what follows. */
    private static Series styled(Series s, Curve c) {
        boolean isValidation = c.name().startsWith("evaluation/");
        return switch (c.name()) {
            case STEP_LOSS, "train/accuracy" -> s.in(Series.Tone.FAINT).looking(0);
            case TRAIN_LOSS, "train/epoch-accuracy", "train/learning-rate", "train/gradient-norm" -> s.looking(0);
            case "train/epoch-loss-so-far", "train/epoch-accuracy-so-far" -> s.looking(3);
            case "train/mean-loss" -> s.looking(2);
            default -> isValidation ? s.looking(1) : s;
        };
    }

    private static Series series(String title, Curve c, int from, int to) {
        List<Point> points = IntStream.range(from, to).mapToObj(i -> point(c, i)).toList();
        boolean isOfEachStep = points.size() > 1 && EACH_STEP.contains(c.name());
        Series line = Series.line(title, points).as(points.size() > FEW_POINTS || isOfEachStep ? Series.Style.LINE : Series.Style.LINE_AND_POINTS);
        return c.hasIntervals() ? line.with(Series.Spread.BAND) : line;
    }

    private static Point point(Curve c, int i) {
        double y = Double.isFinite(c.value(i)) ? c.value(i) : Double.NaN;
        boolean hasInterval = c.hasInterval(i) && c.low(i) <= y && y <= c.high(i);
        return hasInterval ? Point.of(c.step(i), y, c.low(i), c.high(i)) : Point.of(c.step(i), y);
    }

    // --- what happened on the way, and what cannot be drawn

    private List<cairn.chart.Mark> marks(List<String> notes) {
        List<cairn.chart.Mark> drawn = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            int run = i;
            Map<Mark.Kind, List<Mark>> byKind = new LinkedHashMap<>();
            // Of several runs, those of the parents are not repeated.
            runs.get(i).marks().stream().filter(m -> isOne() || m.step() >= runs.get(run).parentUntil())
                    .sorted(Comparator.comparing(Mark::kind)).forEach(m -> byKind.computeIfAbsent(m.kind(), k -> new ArrayList<>()).add(m));
            byKind.forEach((kind, marks) -> {
                if (marks.size() > MOST_MARKS) {
                    notes.add(labels.get(run) + ": " + marks.size() + " marks '" + kind.word() + "' are not drawn, from step "
                            + marks.get(0).step() + " to " + marks.get(marks.size() - 1).step());
                } else if (isOne() || kind != Mark.Kind.RESUME) {
                    marks.forEach(m -> drawn.add(new cairn.chart.Mark(m.step(), kind.word(), isOne() ? OptionalInt.empty()
                            : OptionalInt.of(run))));
                }
            });
        }
        return drawn;
    }

    /** Which values are no finite numbers. */
    private List<String> strange(List<String> names) {
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            for (String name : names) {
                int run = i;
                runs.get(i).curve(name).ifPresent(c -> {
                    int[] bad = IntStream.range(0, c.size()).filter(k -> !Double.isFinite(c.value(k))).toArray();
                    if (bad.length > 0) {
                        notes.add((isOne() ? "" : labels.get(run) + ": ") + name + " is no finite number at " + bad.length + " of " + c.size()
                                + " steps, first " + c.value(bad[0]) + " at step " + c.step(bad[0]));
                    }
                });
            }
        }
        return notes;
    }
}

package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.source.BuiltInData;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.replay.EvictionPolicy;
import cairn.replay.Replay;
import cairn.replay.SnapshotSource;
import cairn.state.State;
import cairn.state.StateDigest;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which states to keep so that every other one is near: memory against repeated steps. */
public final class SnapshotPlacement implements Experiment {

    /** Which {@code places} of the first {@code length} states are kept. */
    private enum Strategy {
        EVERY("every k") {
            @Override
            SortedSet<Long> kept(int length, int places) {
                SortedSet<Long> kept = new TreeSet<>();
                int k = (length + places - 1) / places;
                for (long at = 0; at < length; at += k) {
                    kept.add(at);
                }
                return kept;
            }
        },
        LOGARITHMIC("logarithmic") {
            @Override
            SortedSet<Long> kept(int length, int places) {
                SortedSet<Long> kept = new TreeSet<>();
                for (long at = 0; at < length; at++) {
                    kept.add(at);
                    if (kept.size() > places) {
                        kept.remove(kept.size() > 2 ? EvictionPolicy.LOGARITHMIC.evict(kept) : kept.last());
                    }
                }
                return kept;
            }
        },
        BINOMIAL("binomial (Revolve)") {
            @Override
            SortedSet<Long> kept(int length, int places) {
                return Revolve.placement(length, places);
            }

            @Override
            long rewind(int length, int places) {
                return Revolve.steps(length, places);
            }
        };

        private final String title;

        Strategy(String title) {
            this.title = title;
        }

        abstract SortedSet<Long> kept(int length, int places);

        /** Steps from the nearest kept state to {@code step}. */
        static long way(SortedSet<Long> kept, long step) {
            return step - kept.headSet(step + 1).last();
        }

        /** Steps in all to visit every state from the last to the first, beginning with the first alone. */
        long rewind(int length, int places) {
            SortedSet<Long> kept = kept(length, places);
            long sum = kept.last();
            for (long step = 0; step < length; step++) {
                sum += way(kept, step);
            }
            return sum;
        }
    }

    @Override
    public String name() {
        return "snapshots";
    }

    @Override
    public String question() {
        return "If memory holds only a few states of a training, which ones should be kept so that every other one is reached with the"
                + " fewest steps?";
    }

    @Override
    public Report run(Context context) throws IOException {
        int length = context.choose(1000, 120);
        Table table = Table.of("A training of " + length + " states: steps replayed to reach one state, and to visit all states backwards",
                "kept",
                "strategy", "mean steps", "most steps", "to the last 10", "backwards", "each at most");
        List<List<Series>> means = List.of(new ArrayList<>(), new ArrayList<>());
        List<Integer> numbers = List.of(2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64);
        for (Strategy s : Strategy.values()) {
            List<Point> way = new ArrayList<>();
            List<Point> rewind = new ArrayList<>();
            for (int places : numbers) {
                way.add(Point.of(places, meanWay(s.kept(length, places), 0, length)));
                rewind.add(Point.of(places, (double) s.rewind(length, places) / length));
            }
            means.get(0).add(Series.line(s.title, way).as(Series.Style.LINE_AND_POINTS));
            means.get(1).add(Series.line(s.title, rewind).as(Series.Style.LINE_AND_POINTS));
        }
        for (int places : List.of(4, 8, 16, 32)) {
            for (Strategy s : Strategy.values()) {
                SortedSet<Long> kept = s.kept(length, places);
                table = table.plus(places, s.title, meanWay(kept, 0, length), longestWay(kept, length), meanWay(kept, length - 10, length),
                        (double) s.rewind(length, places) / length,
                        s == Strategy.BINOMIAL ? Revolve.repetitions(length, places) + " times" : longestRun(kept, length) + " times");
            }
        }
        Table measured = measure(context);
        return new Report(
                List.of("A state that was not kept is reached by a replay: the steps from a kept state before it are trained again."
                                + " Three strategies for"
                                + " choosing the kept states are compared, with the same number of kept states: one of every k; fewer of"
                                + " the older states"
                                + " (the eviction policy of Cairn's thinned snapshot buffer, run step by step); and the binomial"
                                + " placement of Griewank and Walther's Revolve,"
                                + " which was made for running computations backwards.",
                        "The steps to a state are counted from the nearest kept state before it. Rewinding visits every state"
                                + " from the last to the first. The first two strategies do not move the kept states. Revolve reuses the"
                                + " memory of a kept state as soon as"
                                + " all states after it have been visited, and makes t(l, c) = r·l - β(c + 1, r - 1) steps in all, where"
                                + " β(c, r) is the"
                                + " binomial coefficient of c + r over c and r is the least number with β(c, r) ≥ l. No schedule makes"
                                + " fewer.",
                        "The first table is computed. The second table is measured: the digits are trained, Cairn's `Replay` visits all"
                                + " states backwards,"
                                + " one by one, and each state's digest is compared with that of the first time."),
                List.of(table, measured),
                List.of(new Report.Figure(new Curves("Reaching any one state", Axis.logarithmic("states kept"),
                Axis.logarithmic("mean number of steps made again"),
                                means.get(0)), "The mean over all " + length + " states."),
                        new Report.Figure(new Curves("Rewinding through all states", Axis.logarithmic("states kept"),
                        Axis.logarithmic("steps for each state"),
                                means.get(1)), "Steps in all, divided by the number of states."),
                        new Report.Figure(back(length, 8), "With 8 states kept. With logarithmic placement, the number of steps grows in"
                                + " proportion to how far back the state is.")),
                findings(length, measured),
                List.of("With memory for c states and r repetitions, β(c, r) states can be rewound. How many for c = 10, r = 3? How many"
                        + " with 20, 3?",
                        "A state takes 1 GB and a step 0.1 s. You have 32 GB, and want to reach any of 100,000 steps within 5 minutes."
                                + " What do you keep?",
                        "Which placement minimizes the largest number of steps? Prove it. Which minimizes the mean if the probability of"
                                + " asking for a step halves every 100 steps back?"));
    }

    private static double meanWay(SortedSet<Long> kept, int from, int length) {
        double sum = 0;
        for (int step = from; step < length; step++) {
            sum += Strategy.way(kept, step);
        }
        return sum / (length - from);
    }

    private static long longestWay(SortedSet<Long> kept, int length) {
        long longest = 0;
        for (int step = 0; step < length; step++) {
            longest = Math.max(longest, Strategy.way(kept, step));
        }
        return longest;
    }

    /**
     * How often the most repeated step is made: once for each later state of its stretch, and once in passing unless it lies in the last
     * stretch.
     */
    private static long longestRun(SortedSet<Long> kept, int length) {
        long most = 0;
        for (int step = 1; step < length; step++) {
            boolean isFirstOfItsStretch = Strategy.way(kept, step) == 1;
            if (isFirstOfItsStretch) {
                long end = kept.tailSet((long) step).isEmpty() ? length : kept.tailSet((long) step).first();
                most = Math.max(most, end - step + (end < length ? 1 : 0));
            }
        }
        return most;
    }

    private static Curves back(int length, int places) {
        List<Series> series = new ArrayList<>();
        for (Strategy s : Strategy.values()) {
            SortedSet<Long> kept = s.kept(length, places);
            List<Point> points = new ArrayList<>();
            for (int back : Course.moments(length - 1, 60)) {
                // The longest way to any state from here to the one that is so far back: the worst case.
                long longest = 0;
                for (int b = 0; b <= back; b++) {
                    longest = Math.max(longest, Strategy.way(kept, length - 1 - b));
                }
                points.add(Point.of(back, longest));
            }
            series.add(new Series(s.title, Series.Style.STEPS, Series.Spread.NONE, points));
        }
        return new Curves("Going back a little", Axis.logarithmic("steps back, at most"),
                Axis.linear("steps made again, at most").startingAt(0), series);
    }

    /** States by step, kept in memory. */
    private static final class Kept implements SnapshotSource {
        private final TreeMap<Long, State> states = new TreeMap<>();

        @Override
        public SortedSet<Long> steps() {
            return states.navigableKeySet();
        }

        @Override
        public void restore(long step, Trainer trainer) {
            trainer.restore(states.get(step));
        }

        @Override
        public String name() {
            return "kept";
        }
    }

    /** Visits the states of a real training backwards. */
    private static final class Rewinding {
        private final Trainer trainer;
        private final Kept kept = new Kept();
        private final Replay replay;
        private final List<String> digests;
        private long steps;
        private int most;
        private long equal;

        Rewinding(Trainer trainer, State first, List<String> digests) {
            this.trainer = trainer;
            this.replay = Replay.of(trainer, List.of(kept));
            this.digests = digests;
            kept.states.put(0L, first);
        }

        void go(Strategy strategy, int places) throws IOException {
            if (strategy == Strategy.BINOMIAL) {
                revolve(0, digests.size(), places);
                return;
            }
            for (long step : strategy.kept(digests.size(), places)) {
                keep(step);
            }
            for (int step = digests.size() - 1; step >= 0; step--) {
                visit(step);
            }
        }

        /**
         * Visits the {@code l} states from {@code at} on, the last first; {@code at} is kept, and {@code c} places are left with its own.
         */
        private void revolve(int at, int l, int c) throws IOException {
            if (l == 1 || c == 1) {
                for (int step = at + l - 1; step >= at; step--) {
                    visit(step);
                }
                return;
            }
            int k = Revolve.split(l, c);
            keep(at + k);
            revolve(at + k, l - k, c - 1);
            kept.states.remove((long) at + k);
            revolve(at, k, c);
        }

        private void keep(long step) throws IOException {
            steps += replay.goTo(step).replayed();
            kept.states.put(step, trainer.snapshot());
            most = Math.max(most, kept.states.size());
        }

        private void visit(int step) throws IOException {
            steps += replay.goTo(step).replayed();
            equal += StateDigest.of(trainer).equals(digests.get(step)) ? 1 : 0;
        }
    }

    private static Table measure(Context context) throws IOException {
        Recipe recipe = Recipe.named("snapshots").seed(context.seed()).data(new BuiltInData.Digits()).batchSize(32)
                .validation(SplitSize.of(180))
                .test(SplitSize.of(360)).model(new Flatten(), Dense.of(32), new Relu(), Dense.of(10)).optimizer(Adam.of(0.003)).build();
        int length = context.choose(300, 40);
        int places = 8;
        Table table = Table.of("A real training of " + length + " states, visited backwards with memory for " + places, "strategy",
                "steps made", "steps computed beforehand",
                "states kept at most", "states equal to the first time", "seconds");
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, context.data()))) {
            State first = trainer.snapshot();
            List<String> digests = new ArrayList<>();
            for (int step = 0; step < length; step++) {
                digests.add(Course.at(trainer, step).digest());
            }
            for (Strategy s : Strategy.values()) {
                context.progress().accept("replaying backwards, " + s.title);
                Rewinding rewinding = new Rewinding(trainer, first, digests);
                double seconds = context.seconds(() -> rewinding.go(s, places));
                table = table.plus(s.title, rewinding.steps, s.rewind(length, places), rewinding.most, rewinding.equal, seconds);
            }
        }
        return table;
    }

    private static List<String> findings(int length, Table measured) {
        List<String> findings = new ArrayList<>();
        double every = meanWay(Strategy.EVERY.kept(length, 8), 0, length);
        double log = meanWay(Strategy.LOGARITHMIC.kept(length, 8), 0, length);
        double binomial = meanWay(Strategy.BINOMIAL.kept(length, 8), 0, length);
        findings.add("With 8 states kept, a state of " + length + " is " + Numbers.text(every)
                + " steps away on average if one of every k is kept, "
                + Numbers.text(log) + " with logarithmic and " + Numbers.text(binomial) + " with binomial placement"
                + (every <= Math.min(log, binomial) ? ": to reach an arbitrary state, even spacing is best." : "."));
        double lastEvery = meanWay(Strategy.EVERY.kept(length, 8), length - 10, length);
        double lastLog = meanWay(Strategy.LOGARITHMIC.kept(length, 8), length - 10, length);
        findings.add("One of the last 10 states is " + Numbers.text(lastLog) + " steps away with logarithmic placement and "
                + Numbers.text(lastEvery)
                + " with even spacing. Most steps back are short, and the thinned buffer is made for them.");
        findings.add("To rewind through all of them, Revolve makes " + Numbers.text((double) Revolve.steps(length, 8) / length)
                + " steps a state where even spacing makes "
                + Numbers.text((double) Strategy.EVERY.rewind(length, 8) / length) + ", with the same memory, and no step more than "
                + Revolve.repetitions(length, 8) + " times.");
        findings.add("Memory can be traded for repetition: with 8 states and each step made at most 3 times, " + Revolve.beta(8, 3)
                + " states can be rewound; with 16 and 3, " + Revolve.beta(16, 3) + "; with 8 and 6, " + Revolve.beta(8, 6) + ".");
        boolean asComputed = measured.rows().stream().allMatch(r -> r.get(1).equals(r.get(2)));
        boolean allEqual = measured.rows().stream().allMatch(r -> ((Number) r.get(4)).longValue() == length(measured));
        findings.add("In the measurement, " + (asComputed ? "every strategy made exactly as many steps as were computed"
                : "the steps differ from what was computed: see the table")
                + ", and " + (allEqual ? "each of the " + length(measured) + " states had the same digest as the first time."
                : "not every state was equal to the first time: this machine does not compute the same result twice."));
        return findings;
    }

    private static long length(Table measured) {
        return Long.parseLong(measured.title().replaceAll("\\D*(\\d+) states.*", "$1"));
    }
}

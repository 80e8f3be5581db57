package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Bars;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.Batch;
import cairn.data.Batches;
import cairn.data.Normalization;
import cairn.data.source.BuiltInData;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.state.State;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Which rows are seen twice or never, depending on where a training is interrupted and what its loader remembers. */
public final class When implements Experiment {
    /** How many batches a loader has read ahead when the checkpoint is made: PyTorch's default of 2 for each of 2 workers. */
    private static final int READ_AHEAD = 4;
    private static final int BATCH = 32;
    /** The epoch that is interrupted, from 0. */
    private static final int EPOCH = 3;

    /**
     * What a loader delivers after a resume at step {@code resumed}: at {@code step}, the batch of which step of the uninterrupted
     * training.
     */
    private enum Loader {
        EXACT("exact", "the batch of step s is a pure function of s: nothing to remember") {
            @Override
            long delivered(long step, long resumed, int perEpoch) {
                return step;
            }
        },
        RESTARTED("order restarted", "the loader begins a new epoch, in a new order, wherever the old one was; the default of a plain"
                + " PyTorch loader") {
            @Override
            long delivered(long step, long resumed, int perEpoch) {
                return (resumed / perEpoch + 1) * perEpoch + step - resumed;
            }
        },
        EPOCH_ZERO("epoch 0 again", "the place in the epoch is remembered and its number is not, so the order of epoch 0 is used;"
                + " a distributed sampler of PyTorch without set_epoch") {
            @Override
            long delivered(long step, long resumed, int perEpoch) {
                return step - resumed / perEpoch * perEpoch;
            }
        },
        AHEAD("read ahead", "the loader's own counter is saved, and it is " + READ_AHEAD
                + " batches ahead: rows that were read but not trained on count as seen") {
            @Override
            long delivered(long step, long resumed, int perEpoch) {
                return step + READ_AHEAD;
            }
        };

        private final String title;
        private final String how;

        Loader(String title, String how) {
            this.title = title;
            this.how = how;
        }

        abstract long delivered(long step, long resumed, int perEpoch);
    }

    /** How often the rows of an epoch were seen. */
    private record Seen(int twice, int never) {
    }

    @Override
    public String name() {
        return "when";
    }

    @Override
    public String question() {
        return "A training is resumed at the end of an epoch, in its middle or before its short last batch: which rows are seen twice,"
                + " and which never?";
    }

    @Override
    public Report run(Context context) throws IOException {
        Recipe recipe = recipe(context.seed());
        TrainingData data = TrainingData.open(recipe, context.data());
        // The batches that the trainer itself would use: the same key, the same rows.
        Batches batches = Batches.shuffled(data.splits().train(), BATCH, Key.of(context.seed()));
        int perEpoch = batches.batchesPerEpoch();
        int[][] rows = new int[(EPOCH + 3) * perEpoch + READ_AHEAD][];
        for (int step = 0; step < rows.length; step++) {
            Batch b = batches.at(step);
            rows[step] = Arrays.copyOf(b.rows(), b.size());
        }
        Map<String, Integer> places = new LinkedHashMap<>();
        places.put("end of epoch", 0);
        places.put("middle", perEpoch / 2);
        places.put("before the last, short batch", perEpoch - 1);
        Table table = Table.of("Rows of the interrupted epoch (" + data.splits().train().size() + " rows, batches of " + BATCH
                + ", the last of "
                + rows[perEpoch - 1].length + ")", "resumed at", "loader", "seen twice", "never seen", "batches seen in an earlier epoch");
        for (Map.Entry<String, Integer> place : places.entrySet()) {
            for (Loader loader : Loader.values()) {
                Seen seen = seen(rows, data.splits().train().size(), perEpoch, place.getValue(), loader);
                table = table.plus(place.getKey(), loader.title, seen.twice(), seen.never(),
                        repeated(rows, perEpoch, place.getValue(), loader));
            }
        }
        Table trained = train(context, recipe, data);
        List<Series> never = new ArrayList<>();
        for (Loader loader : Loader.values()) {
            never.add(Series.line(loader.title, IntStream.range(0, perEpoch)
                    .mapToObj(p -> Point.of(p, seen(rows, data.splits().train().size(), perEpoch, p, loader).never())).toList()));
        }
        Table how = Table.of("The loaders", "loader", "what it does after a resume");
        for (Loader loader : Loader.values()) {
            how = how.plus(loader.title, loader.how);
        }
        return new Report(
                List.of("A training on the digits is interrupted in its epoch " + EPOCH
                                + " (counted from 0) and resumed with four loaders, three of which do"
                                + " what other libraries do unless one takes care. Which rows each loader delivers is counted by row"
                                + " numbers,"
                                + " with the batches of Cairn's own trainer, over the interrupted epoch, as the step counter bounds it.",
                        "Then each is trained: from one state, saved in the middle of the epoch, to the end of the next epoch. The order of"
                                + " another loader is made by renumbering the training rows, epoch by epoch, so that Cairn's trainer"
                                + " uses the rows"
                                + " that this loader would have delivered; short batches are dropped there, so that all have one size."),
                List.of(table, trained, how),
                List.of(new Report.Figure(new Curves("Rows that the interrupted epoch never sees",
                Axis.linear("batches of the epoch before the interruption"),
                                Axis.linear("rows never seen"), never),
                                "Of " + data.splits().train().size() + " rows, for every place at which the epoch can be interrupted."),
                        new Report.Figure(bars(rows, data.splits().train().size(), perEpoch), "Interrupted in the middle of the epoch.")),
                findings(rows, data.splits().train().size(), perEpoch, trained),
                List.of("With shuffling by a generator whose state is saved (and not by a key and the epoch), what must be saved to"
                        + " resume in the middle of an epoch?",
                        "A library repeats the interrupted epoch from its beginning, in the same order. Which rows are seen twice, and"
                                + " how often is the epoch's first batch?",
                        "Interrupt every epoch once, at a random place, for 100 epochs. How unequally often have the rows been seen"
                                + " under each loader?"));
    }

    private static Recipe recipe(long seed) {
        return Recipe.named("when").seed(seed).data(new BuiltInData.Digits()).batchSize(BATCH).validation(SplitSize.of(180))
                .test(SplitSize.of(360))
                .normalize(Normalization.Kind.NONE).dropLast(true).model(new Flatten(), Dense.of(48), new Relu(), Dense.of(10))
                .optimizer(Adam.of(0.003)).build();
    }

    private static Seen seen(int[][] rows, int size, int perEpoch, int place, Loader loader) {
        long resumed = (long) EPOCH * perEpoch + place;
        int[] times = new int[size];
        for (long step = (long) EPOCH * perEpoch; step < (EPOCH + 1L) * perEpoch; step++) {
            for (int row : rows[Math.toIntExact(step < resumed ? step : loader.delivered(step, resumed, perEpoch))]) {
                times[row]++;
            }
        }
        return new Seen((int) Arrays.stream(times).filter(t -> t > 1).count(), (int) Arrays.stream(times).filter(t -> t == 0).count());
    }

    /** How many of the batches after the resume had been delivered before it, row for row. */
    private static int repeated(int[][] rows, int perEpoch, int place, Loader loader) {
        long resumed = (long) EPOCH * perEpoch + place;
        Set<List<Integer>> before = new HashSet<>();
        for (int step = 0; step < resumed; step++) {
            before.add(Arrays.stream(rows[step]).boxed().toList());
        }
        int repeated = 0;
        for (long step = resumed; step < (EPOCH + 1L) * perEpoch; step++) {
            repeated += before.contains(Arrays.stream(rows[Math.toIntExact(loader.delivered(step, resumed, perEpoch))]).boxed().toList())
                    ? 1 : 0;
        }
        return repeated;
    }

    /** Trains with each loader to the end of the epoch after the interrupted one. */
    private static Table train(Context context, Recipe recipe, TrainingData data) {
        Table table = Table.of("Trained from the middle of the epoch to the end of the next one", "loader", "distance of weights",
                "validation loss",
                "validation accuracy");
        WeightVector exact = null;
        int epoch = context.choose(EPOCH, 1);
        Batches batches = Batches.shuffled(data.splits().train(), BATCH, Key.of(context.seed())).droppingLast();
        int perEpoch = batches.batchesPerEpoch();
        long resumed = (long) epoch * perEpoch + perEpoch / 2;
        State saved;
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            saved = Course.at(trainer, resumed);
        }
        for (Loader loader : Loader.values()) {
            context.progress().accept("trained with the loader: " + loader.title);
            State state = saved;
            for (int e = epoch; e <= epoch + 1; e++) {
                try (Trainer trainer = Trainer.fresh(recipe, Course.reordered(data, renumbered(batches, e, resumed, loader)))) {
                    trainer.restore(state);
                    state = Course.at(trainer, (e + 1L) * perEpoch);
                    if (e > epoch) {
                        exact = exact == null ? WeightVector.of(state) : exact;
                        var evaluation = trainer.evaluate(trainer.data().monitored());
                        table = table.plus(loader.title, WeightVector.of(state).relativeDistance(exact), evaluation.loss().value(),
                                evaluation.measures().get("accuracy").value());
                    }
                }
            }
        }
        return table;
    }

    /** Row numbers under which the trainer, which is exact, delivers in epoch {@code e} what {@code loader} would deliver. */
    private static int[] renumbered(Batches batches, int e, long resumed, Loader loader) {
        int perEpoch = batches.batchesPerEpoch();
        int[] order = IntStream.range(0, batches.data().size()).toArray();
        for (long step = Math.max(resumed, (long) e * perEpoch); step < (e + 1L) * perEpoch; step++) {
            int[] asked = batches.at(step).rows();
            int[] delivered = batches.at(loader.delivered(step, resumed, perEpoch)).rows();
            for (int i = 0; i < BATCH; i++) {
                order[asked[i]] = delivered[i];
            }
        }
        return order;
    }

    private static Bars bars(int[][] rows, int size, int perEpoch) {
        List<Seen> seen = Arrays.stream(Loader.values()).map(l -> seen(rows, size, perEpoch, perEpoch / 2, l)).toList();
        return new Bars("Rows seen twice or never, interrupted in mid-epoch", "loader", Axis.linear("rows").startingAt(0),
                Arrays.stream(Loader.values()).map(l -> l.title).toList(),
                List.of(new Bars.Group("seen twice", seen.stream().map(s -> (double) s.twice()).toList()),
                        new Bars.Group("never seen", seen.stream().map(s -> (double) s.never()).toList())));
    }

    private static List<String> findings(int[][] rows, int size, int perEpoch, Table trained) {
        int middle = perEpoch / 2;
        Seen exact = seen(rows, size, perEpoch, middle, Loader.EXACT);
        Seen restarted = seen(rows, size, perEpoch, middle, Loader.RESTARTED);
        Seen zero = seen(rows, size, perEpoch, middle, Loader.EPOCH_ZERO);
        Seen ahead = seen(rows, size, perEpoch, middle, Loader.AHEAD);
        Seen atEnd = seen(rows, size, perEpoch, 0, Loader.RESTARTED);
        int worst = IntStream.range(0, perEpoch).boxed().max((a, b) -> seen(rows, size, perEpoch, a, Loader.RESTARTED).never()
                - seen(rows, size, perEpoch, b, Loader.RESTARTED).never()).orElseThrow();
        return List.of(
                "The exact loader misses " + exact.never() + " rows and repeats " + exact.twice() + ", wherever it is interrupted.",
                "Interrupted in the middle, a restarted order never shows " + Numbers.count(restarted.never(), "row") + " ("
                        + Numbers.percent((double) restarted.never() / size) + ") in that epoch and shows " + restarted.twice()
                        + " twice; the order of epoch 0 does nearly the same, "
                        + zero.never() + " and " + zero.twice() + ". For two independent orders, each row of the first half is in the"
                        + " second half with"
                        + " probability 1/2: a quarter of all rows, " + Math.round(size / 4.0) + ", is to be expected.",
                "The worst place for a restarted order is after " + worst + " of " + perEpoch
                        + " batches: p(1-p) of the rows are missed if the fraction p is done.",
                "At the end of an epoch the restarted order misses " + atEnd.never()
                        + ": a library that saves only there never notices that it cannot resume elsewhere.",
                "The order of epoch 0 at the end of an epoch misses nothing, but repeats " + repeated(rows, perEpoch, 0, Loader.EPOCH_ZERO)
                        + " of " + perEpoch
                        + " batches exactly as before: the shuffling is lost, and no count of rows shows it.",
                "A loader whose own counter is saved misses " + Numbers.count(ahead.never(), "row") + " of the " + READ_AHEAD * BATCH
                        + " that it had read ahead"
                        + " before the epoch ends, and everything that follows comes " + READ_AHEAD + " batches early.",
                "After more training, the weights are " + String.join(", ",
                trained.rows().stream().map(r -> Table.text(r.get(1)) + " (" + r.get(0) + ")").toList())
                        + " from those of the exact resume; their validation losses are between "
                        + Numbers.text(trained.rows().stream().mapToDouble(r -> (double) r.get(2)).min().orElseThrow()) + " and "
                        + Numbers.text(trained.rows().stream().mapToDouble(r -> (double) r.get(2)).max().orElseThrow()) + ".");
    }
}

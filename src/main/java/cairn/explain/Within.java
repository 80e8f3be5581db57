package cairn.explain;

import cairn.checkpoint.format.CheckpointException;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.Rows;
import cairn.recovery.TrainingFaultException;
import cairn.replay.DifferentStepException;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.run.Workspace;
import cairn.train.Predictor;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * What looks within some steps show. The run is opened for reading; the steps are made again in memory.
 *
 * <p>The looks: the first update alone, the {@value #UPDATES} after it, as many in the middle and after the newest step; the model of the
 * best evaluation, for the labels; and at most {@value #SPIKES} spikes.
 */
final class Within {
    private static final int UPDATES = 10;
    private static final int SPIKES = 3;
    /** Pairs of rows are compared, so fewer of them. */
    private static final int COMPARED_ROWS = 1000;

    private final List<Reading> readings = new ArrayList<>();
    private final List<Symptoms.Spike> spikes = new ArrayList<>();
    private Optional<LabelDoubt> doubt = Optional.empty();
    private Optional<Symptoms.Broken> fault = Optional.empty();
    private List<Double> recall = List.of();

    private Within() {
    }

    static Within nothing() {
        return new Within();
    }

    /** Looks into the run in {@code folder}, and says in {@code said} where. */
    static Within of(Path folder, Workspace workspace, Course course, Reach reach, Effort effort, List<Symptoms.Spike> spikes,
            List<String> said)
            throws IOException {
        Within within = new Within();
        try (RunReplay replay = RunReplay.reading(folder, workspace)) {
            new Look(within, replay, reach, effort, said).at(course, spikes);
        }
        return within;
    }

    List<Reading> readings() {
        return readings;
    }

    Optional<LabelDoubt> doubt() {
        return doubt;
    }

    Optional<Symptoms.Broken> fault() {
        return fault;
    }

    List<Symptoms.Spike> spikes() {
        return spikes;
    }

    Symptoms.Classes withRecall(Symptoms.Classes classes) {
        return new Symptoms.Classes(classes.names(), classes.rows(), recall);
    }

    /** A look at one run. */
    private record Look(Within into, RunReplay replay, Reach reach, Effort effort, List<String> said) {

        void at(Course course, List<Symptoms.Spike> found) throws IOException {
            long newest = replay.newest();
            OptionalLong oldest = reach.oldest();
            if (oldest.isPresent() && newest > oldest.getAsLong() && goTo(oldest.getAsLong(), "the beginning")) {
                into.readings.add(updates(1).reading(oldest.getAsLong(), true));
                into.readings.add(updates((int) Math.min(UPDATES, newest - oldest.getAsLong() - 1)).reading(oldest.getAsLong() + 1, false));
            }
            OptionalLong middle = reach.nearest(newest / 2);
            if (middle.isPresent() && oldest.isPresent() && middle.getAsLong() > oldest.getAsLong() + UPDATES && goTo(middle.getAsLong(),
                    "the middle")) {
                into.readings.add(updates((int) Math.min(UPDATES, newest - middle.getAsLong())).reading(middle.getAsLong(), false));
            }
            OptionalLong end = reach.nearest(newest);
            if (end.isPresent() && goTo(end.getAsLong(), "the end")) {
                measureRecall();
                into.fault = Optional.empty();
                Reading after = updates(UPDATES).reading(end.getAsLong(), false);
                if (into.fault.isEmpty()) {
                    into.readings.add(after);
                }
                // The updates after the newest step were never made, so a fault in them is none of this run.
                into.fault = into.fault.filter(f -> f.step() == newest && course.stopped().tailMap(newest, true).values().stream()
                        .allMatch(Broke::isFault));
            }
            OptionalLong best = reach.around(course.bestEvaluated().orElse(newest));
            if (best.isPresent() && isOfClasses() && goTo(best.getAsLong(), "the best evaluation")) {
                doubtLabels(best.getAsLong());
            }
            for (int i = 0; i < found.size(); i++) {
                into.spikes.add(i < SPIKES ? rows(found.get(i)) : found.get(i));
            }
        }

        private DataSet train() {
            return replay.trainer().data().splits().train();
        }

        /** The number of a training row in the data set that was read. */
        private int inDataSet(int trainingRow) {
            return Rows.sourceRow(train(), trainingRow);
        }

        private boolean isOfClasses() {
            return train().labels() instanceof Labels.Classes;
        }

        private boolean goTo(long step, String what) throws IOException {
            if (!reach.isNear(step)) {
                said.add(what + " was not looked at: step " + step + " is more than " + reach.most()
                        + " steps after the nearest checkpoint");
                return false;
            }
            try {
                replay.goTo(step, ReplayListener.NONE);
                said.add(what + ": step " + step + reach.cost(step).stream().filter(c -> c > 0).mapToObj(c -> ", " + c
                        + " steps made again").findFirst()
                        .orElse(""));
                return true;
            } catch (DifferentStepException | CheckpointException | TrainingFaultException e) {
                said.add(what + " was not looked at: " + Examination.firstLine(e));
                return false;
            }
        }

        /** Makes updates and looks at them, until a fault. */
        private Probe updates(int most) {
            Trainer trainer = replay.trainer();
            Probe probe = Probe.of(trainer);
            Stepper stepper = new Stepper(trainer, new Stepper.Listener() { }, () -> false, step -> probe, step -> true);
            try {
                for (int i = 0; i < most; i++) {
                    stepper.next();
                }
            } catch (TrainingFaultException e) {
                Optional<String> place = probe.isInFeatures() ? Optional.empty() : probe.notFinite().or(probe::notFiniteGradient);
                into.fault = Optional.of(new Symptoms.Broken(e.step(), e.fault().problem(), place.filter(p -> !p.isEmpty()),
                        probe.notFinite().isEmpty() && probe.notFiniteGradient().isPresent(), probe.isInFeatures(), e.fault().rows()
                                .stream().map(this::inDataSet).toList()));
            }
            return probe;
        }

        private double[][] probabilities(DataSet rows) {
            Predictor predictor = Predictor.of(replay.trainer().recipe(), replay.checkpoint().state());
            return Arrays.stream(predictor.outputs(rows)).map(y -> replay.trainer().recipe().loss().probabilities(y))
                    .toArray(double[][]::new);
        }

        private void measureRecall() {
            if (isOfClasses()) {
                DataSet rows = Examination.sample(train(), effort.rows());
                double[][] p = probabilities(rows);
                int classes = rows.labels().width();
                double[] right = new double[classes];
                int[] count = new int[classes];
                for (int i = 0; i < p.length; i++) {
                    double[] scores = p[i];
                    int said = IntStream.range(0, classes).boxed().max(Comparator.comparingDouble(c -> scores[c])).orElse(-1);
                    right[rows.label(i)] += said == rows.label(i) ? 1 : 0;
                    count[rows.label(i)]++;
                }
                into.recall = IntStream.range(0, classes).mapToObj(c -> count[c] == 0 ? Double.NaN : right[c] / count[c]).toList();
            }
        }

        private void doubtLabels(long step) {
            int most = Math.min(COMPARED_ROWS, LabelDoubt.mostRows(train().featureCount()));
            DataSet rows = Examination.sample(train(), most);
            if (rows.size() >= LabelDoubt.FEWEST_ROWS && rows.size() >= 2 * LabelDoubt.NEIGHBOURS * rows.labels().width()) {
                Normalization by = Normalization.fit(replay.trainer().recipe().data().normalize(), train());
                into.doubt = Optional.of(LabelDoubt.of(step, rows, Arrays.stream(Examination.indices(train(), most)).map(this::inDataSet)
                        .toArray(), probabilities(rows),
                        by));
            }
        }

        /** The rows of a spike with the largest losses. */
        private Symptoms.Spike rows(Symptoms.Spike spike) throws IOException {
            if (!goTo(spike.step() - 1, "the spike")) {
                return spike;
            }
            Probe probe = updates(1);
            int[] batch = replay.trainer().data().batchRows(replay.trainer().recipe(), spike.step() - 1);
            double[] losses = probe.losses();
            if (losses.length != batch.length) {
                return spike;
            }
            List<Integer> order = IntStream.range(0, batch.length).boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -losses[i]).thenComparing(Comparator.naturalOrder()))
                    .limit(Finding.MOST_ROWS).toList();
            return new Symptoms.Spike(spike.step(), spike.loss(), spike.usual(), spike.deviations(), order.stream()
                    .map(i -> inDataSet(batch[i])).toList(),
                    order.stream().map(i -> losses[i]).toList());
        }
    }
}

package cairn.replay;

import cairn.data.DataSet;
import cairn.data.Rows;
import cairn.journal.RecordedSeries;
import cairn.metrics.Evaluation;
import cairn.recipe.Position;
import cairn.recovery.Fault;
import cairn.recovery.TrainingFaultException;
import cairn.run.Environments;
import cairn.run.Series;
import cairn.tensor.ParameterVector;
import cairn.train.StepHook;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Searches the first step of a run at which a condition holds, and the rows of its batch. Steps that the journal has recorded are looked
 * up. From the first step with a missing value, the run is trained again in memory. Nothing is written.
 *
 * @param searched the number of steps that were checked
 * @param replayed the number of these steps that were trained again
 * @param found the first bad step, if there is one
 */
public record Bisection(Condition condition, long searched, long replayed, Optional<Found> found) {

    /**
     * The first bad step.
     *
     * @param step finished updates, including this one; if the update cannot be made, as if it were made
     * @param term the term that holds
     * @param value the number for which it holds, or a description of the fault
     * @param epoch the epoch of the batch
     * @param trainingRows the rows of the batch, as indices into the training rows
     * @param rows the same rows, as indices into the data set
     */
    public record Found(long step, String term, String value, long epoch, List<Integer> trainingRows, List<Integer> rows) {
        public Found {
            trainingRows = List.copyOf(trainingRows);
            rows = List.copyOf(rows);
        }
    }

    /** A bad step, before its rows are known. */
    private record Bad(long step, String term, String value) {
    }

    /** Searches the run of {@code replay}. */
    static Bisection of(RunReplay replay, Condition condition, ReplayListener listener) throws IOException {
        Set<String> wanted = new HashSet<>(Set.of(Series.LOSS, Series.FAULT));
        condition.terms().forEach(term -> wanted.add(term.series()));
        long newest = replay.newest();
        long begin = replay.oldest();
        RecordedSeries recorded = replay.recorded(wanted::contains, begin, newest);
        long known = begin;
        Optional<Bad> bad = Optional.empty();
        while (bad.isEmpty() && known < newest && isKnown(condition, recorded, known + 1)) {
            known++;
            bad = recorded(condition, recorded, known);
        }
        long replayed = 0;
        if (bad.isEmpty() && (known < newest || condition.includesFaults())) {
            replay.goTo(known, listener);
            Search search = new Search(replay.trainer(), condition, RecordCheck.reporting(replay, listener));
            List<Environments.Part> parts = replay.environments().parts(known, newest);
            for (int i = 0; i < parts.size() && bad.isEmpty(); i++) {
                Environments.Part part = parts.get(i);
                boolean isOwn = i == 0 || replay.grade(parts.get(i - 1).first() - 1, part.first() - 1).isExact();
                if (!isOwn && replay.store().steps().contains(part.first() - 1)) {
                    // The steps before were made in another environment, and came out otherwise here.
                    restore(replay, part.first() - 1, listener);
                }
                bad = search.run(part.first() - 1, part.last());
            }
            bad = bad.isEmpty() && condition.includesFaults() ? search.beyond(newest) : bad;
            replayed = search.made;
        }
        Trainer trainer = replay.trainer();
        return new Bisection(condition, Math.max(0, bad.map(Bad::step).orElse(newest) - begin), replayed, bad.map(b -> {
            List<Integer> rows = Arrays.stream(trainer.data().batchRows(trainer.recipe(), b.step() - 1)).boxed().toList();
            return new Found(b.step(), b.term(), b.value(), new Position(b.step() - 1, trainer.position().stepsPerEpoch()).epoch(), rows,
                    rows.stream().map(row -> inDataSet(trainer.data().splits().train(), row)).toList());
        }));
    }

    private static void restore(RunReplay replay, long step, ReplayListener listener) throws IOException {
        try {
            replay.goTo(step, listener);
        } catch (DifferentStepException damaged) {
            // The checkpoint there is damaged, so the search goes on from the steps that were made here.
        }
    }

    /**
     * Whether the journal has every value of {@code step} that the condition needs. Measures may be missing: not every step is evaluated.
     */
    private static boolean isKnown(Condition condition, RecordedSeries recorded, long step) {
        return recorded.has(Series.FAULT, step) || recorded.has(Series.LOSS, step) && condition.terms().stream()
                .allMatch(t -> Series.measure(t.series()).isPresent() || recorded.has(t.series(), step));
    }

    private static Optional<Bad> recorded(Condition condition, RecordedSeries recorded, long step) {
        Optional<String> fault = recorded.value(Series.FAULT, step);
        if (condition.includesFaults() && fault.filter(f -> f.startsWith("non-finite")).isPresent()) {
            return Optional.of(new Bad(step, "non-finite", fault.get() + ", skipped by the recovery rule"));
        }
        return condition.terms().stream()
                .filter(t -> recorded.has(t.series(), step) && t.holds(recorded.number(t.series(), step).getAsDouble())).findFirst()
                .map(t -> new Bad(step, t.text(), recorded.value(t.series(), step).orElseThrow()));
    }

    /** The index of row {@code row} of a split in the whole data set. */
    private static int inDataSet(DataSet split, int row) {
        return split instanceof Rows rows ? inDataSet(rows.source(), rows.sourceRow(row)) : row;
    }

    /** Searches a training while it goes on. */
    private static final class Search implements Stepper.Listener {
        private final Trainer trainer;
        private final Condition condition;
        private final ReplayListener listener;
        private double norm = Double.NaN;
        private long made;
        private Optional<Bad> bad = Optional.empty();

        Search(Trainer trainer, Condition condition, ReplayListener listener) {
            this.trainer = trainer;
            this.condition = condition;
            this.listener = listener;
        }

        /** Trains from step {@code from} to step {@code to}. */
        Optional<Bad> run(long from, long to) {
            listener.onStart(new ReplayPath("here", from, to));
            return run(to, false);
        }

        /** Trains one step further than the run, because it may have stopped there. */
        Optional<Bad> beyond(long newest) {
            return run(newest, true);
        }

        private Optional<Bad> run(long newest, boolean goesBeyond) {
            StepHook hook = condition.needsNorm() ? new StepHook() {
                @Override
                public void gradient(ParameterVector gradient) {
                    norm = Math.sqrt(Arrays.stream(gradient.flat().toDoubles()).map(g -> g * g).sum());
                }
            } : StepHook.NONE;
            Stepper stepper = new Stepper(trainer, this, () -> false, step -> hook, step -> true);
            try {
                while (bad.isEmpty() && trainer.position().step() < newest) {
                    stepper.next();
                    made++;
                }
                if (goesBeyond) {
                    stepper.next();
                    if (bad.filter(b -> !b.term().equals("non-finite")).isPresent()) {
                        bad = Optional.empty();
                    }
                }
            } catch (TrainingFaultException e) {
                if (!condition.includesFaults() || e.fault().kind() == Fault.Kind.SPIKE) {
                    throw e;
                }
                bad = Optional.of(new Bad(e.step() + 1, "non-finite", e.fault().problem()
                        + ", so the update was not made"));
            }
            return bad;
        }

        @Override
        public void stepped(StepReport report) {
            listener.stepped(report);
            report.action().filter(a -> condition.includesFaults() && a.fault().kind() != Fault.Kind.SPIKE).ifPresent(a ->
                    bad = Optional.of(new Bad(report.step(), "non-finite", a.fault().kind().word() + ", skipped by the recovery rule")));
            check(Series.LOSS, report.loss());
            check(Series.LEARNING_RATE, report.learningRate());
            check(Series.GRADIENT_NORM, report.gradientNorm().orElse(norm));
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            evaluation.measures().forEach((name, estimate) -> check(Series.evaluation(name), estimate.value()));
        }

        private void check(String series, double value) {
            if (bad.isEmpty()) {
                bad = condition.terms().stream().filter(t -> t.series().equals(series) && !t.relation().isEmpty() && t.holds(value))
                        .findFirst().map(t -> new Bad(trainer.position().step(), t.text(), Double.toString(value)));
            }
        }
    }
}

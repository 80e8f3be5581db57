package cairn.look.curve;

import cairn.checkpoint.RunFolder;
import cairn.disk.Disk;
import cairn.journal.Numbers;
import cairn.journal.RecordedSeries;
import cairn.journal.Row;
import cairn.run.History;
import cairn.run.Lineage;
import cairn.run.RunFiles;
import cairn.run.Series;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The journal of one run, without that of its parent.
 *
 * @param problems what could not be read, one line each
 */
record RecordedCurves(String run, Optional<Lineage> origin, RecordedSeries recorded, List<String> problems) {
    private static final Map<String, Curve.Kind> KINDS = Map.of(Series.LOSS, Curve.Kind.LOSS, Series.MEAN_LOSS, Curve.Kind.LOSS,
            Series.EPOCH_LOSS, Curve.Kind.LOSS, Series.evaluation("loss"), Curve.Kind.LOSS, Series.LEARNING_RATE, Curve.Kind.RATE,
            Series.GRADIENT_NORM, Curve.Kind.NORM, Series.EPOCH_LOSS_SO_FAR, Curve.Kind.LOSS, Series.ACCURACY, Curve.Kind.MEASURE,
            Series.EPOCH_ACCURACY, Curve.Kind.MEASURE, Series.EPOCH_ACCURACY_SO_FAR, Curve.Kind.MEASURE);
    private static final Set<String> MARKS = Set.of(Row.ROLLED_BACK, Row.ENVIRONMENT, Row.MISSING, Series.FAULT, Series.FAULT_VALUE,
            Series.BACK_TO, Series.RATE_FACTOR, Series.PASSED);

    /** The run in {@code folder}, its parent, the parent of that one, and so on; each ancestor up to the step where the next one begins. */
    static List<RecordedCurves> withAncestors(Path folder, Disk disk) throws IOException {
        List<RecordedCurves> all = new ArrayList<>();
        Set<Path> seen = new LinkedHashSet<>();
        Optional<Path> next = Optional.of(folder.toAbsolutePath().normalize());
        long until = Long.MAX_VALUE;
        // A loop, because there may be more generations than calls fit on the stack. A run that descends from itself is an edited file.
        while (next.isPresent() && seen.add(next.get())) {
            Path here = next.get();
            RecordedCurves curves = read(here, disk, until);
            all.add(curves);
            next = Optional.empty();
            if (curves.origin.isPresent()) {
                Lineage origin = curves.origin.get();
                until = Math.min(until, origin.step());
                next = place(here, origin);
                if (next.isEmpty() || !disk.exists(next.get().resolve(RunFiles.RECIPE))) {
                    next = Optional.empty();
                    curves.problems.add("the curves of " + curves.run + " begin at step " + origin.step() + ", because its parent "
                            + origin.run() + " is not there any more");
                }
            }
        }
        return all;
    }

    private static RecordedCurves read(Path folder, Disk disk, long until) throws IOException {
        List<String> problems = new ArrayList<>();
        Optional<Lineage> origin = Optional.empty();
        try (RunFolder opened = RunFolder.read(folder, disk)) {
            origin = RunFiles.parent(opened);
        } catch (IOException unreadable) {
            if (until == Long.MAX_VALUE && !disk.exists(folder)) {
                throw unreadable;
            }
            problems.add(unreadable.getMessage());
        }
        RecordedSeries recorded = History.recorded(disk, folder,
                name -> MARKS.contains(name) || isCurve(name) || Series.isEndOfInterval(name), 0, until);
        recorded.damage().ifPresent(damage -> problems.add(damage.getMessage()));
        return new RecordedCurves(folder.getFileName().toString(), origin, recorded, problems);
    }

    private static Optional<Path> place(Path folder, Lineage origin) {
        try {
            return Optional.of(folder.resolve(origin.path()).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isCurve(String series) {
        return KINDS.containsKey(series) || Series.measure(series).isPresent() || Series.statisticOf(series).isPresent();
    }

    private static Curve.Kind kind(String series) {
        return KINDS.getOrDefault(series, Series.measure(series).isPresent() ? Curve.Kind.MEASURE : Curve.Kind.STATISTIC);
    }

    /** As curves that begin where the run begins. */
    RunCurves alone() {
        SortedMap<String, Curve> curves = new TreeMap<>();
        for (String name : recorded.names()) {
            Numbers numbers = isCurve(name) ? recorded.numbers(name) : new Numbers(new long[0], new double[0]);
            if (numbers.size() > 0) {
                Optional<String> measure = Series.measure(name);
                curves.put(name, measure.isEmpty() ? Curve.of(name, kind(name), numbers.steps(), numbers.values())
                        : Curve.of(name, kind(name), numbers.steps(), numbers.values(),
                                at(numbers.steps(), recorded.numbers(Series.low(measure.get()))),
                                at(numbers.steps(), recorded.numbers(Series.high(measure.get())))));
            }
        }
        return new RunCurves(run, origin, curves, marks(), stepsPerEpoch(), recorded.lastStep(), problems);
    }

    /** The numbers at these steps, NaN where there is none. */
    private static double[] at(long[] steps, Numbers numbers) {
        return Arrays.stream(steps).mapToDouble(step -> {
            int i = Arrays.binarySearch(numbers.steps(), step);
            return i < 0 ? Double.NaN : numbers.values()[i];
        }).toArray();
    }

    /** The greatest number of which every end of an epoch is a multiple; of a branch, one end alone tells nothing. */
    private OptionalLong stepsPerEpoch() {
        long[] ends = recorded.numbers(Series.EPOCH_LOSS).steps();
        long divisor = origin.isPresent() && ends.length < 2 ? 0 : Arrays.stream(ends).reduce(0, RecordedCurves::greatestCommonDivisor);
        return divisor == 0 ? OptionalLong.empty() : OptionalLong.of(divisor);
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private List<Mark> marks() {
        List<Mark> marks = new ArrayList<>();
        origin.ifPresent(o -> marks.add(new Mark(o.step(), Mark.Kind.BRANCH, "branch of " + o.run()
                + (o.changes().isEmpty() ? "" : ": " + String.join(", ", o.changes())))));
        recorded.values(Row.ROLLED_BACK).forEach((step, other) -> marks.add(new Mark(step, Mark.Kind.ROLLBACK, other.isEmpty()
                ? "the steps after it were made again" : "the steps after it are in " + other)));
        recorded.values(Row.MISSING).forEach((step, rows) -> marks.add(new Mark(step, Mark.Kind.MISSING, rows + " rows are missing")));
        recorded.values(Series.FAULT).forEach((step, fault) -> marks.add(new Mark(step, Mark.Kind.RECOVERY, fault
                + recorded.value(Series.FAULT_VALUE, step).map(value -> " " + value).orElse("")
                + recorded.value(Series.BACK_TO, step).map(back -> ", back to step " + whole(back)).orElse("")
                + recorded.value(Series.RATE_FACTOR, step).map(factor -> ", rate times " + factor).orElse(""))));
        recorded.values(Series.PASSED).forEach((step, fault) -> marks.add(new Mark(step, Mark.Kind.PASSED,
                fault + ", which did not come again")));
        resumes(marks);
        marks.sort(Comparator.comparingLong(Mark::step));
        return marks;
    }

    /** The sessions after the first, but those of which a later one has made every step again. */
    private void resumes(List<Mark> marks) {
        long later = Long.MAX_VALUE;
        for (long step : recorded.values(Row.ENVIRONMENT).descendingKeySet()) {
            long attempt = recorded.attempt(Row.ENVIRONMENT, step).orElse(later);
            if (attempt > 1 && attempt < later) {
                marks.add(new Mark(step, Mark.Kind.RESUME, "session " + attempt
                        + (before(attempt).isEmpty() || recorded.environment(attempt).equals(before(attempt)) ? "" : ", in another environment")));
            }
            later = Math.min(later, attempt);
        }
    }

    private Optional<String> before(long attempt) {
        Optional<String> environment = Optional.empty();
        for (long a = attempt - 1; a > 0 && environment.isEmpty(); a--) {
            environment = recorded.environment(a);
        }
        return environment;
    }

    /** {@code 240} of {@code 240.0}. */
    private static String whole(String number) {
        return number.endsWith(".0") ? number.substring(0, number.length() - 2) : number;
    }
}

package cairn.explain;

import cairn.disk.Disk;
import cairn.journal.RecordedSeries;
import cairn.run.History;
import cairn.run.Series;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The steps of a run itself, as its journal has them: of a branch not those of its parent, of a damaged journal what stands before the
 * damage.
 *
 * @param losses the loss of the batch by step
 * @param rates the learning rate by step
 * @param monitored by measure and step, the evaluations of the monitored rows
 * @param faults by step, what the recovery rule acted on
 * @param stopped why the last session stopped, by step, if it did
 * @param isWhole whether the whole journal could be read
 */
record Course(NavigableMap<Long, Double> losses, NavigableMap<Long, Double> rates, Map<String, NavigableMap<Long, Double>> monitored,
        NavigableMap<Long, String> faults, NavigableMap<Long, String> stopped, boolean isWhole) {
    private static final String STOPPED = "stopped";
    private static final List<String> KEPT = List.of(Series.LOSS, Series.LEARNING_RATE, Series.FAULT, STOPPED);

    /** Reads the journal of the run in {@code folder}; empty if it has none. */
    static Course of(Disk disk, Path folder) {
        RecordedSeries recorded = History.recorded(disk, folder, name -> KEPT.contains(name) || Series.measure(name).isPresent(), 0,
                Long.MAX_VALUE);
        Map<String, NavigableMap<Long, Double>> monitored = new HashMap<>();
        recorded.names().forEach(name -> Series.measure(name).ifPresent(measure -> monitored.put(measure, numbers(recorded, name))));
        return new Course(numbers(recorded, Series.LOSS), numbers(recorded, Series.LEARNING_RATE), monitored,
                recorded.values(Series.FAULT), recorded.values(STOPPED), recorded.damage().isEmpty());
    }

    /** What is no number is left out: another program may have written it. */
    private static NavigableMap<Long, Double> numbers(RecordedSeries recorded, String series) {
        NavigableMap<Long, Double> numbers = new TreeMap<>();
        recorded.values(series).forEach((step, text) -> {
            try {
                numbers.put(step, Double.valueOf(text));
            } catch (NumberFormatException noNumber) {
                // Nothing to compare.
            }
        });
        return numbers;
    }

    boolean isEmpty() {
        return losses.isEmpty();
    }

    /** How many steps are recorded. */
    int size() {
        return losses.size();
    }

    long first() {
        return losses.firstKey();
    }

    long last() {
        return losses.lastKey();
    }

    /** The finite losses, in the order of the steps. */
    double[] finite() {
        return losses.values().stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).toArray();
    }

    /** The mean of the finite losses in the part from {@code from} to {@code to} of all, which are shares from 0 to 1. */
    OptionalDouble mean(double from, double to) {
        double[] all = finite();
        int begin = Math.min((int) (all.length * from), Math.max(0, all.length - 1));
        int end = Math.max(begin + 1, (int) (all.length * to));
        return all.length == 0 ? OptionalDouble.empty() : Arrays.stream(all, begin, Math.min(end, all.length)).average();
    }

    /** The evaluations of the loss, those that are finite. */
    NavigableMap<Long, Double> evaluatedLoss() {
        NavigableMap<Long, Double> finite = new TreeMap<>(monitored.getOrDefault("loss", new TreeMap<>()));
        finite.values().removeIf(v -> !Double.isFinite(v));
        return finite;
    }

    /** The step with the least evaluated loss. */
    Optional<Long> bestEvaluated() {
        return evaluatedLoss().entrySet().stream().min(Map.Entry.<Long, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}

package cairn.page;

import cairn.journal.JournalFollower;
import cairn.journal.Row;
import cairn.run.RunFiles;
import cairn.run.Series;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Follows the journals of all runs, whoever trains them, and tells what they get. It reads files and nothing else, so no training notices it.
 * While nobody listens it reads nothing.
 */
final class Journals {
    static final int PERIOD_MILLIS = 100;
    /** Every so many periods the folder is listed, and runs are looked at whose journal has not grown for a while. */
    private static final int SLOW = 10;
    private static final long GROWING_NANOS = 5_000_000_000L;
    private static final int MOST_ROWS = 20_000;
    private static final int MOST_POINTS = 64;

    private final Listing listing;
    private final Events events;
    private final LongSupplier nanos;
    private final Map<String, Followed> followed = new HashMap<>();
    private final Set<String> changed = new TreeSet<>();
    /** The runs that were there when the folder was listed last; empty before the first time, after which an empty folder has no names. */
    private Optional<Set<String>> names = Optional.empty();
    private long period;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> Attendants.daemon(task, "page-journals"));

    /** A run whose journal is followed. */
    private static final class Followed {
        private final Path journal;
        private final JournalFollower rows;
        private long size;
        private long grownAt;
        private boolean hasGrown;

        Followed(Path journal, JournalFollower rows, long size) {
            this.journal = journal;
            this.rows = rows;
            this.size = size;
        }
    }

    Journals(Listing listing, Events events, LongSupplier nanos) {
        this.listing = listing;
        this.events = events;
        this.nanos = nanos;
    }

    void begin() {
        timer.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    void close() {
        timer.shutdownNow();
    }

    /** Whether the journal of a run grew in the last seconds. */
    synchronized boolean isGrowing(String run) {
        Followed f = followed.get(run);
        return f != null && f.hasGrown && nanos.getAsLong() - f.grownAt < GROWING_NANOS;
    }

    private void look() {
        try {
            if (events.isHeard()) {
                lookAtAll();
            } else {
                forget();
            }
        } catch (IOException | RuntimeException tryAgain) {
            // A folder that cannot be read now is read at the next time.
        }
    }

    /** What happens while nobody listens is asked for, and not told. */
    private synchronized void forget() {
        followed.clear();
        names = Optional.empty();
        period = 0;
    }

    private synchronized void lookAtAll() throws IOException {
        boolean isSlow = period++ % SLOW == 0;
        if (isSlow) {
            Map<String, Path> runs = listing.runs();
            followed.keySet().retainAll(runs.keySet());
            for (Map.Entry<String, Path> run : runs.entrySet()) {
                if (!followed.containsKey(run.getKey())) {
                    Path journal = run.getValue().resolve(RunFiles.JOURNAL);
                    followed.put(run.getKey(), new Followed(journal, JournalFollower.fromEnd(listing.disk(), journal), size(journal)));
                }
            }
            if (names.isPresent() && !runs.keySet().equals(names.get())) {
                events.tell("runs", "", Answer.object());
            }
            names = Optional.of(Set.copyOf(runs.keySet()));
        }
        for (Map.Entry<String, Followed> run : followed.entrySet()) {
            if (isSlow || run.getValue().hasGrown && nanos.getAsLong() - run.getValue().grownAt < GROWING_NANOS) {
                look(run.getKey(), run.getValue());
            }
        }
        changed.forEach(run -> events.tell("runs", "", Answer.object()));
        changed.clear();
    }

    private static long size(Path journal) throws IOException {
        return Files.exists(journal) ? Files.size(journal) : 0;
    }

    private void look(String run, Followed f) {
        try {
            long size = size(f.journal);
            if (size != f.size) {
                f.size = size;
                f.hasGrown = true;
                f.grownAt = nanos.getAsLong();
                tell(run, f.rows.next(MOST_ROWS));
            }
        } catch (IOException unreadable) {
            // The run's own page says what is wrong with its journal.
        }
    }

    private void tell(String run, List<Row> rows) {
        Map<Long, Double> losses = new TreeMap<>();
        Map<Long, Map<String, String>> measures = new TreeMap<>();
        double rate = Double.NaN;
        for (Row row : rows) {
            if (row.series().equals(Series.LOSS)) {
                losses.put(row.step(), Double.parseDouble(row.value()));
            } else if (row.series().equals(Series.LEARNING_RATE)) {
                rate = Double.parseDouble(row.value());
            } else if (row.series().equals(Row.ROLLED_BACK) || row.series().equals(Series.DIGEST)) {
                changed.add(run);
            } else {
                Series.measure(row.series()).ifPresent(name -> measures.computeIfAbsent(row.step(), s -> new TreeMap<>()).put(name, row.value()));
            }
        }
        if (!losses.isEmpty()) {
            tellSteps(run, losses, rate);
        }
        measures.forEach((step, values) -> {
            ObjectNode data = Answer.object().put("run", run).put("step", step);
            ObjectNode all = data.putObject("measures");
            values.forEach((name, value) -> Answer.put(all, name, Double.parseDouble(value)));
            events.tell("evaluated", run + ":" + step, data);
        });
    }

    private void tellSteps(String run, Map<Long, Double> losses, double rate) {
        List<Map.Entry<Long, Double>> all = new ArrayList<>(losses.entrySet());
        Map.Entry<Long, Double> last = all.get(all.size() - 1);
        ObjectNode data = Answer.object().put("run", run).put("step", last.getKey());
        Answer.put(data, "loss", last.getValue());
        Answer.put(data, "rate", rate);
        ArrayNode steps = data.putArray("steps");
        ArrayNode values = data.putArray("losses");
        int each = (all.size() + MOST_POINTS - 1) / MOST_POINTS;
        for (int i = 0; i < all.size(); i += each) {
            // The largest of each interval, so that no spike is left out.
            Map.Entry<Long, Double> largest = all.subList(i, Math.min(all.size(), i + each)).stream()
                    .max((a, b) -> Double.compare(a.getValue(), b.getValue())).orElseThrow();
            steps.add(largest.getKey());
            Answer.add(values, largest.getValue());
        }
        events.tell("step", run + ":" + last.getKey(), data);
    }
}

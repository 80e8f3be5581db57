package cairn.journal;

import cairn.disk.Disk;
import cairn.words.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * What a journal says, read in one pass. Of a step that several attempts did it says what the last row of the latest attempt does;
 * what was rolled back it leaves out. Only values that are asked for stay in memory.
 */
public final class RecordedSeries {
    private final Map<String, Column> kept = new HashMap<>();
    private final SortedSet<String> names = new TreeSet<>();
    private final Map<Long, String> environments = new HashMap<>();
    private final Map<String, List<Stretch>> stretches = new HashMap<>();
    private final Path file;
    private long lastStep = -1;
    private long attempt;
    private Optional<IOException> damage = Optional.empty();

    private RecordedSeries(Path file) {
        this.file = file;
    }

    /** What a journal without a row says. */
    public static RecordedSeries none() {
        return new RecordedSeries(Path.of(""));
    }

    /**
     * Reads the journal in {@code file}; of one that is not there nothing is said. Of one that is damaged, or that cannot be read, it says what
     * stands before the damage: the rows change no result, so nothing that only needs them has to fail.
     *
     * @param series names the series of which values are kept
     * @param from the first step of which values are kept
     * @param to the last one
     */
    public static RecordedSeries read(Disk disk, Path file, Predicate<String> series, long from, long to) {
        return read(disk, file, series, step -> step >= from && step <= to);
    }

    /** As {@link #read(Disk, Path, Predicate, long, long)}, for the steps that {@code steps} names. */
    public static RecordedSeries read(Disk disk, Path file, Predicate<String> series, LongPredicate steps) {
        RecordedSeries recorded = new RecordedSeries(file);
        try (JournalReader reader = JournalReader.open(disk, file)) {
            for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
                recorded.take(row.get(), series, steps);
            }
        } catch (NoSuchFileException noneYet) {
            return recorded;
        } catch (IOException e) {
            recorded.damage = Optional.of(e);
        }
        return recorded;
    }

    /**
     * When the rows of some series were written, by step, in the unit of the writer's clock; of a step that several attempts did, in the latest.
     * Of a damaged journal it is what stands before the damage.
     */
    public static Numbers times(Disk disk, Path file, Predicate<String> series) {
        Column times = new Column();
        try (JournalReader reader = JournalReader.open(disk, file)) {
            for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
                if (row.get().series().equals(Row.ROLLED_BACK)) {
                    times.forgetAfter(row.get().step());
                } else if (series.test(row.get().series())) {
                    times.put(row.get().step(), Double.toString(row.get().time()), row.get().attempt());
                }
            }
        } catch (IOException noneYetOrDamaged) {
            return times.numbers();
        }
        return times.numbers();
    }

    /** Why only the beginning of the journal could be read, naming file and line; empty if all of it was read. */
    public Optional<IOException> damage() {
        return damage;
    }

    private void take(Row row, Predicate<String> series, LongPredicate steps) {
        attempt = row.attempt();
        if (row.series().equals(Row.ROLLED_BACK)) {
            kept.values().forEach(column -> column.forgetAfter(row.step()));
            stretches.values().forEach(all -> Stretch.forgetAfter(row.step(), all));
            lastStep = row.step();
        } else {
            lastStep = Math.max(lastStep, row.step());
        }
        if (row.series().equals(Row.ENVIRONMENT)) {
            environments.put(attempt, row.value());
        }
        Stretch.extend(row, stretches.computeIfAbsent(row.series(), name -> new ArrayList<>()));
        if (names.add(row.series()) && series.test(row.series())) {
            kept.put(row.series(), new Column());
        }
        if (kept.containsKey(row.series()) && steps.test(row.step())) {
            kept.get(row.series()).put(row.step(), row.value(), row.attempt());
        }
    }

    /** The value at a step, as text; empty if there is none, or if it was not asked for. */
    public Optional<String> value(String series, long step) {
        return kept.containsKey(series) ? kept.get(series).get(step) : Optional.empty();
    }

    /**
     * The number at a step, equal to the last bit to the one that was appended (NaN has one form only).
     *
     * @throws UncheckedIOException if it is a text; it names the file, the series and the step
     */
    public OptionalDouble number(String series, long step) {
        Optional<String> value = value(series, step);
        try {
            return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(value.get()));
        } catch (NumberFormatException e) {
            throw new UncheckedIOException(new DamagedJournalException(file, "series '" + series + "', step " + step,
                    "expected a number, found '" + Printable.brief(value.get()) + "'"));
        }
    }

    /** The attempt that recorded the text at a step; empty if there is no text that is kept. */
    public OptionalLong attempt(String series, long step) {
        return kept.containsKey(series) ? kept.get(series).attempt(step) : OptionalLong.empty();
    }

    /** Whether there is a value at a step. */
    public boolean has(String series, long step) {
        return kept.containsKey(series) && kept.get(series).has(step);
    }

    /** All values that are kept of a series, by step. */
    public NavigableMap<Long, String> values(String series) {
        return kept.containsKey(series) ? kept.get(series).all() : new TreeMap<>();
    }

    /** The numbers that are kept of a series; for a long series in much less memory than {@link #values}. */
    public Numbers numbers(String series) {
        return kept.containsKey(series) ? kept.get(series).numbers() : new Numbers(new long[0], new double[0]);
    }

    /** The names of all series, kept or not. */
    public SortedSet<String> names() {
        return names;
    }

    /** The largest step of all series; -1 if there is no row. */
    public long lastStep() {
        return lastStep;
    }

    /** How often the journal was opened and written to. */
    public long attempts() {
        return attempt;
    }

    /**
     * The steps of which each attempt recorded the series, in the order of the attempts. Where stretches overlap, the later attempt counts.
     * What was rolled back is left out.
     */
    public List<Stretch> stretches(String series) {
        return List.copyOf(stretches.getOrDefault(series, List.of()));
    }

    /** The environment that an attempt recorded. */
    public Optional<String> environment(long attempt) {
        return Optional.ofNullable(environments.get(attempt));
    }
}

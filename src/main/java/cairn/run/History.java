package cairn.run;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.disk.Disk;
import cairn.journal.Numbers;
import cairn.journal.RecordedSeries;
import cairn.journal.Stretch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the journal of a run records about its checkpoints and about the sessions that made its steps. Of a damaged journal it is what
 * stands before the damage.
 */
public final class History {
    private final RecordedSeries recorded;

    private History(RecordedSeries recorded) {
        this.recorded = recorded;
    }

    /** The history of the run in {@code folder}; empty if it has no journal yet. */
    public static History of(Disk disk, Path folder) {
        return of(disk, folder, step -> true);
    }

    /** As {@link #of(Disk, Path)}, with the digests of these steps alone; it takes no memory for the others. */
    public static History of(Disk disk, Path folder, LongPredicate steps) {
        return new History(RecordedSeries.read(disk, folder.resolve(RunFiles.JOURNAL), Set.of(Series.DIGEST, Series.UNEVALUATED)::contains,
                steps));
    }

    /** The history of a run without a journal. */
    public static History none() {
        return new History(RecordedSeries.none());
    }

    /** Why only the beginning of the journal could be read, naming file and line; empty if all of it was read. */
    public Optional<IOException> damage() {
        return recorded.damage();
    }

    /** The recorded values of some series and steps; empty if there is no journal yet. */
    public static RecordedSeries recorded(Disk disk, Path folder, Predicate<String> series, long from, long to) {
        return RecordedSeries.read(disk, folder.resolve(RunFiles.JOURNAL), series, from, to);
    }

    /** When each step was made, in milliseconds since 1970. */
    public static Numbers times(Disk disk, Path folder) {
        return RecordedSeries.times(disk, folder.resolve(RunFiles.JOURNAL), Set.of(Series.LOSS, Series.FAULT)::contains);
    }

    /** The digests of the saved states, by step; if a run was killed just after a save, that step is missing. */
    public NavigableMap<Long, String> digests() {
        return recorded.values(Series.DIGEST);
    }

    /**
     * The digest that the whole state at {@code step} must have; empty if none was recorded, or only that of the state before its evaluation,
     * which was cancelled.
     */
    public Optional<String> wholeDigest(long step) {
        OptionalLong attempt = recorded.attempt(Series.DIGEST, step);
        return attempt.isPresent() && recorded.attempt(Series.UNEVALUATED, step).equals(attempt) ? Optional.empty()
                : recorded.value(Series.DIGEST, step);
    }

    /**
     * The digest that was recorded for a checkpoint with these {@code facts}; empty if none was. A row of an earlier attempt belongs to
     * another file of that step, which this one has replaced: a process that was killed between the replacement and its row leaves this.
     * The journal knows the later attempt, because it is forced before the first save of each attempt.
     */
    public Optional<String> digest(long step, Map<String, String> facts) {
        OptionalLong made = Provenance.attempt(facts);
        OptionalLong row = recorded.attempt(Series.DIGEST, step);
        boolean isOfEarlierFile = made.isPresent() && row.isPresent() && row.getAsLong() < made.getAsLong()
                && made.getAsLong() <= recorded.attempts();
        return isOfEarlierFile ? Optional.empty() : recorded.value(Series.DIGEST, step);
    }

    /**
     * The digests that steps after {@code from} must have again if they are made with the facts {@code here}: those recorded in the same
     * environment of states with their evaluation. The steps must have been made in it too.
     */
    NavigableMap<Long, String> binding(long from, Map<String, String> here) {
        NavigableMap<Long, String> binding = new TreeMap<>();
        for (Map.Entry<Long, String> digest : digests().tailMap(from, false).entrySet()) {
            OptionalLong attempt = recorded.attempt(Series.DIGEST, digest.getKey());
            if (attempt.isPresent() && !recorded.attempt(Series.UNEVALUATED, digest.getKey()).equals(attempt)
                    && recorded.environment(attempt.getAsLong()).map(Environments::parse)
                            .filter(facts -> ResumeGrade.between(facts, here).isExact()).isPresent()) {
                binding.put(digest.getKey(), digest.getValue());
            }
        }
        return binding;
    }

    /** The step from which the newest session that made a step was resumed; empty if that session began the run. */
    public OptionalLong resumedFrom() {
        List<Stretch> made = made(recorded);
        if (made.isEmpty()) {
            return OptionalLong.empty();
        }
        long newest = made.get(made.size() - 1).attempt();
        long first = made.stream().filter(s -> s.attempt() == newest).mapToLong(Stretch::first).min().getAsLong();
        return newest == 1 && first == 1 ? OptionalLong.empty() : OptionalLong.of(first - 1);
    }

    /**
     * The steps among {@code checkpoints} from which a later session may have gone on, as far as these rows do not tell which one it was: each
     * one that another attempt made than the next one. Empty if the rows know all attempts.
     *
     * @param checkpoints in the order of their steps
     */
    public SortedSet<Long> otherBeginnings(List<CheckpointInfo> checkpoints) {
        SortedSet<Long> steps = new TreeSet<>();
        boolean isComplete = damage().isEmpty()
                && checkpoints.stream().allMatch(c -> Provenance.attempt(c.facts()).orElse(0) <= recorded.attempts());
        for (int i = 1; i < checkpoints.size() && !isComplete; i++) {
            CheckpointInfo before = checkpoints.get(i - 1);
            if (!Provenance.attempt(before.facts()).equals(Provenance.attempt(checkpoints.get(i).facts()))) {
                steps.add(before.step());
            }
        }
        return steps;
    }

    /** The last step that is recorded; -1 if there is none. */
    long lastStep() {
        return recorded.lastStep();
    }

    /** In which environment each step was made. */
    public Environments environments(CheckpointStore store, SortedSet<Long> changes) {
        return environments(recorded, store, changes);
    }

    /** As {@link #environments(CheckpointStore, SortedSet)}, from a journal that has been read. */
    public static Environments environments(RecordedSeries recorded, CheckpointStore store, SortedSet<Long> changes) {
        return new Environments(recorded, made(recorded), store, changes);
    }

    /** The steps that each attempt has made, in the order of the attempts. */
    private static List<Stretch> made(RecordedSeries recorded) {
        return Stream.of(Series.LOSS, Series.FAULT).flatMap(name -> recorded.stretches(name).stream())
                .sorted(Comparator.comparingLong(Stretch::attempt)).toList();
    }
}

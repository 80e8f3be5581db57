package cairn.run;

import cairn.disk.Disk;
import cairn.journal.RecordedSeries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the journal of a run records about its checkpoints.
 *
 * @param digests the digests of the saved states, by step; if a run was killed just after a save, that step is missing
 * @param resumedFrom the step from which the newest session was resumed, if it was resumed and has made a step
 */
public record History(NavigableMap<Long, String> digests, OptionalLong resumedFrom) {

    /**
     * The history of the run in {@code folder}; empty if it has no journal yet.
     *
     * @throws cairn.journal.DamagedJournalException if a line is no row; it names file and line
     */
    public static History of(Disk disk, Path folder) throws IOException {
        RecordedSeries recorded = recorded(disk, folder, Set.of(Series.DIGEST)::contains, 0, Long.MAX_VALUE);
        OptionalLong begun = recorded.begun(Series.LOSS);
        return new History(recorded.values(Series.DIGEST), recorded.attempts() <= 1 || begun.isEmpty() ? OptionalLong.empty()
                : OptionalLong.of(begun.getAsLong() - 1));
    }

    /**
     * The recorded values of some series and steps; empty if there is no journal yet.
     *
     * @throws cairn.journal.DamagedJournalException if a line is no row; it names file and line
     */
    public static RecordedSeries recorded(Disk disk, Path folder, Predicate<String> series, long from, long to) throws IOException {
        return RecordedSeries.read(disk, folder.resolve(RunFiles.JOURNAL), series, from, to);
    }
}

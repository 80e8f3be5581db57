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
 * What the journal of a run says about its checkpoints.
 *
 * @param digests of the states that were saved, by step; a run that was killed just after a save has none of that step
 * @param resumedFrom the step that the newest session went on from, if it was not the first and has done a step
 */
public record History(NavigableMap<Long, String> digests, OptionalLong resumedFrom) {

    /**
     * The history of the run in {@code folder}; an empty one if it has no journal yet.
     *
     * @throws cairn.journal.DamagedJournalException if a line is no row, naming file and line
     */
    public static History of(Disk disk, Path folder) throws IOException {
        RecordedSeries recorded = recorded(disk, folder, Set.of(Series.DIGEST)::contains, 0, Long.MAX_VALUE);
        OptionalLong begun = recorded.begun(Series.LOSS);
        return new History(recorded.values(Series.DIGEST), recorded.attempts() <= 1 || begun.isEmpty() ? OptionalLong.empty()
                : OptionalLong.of(begun.getAsLong() - 1));
    }

    /**
     * What its journal says of the series and steps that are asked for; nothing if it has none yet.
     *
     * @throws cairn.journal.DamagedJournalException if a line is no row, naming file and line
     */
    public static RecordedSeries recorded(Disk disk, Path folder, Predicate<String> series, long from, long to) throws IOException {
        return RecordedSeries.read(disk, folder.resolve(RunFiles.JOURNAL), series, from, to);
    }
}

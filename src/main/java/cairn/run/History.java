package cairn.run;

import cairn.journal.JournalReader;
import cairn.journal.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

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
    public static History of(Path folder) throws IOException {
        Path file = folder.resolve(RunFiles.JOURNAL);
        if (!Files.exists(file)) {
            return new History(new TreeMap<>(), OptionalLong.empty());
        }
        JournalReader journal = JournalReader.read(file);
        NavigableMap<Long, String> digests = new TreeMap<>();
        journal.series(Series.DIGEST).forEach((step, row) -> digests.put(step, row.value()));
        return new History(digests, resumedFrom(journal.rows()));
    }

    private static OptionalLong resumedFrom(List<Row> rows) {
        long attempt = rows.isEmpty() ? 1 : rows.get(rows.size() - 1).attempt();
        OptionalLong first = rows.stream().filter(r -> r.attempt() == attempt && r.series().equals(Series.LOSS))
                .mapToLong(Row::step).findFirst();
        return attempt == 1 || first.isEmpty() ? OptionalLong.empty() : OptionalLong.of(first.getAsLong() - 1);
    }
}

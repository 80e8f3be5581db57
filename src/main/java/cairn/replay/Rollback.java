package cairn.replay;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.SplitOffRun;
import cairn.disk.FolderLostException;
import cairn.journal.Journal;
import cairn.journal.RecordedSeries;
import cairn.journal.Row;
import cairn.run.History;
import cairn.run.Lineage;
import cairn.run.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The files of a rollback: the checkpoints after a step move into a run of their own, and the journal says so. */
final class Rollback {
    private Rollback() {
    }

    /**
     * Makes {@code step}, which has a sound checkpoint, the newest one of the run; returns the new run, if there was a later checkpoint.
     *
     * @param notes receives what is wrong with the journal, whose rows change no result
     */
    static Optional<Path> of(RunFolder folder, long step, Journal journal, Consumer<String> notes) throws IOException {
        Path path = folder.disk().real(folder.path());
        forced(journal);
        Lineage parent = Lineage.of(path, path.resolveSibling("aside"), step, folder.store().header(step).digest(),
                List.of("set aside when " + path.getFileName() + " went back to step " + step));
        Optional<SplitOffRun> later = folder.splitOff(step, "before-rollback", Map.of(RunFiles.RUN, RunFiles.factsOf(folder, parent)),
                List.of(RunFiles.JOURNAL, RunFiles.RECIPE));
        // This comes last, because until the checkpoints have moved, their numbers belong to this run.
        RecordedSeries recorded = History.recorded(folder.disk(), folder.path(), series -> false, 0, 0);
        recorded.damage().ifPresent(damage -> notes.accept(damage.getMessage()));
        if (recorded.lastStep() > step) {
            journal.append(step, Row.ROLLED_BACK, later.map(a -> a.folder().getFileName().toString()).orElse(""));
        }
        journal.end().ifPresent(failure -> notes.accept(failure.getMessage() + "\n" + path.getFileName() + " is at step " + step
                + " all the same, because the rows of a journal change no result."));
        return later.map(SplitOffRun::folder);
    }

    /** The rows before the split go with the copy of the journal, if they can be written. */
    private static void forced(Journal journal) throws FolderLostException {
        try {
            journal.force();
        } catch (FolderLostException e) {
            throw e;
        } catch (IOException e) {
            // It is tried again at the end, and is a note then.
        }
    }
}

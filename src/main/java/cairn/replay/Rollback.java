package cairn.replay;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.SplitOffRun;
import cairn.journal.Journal;
import cairn.journal.Row;
import cairn.run.History;
import cairn.run.Lineage;
import cairn.run.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of a rollback: the checkpoints after a step move into a run of their own, and the journal says so. */
final class Rollback {
    private Rollback() {
    }

    /** Makes {@code step}, which has a sound checkpoint, the newest one of the run; returns the new run, if there was a later checkpoint. */
    static Optional<Path> of(RunFolder folder, long step, Journal journal) throws IOException {
        // The rows change no result. So what is wrong with the journal is thrown only when everything has moved.
        Optional<IOException> failure = forced(journal);
        Path path = folder.disk().real(folder.path());
        Lineage parent = Lineage.of(path, path.resolveSibling("aside"), step, folder.store().header(step).digest(),
                List.of("set aside when " + path.getFileName() + " went back to step " + step));
        Optional<SplitOffRun> later = folder.splitOff(step, "before-rollback", Map.of(RunFiles.RUN, RunFiles.factsOf(folder, parent)),
                List.of(RunFiles.JOURNAL, RunFiles.RECIPE));
        // This comes last, because until the checkpoints have moved, their numbers belong to this run.
        if (History.recorded(folder.disk(), folder.path(), series -> false, 0, 0).lastStep() > step) {
            journal.append(step, Row.ROLLED_BACK, later.map(a -> a.folder().getFileName().toString()).orElse(""));
            failure = forced(journal);
        }
        if (failure.isPresent()) {
            throw new IOException(path.getFileName() + " is at step " + step + " now"
                    + later.map(a -> ", and its later steps are the run " + a.folder().getFileName()).orElse("")
                    + ", but its journal could not be written: " + failure.get().getMessage(), failure.get());
        }
        return later.map(SplitOffRun::folder);
    }

    private static Optional<IOException> forced(Journal journal) {
        try {
            journal.force();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }
}

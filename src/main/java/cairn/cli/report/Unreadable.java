package cairn.cli.report;

import cairn.checkpoint.format.CheckpointException;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.Screen;
import java.util.List;

/** Reports checkpoint files that cannot be read and are left as they are. */
public final class Unreadable {
    private Unreadable() {
    }

    public static void report(Screen screen, StoredRun run, List<CheckpointException> files) {
        for (CheckpointException e : files) {
            screen.note(e.getMessage() + "\nThe file is left alone.");
            screen.emit(Screen.event("unreadable").put("run", run.name()).put("file", e.file()).put("message", e.getMessage()));
        }
    }
}

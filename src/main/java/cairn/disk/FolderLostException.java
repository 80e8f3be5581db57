package cairn.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A folder is no longer the one that this process has locked: it was moved, renamed, deleted or replaced, or its lock file was. What
 * stands there now may belong to another process, so it must not be touched.
 */
public final class FolderLostException extends IOException {
    private static final long serialVersionUID = 1L;

    public FolderLostException(Path folder, String what) {
        super(folder + " is not the folder any more that this process writes into: " + what + ".\nThis process writes no more, and it"
                + " changed nothing of what is there now. Everything that it had saved is in its own folder, wherever that is now: go on from"
                + " there. Leave a folder alone while a process writes into it.");
    }
}

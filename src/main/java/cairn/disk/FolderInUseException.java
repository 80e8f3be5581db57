package cairn.disk;

import cairn.words.Printable;
import java.io.IOException;
import java.nio.file.Path;

/** Another process, or another part of this one, is writing into a folder. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String holder;

    public FolderInUseException(Path folder, String holder) {
        super(Printable.line(folder + " is being written by " + holder)
                + "\nWait until that ends, or use another folder. Reading is possible meanwhile.");
        this.holder = holder;
    }

    /** Its process and host. */
    public String holder() {
        return holder;
    }
}

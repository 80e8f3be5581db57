package cairn.checkpoint;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** A look at a store into which another process may be writing: steps are listed, one is chosen, its checkpoint is read. */
public interface Look<T> {
    /** So often in a row no writer is faster than a reader. */
    int MOST = 100;

    T once() throws IOException;

    /**
     * The result of {@code look}. If a checkpoint is gone between its listing and its reading, the look is repeated: the writer deletes a
     * checkpoint only when there is a newer one.
     *
     * @throws NoSuchFileException if that happens {@value #MOST} times
     */
    static <T> T repeated(Look<T> look) throws IOException {
        for (int looks = 1; ; looks++) {
            try {
                return look.once();
            } catch (NoSuchFileException deletedMeanwhile) {
                if (looks == MOST) {
                    throw deletedMeanwhile;
                }
            }
        }
    }
}

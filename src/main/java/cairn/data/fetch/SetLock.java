package cairn.data.fetch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to write the files of a data set: one fetch at a time, of all processes. The operating system releases it when a process ends. The
 * lock file stays, because a file that is deleted can be locked by one process while another one locks its successor.
 */
final class SetLock implements Closeable {
    private static final long POLL_MILLIS = 100;

    private final FileChannel channel;

    private SetLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the lock. Calls {@code waiting} once if another fetch has it. */
    static SetLock of(Path file, Runnable waiting) throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            boolean isTold = false;
            while (!isLocked(channel)) {
                if (!isTold) {
                    waiting.run();
                    isTold = true;
                }
                Thread.sleep(POLL_MILLIS);
            }
            return new SetLock(channel);
        } catch (IOException | InterruptedException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException anotherThread) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

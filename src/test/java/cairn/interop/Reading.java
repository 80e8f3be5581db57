package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.disk.Disk;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.state.StateMemory;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Whatever is in a file, the answer is its tensors or one error that names file and place, soon, and with no memory taken on its word. */
final class Reading {
    private static final long MOST_NANOS = 10_000_000_000L;
    private static final long MOST_BYTES = 64 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Reading() {
    }

    /**
     * What was read, if anything.
     *
     * @param bytes of the file
     * @param beside how many bytes it could read from files beside it
     */
    static Optional<TensorFile> assertSafe(Path path, Disk disk, byte[] bytes, long beside) {
        // The library that reads HDF5 allocates what a structure claims before it reads; then only Java's heap is a limit.
        long most = isHdf5(bytes) ? Runtime.getRuntime().maxMemory() : MOST_BYTES + 2000 * (bytes.length + beside);
        Result result = read(path, disk);
        if (result.bytes > most) {
            // The first time, loading and instrumenting the classes takes memory too.
            result = read(path, disk);
        }
        assertThat(result.bytes).as("bytes that were allocated").isLessThan(most);
        assertThat(result.nanos).as("nanoseconds").isLessThan(MOST_NANOS);
        return result.file;
    }

    private static boolean isHdf5(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.startsWith("\u0089HDF") || text.contains("model.weights.h5");
    }

    private record Result(Optional<TensorFile> file, long bytes, long nanos) {
    }

    private static Result read(Path path, Disk disk) {
        long begin = System.nanoTime();
        long before = THREADS.getCurrentThreadAllocatedBytes() + StateMemory.bytes();
        Optional<TensorFile> read = Optional.empty();
        try {
            TensorFile file = TensorFiles.read(path, disk).file();
            file.modules().forEach(m -> assertThat(file.tensors().keySet()).as(m.name()).containsAll(m.tensors().values()));
            if (file.model().isPresent()) {
                describe(path, file.model().get());
            }
            read = Optional.of(file);
        } catch (IOException e) {
            assertNames(path, e);
        }
        return new Result(read, THREADS.getCurrentThreadAllocatedBytes() + StateMemory.bytes() - before, System.nanoTime() - begin);
    }

    private static void describe(Path path, TensorFile.Description model) {
        try {
            model.read();
        } catch (ForeignFileException e) {
            assertNames(path, e);
        }
    }

    /** The name of the file, or of one beside it that belongs to it. */
    private static void assertNames(Path path, IOException e) {
        assertThat(e.getMessage()).as("message").isNotBlank().contains(path.getParent().toString());
    }
}

package cairn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whatever pieces a file is written in, and wherever they lie in memory, the file has their bytes. */
class DirectFileTest {
    private static final int PAGE = DirectFile.PAGE;

    @TempDir
    Path root;

    private Path file() {
        return root.resolve("file");
    }

    /** The file, written past the cache; a test of nothing else where the file system cannot do that. */
    private Disk.NewFile direct() throws IOException {
        Optional<Disk.NewFile> direct = new DirectFile.Folders().create(file(), DirectFile.LEAST_BYTES);
        Assumptions.assumeTrue(direct.isPresent(), "this file system does not write past its cache");
        return direct.get();
    }

    private static ByteBuffer random(SplittableRandom random, int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        if (random.nextInt(3) == 0) {
            return ByteBuffer.wrap(content);
        }
        // From the beginning of a page on, or from anywhere.
        int from = random.nextInt(2) * random.nextInt(PAGE);
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes + 4 * PAGE).alignedSlice(PAGE);
        return memory.slice(from, bytes).put(0, content);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @RepeatedTest(30)
    void piecesOfAnySizeFromAnywhereAreTheFile() throws IOException {
        SplittableRandom random = new SplittableRandom();
        long seed = random.nextLong();
        random = new SplittableRandom(seed);
        byte[] all = {};
        try (Disk.NewFile output = direct()) {
            int head = random.nextInt(3) * PAGE;
            if (head > 0) {
                output.reserve(head);
                all = new byte[head];
            }
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                int most = new int[] {1, PAGE, 5 * PAGE, 3 << 20}[random.nextInt(4)];
                int size = random.nextInt(4) == 0 ? most / PAGE * PAGE : random.nextInt(most + 1);
                ByteBuffer piece = random(random, size);
                output.write(piece);
                assertThat(piece.remaining()).as("seed %d: what is written stays as it is", seed).isEqualTo(size);
                byte[] more = bytes(piece);
                int before = all.length;
                all = Arrays.copyOf(all, before + more.length);
                System.arraycopy(more, 0, all, before, more.length);
            }
            if (head > 0) {
                ByteBuffer first = random(random, head);
                output.writeHead(first);
                System.arraycopy(bytes(first), 0, all, 0, head);
            }
            output.force();
        }
        assertThat(Files.readAllBytes(file())).as("seed %d", seed).isEqualTo(all);
    }

    @Test
    void theRealDiskUsesItForLargeFilesOnlyAndTheBytesAreTheSame() throws IOException {
        for (long size : new long[] {1, DirectFile.LEAST_BYTES - 1, DirectFile.LEAST_BYTES, DirectFile.LEAST_BYTES + 12_345}) {
            byte[] content = new byte[(int) size];
            new SplittableRandom(size).nextBytes(content);
            try (Disk.NewFile output = new RealDisk().create(file(), size)) {
                output.reserve(PAGE);
                output.write(ByteBuffer.wrap(content));
                output.writeHead(ByteBuffer.allocate(PAGE).put(7, (byte) 1));
                output.force();
            }
            byte[] expected = new byte[PAGE + content.length];
            expected[7] = 1;
            System.arraycopy(content, 0, expected, PAGE, content.length);
            assertThat(Files.readAllBytes(file())).isEqualTo(expected);
            Files.delete(file());
        }
        assertThat(new DirectFile.Folders().create(file(), DirectFile.LEAST_BYTES - 1)).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @Test
    void aFileThatIsThereIsRefusedAndStays() throws IOException {
        Files.writeString(file(), "theirs");
        assertThatThrownBy(() -> new RealDisk().create(file(), DirectFile.LEAST_BYTES)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file()).hasContent("theirs");
    }

    /** The file systems in memory may have no such way; then the ordinary one is used. */
    @Test
    void whereTheFileSystemHasNoSuchWayTheFileIsWrittenAllTheSame() throws IOException {
        Path memory = Path.of("/dev/shm");
        Assumptions.assumeTrue(Files.isWritable(memory));
        Path file = Files.createTempDirectory(memory, "direct").resolve("file");
        byte[] content = new byte[(int) DirectFile.LEAST_BYTES + 5];
        new SplittableRandom(1).nextBytes(content);
        try (Disk.NewFile output = new RealDisk().create(file, content.length)) {
            output.write(ByteBuffer.wrap(content));
            output.force();
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        Files.delete(file);
        Files.delete(file.getParent());
    }

    /** Some file systems create such a file, and refuse to write it. Here the device that is always full refuses. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileWhoseFirstWriteIsRefusedIsWrittenThroughTheCache() throws IOException {
        ByteBuffer content = random(new SplittableRandom(5), 3 * PAGE + 17);
        try (Disk.NewFile file = new DirectFile(refusing(), () -> FileChannel.open(file(), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE))) {
            file.reserve(PAGE);
            file.write(content);
            file.writeHead(ByteBuffer.allocate(PAGE));
            file.force();
        }
        byte[] all = Arrays.copyOf(new byte[PAGE], PAGE + content.remaining());
        content.get(content.position(), all, PAGE, content.remaining());
        assertThat(Files.readAllBytes(file())).isEqualTo(all);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ifTheOtherWayIsRefusedTooTheErrorIsThat() throws IOException {
        try (Disk.NewFile file = new DirectFile(refusing(), DirectFileTest::refusing)) {
            assertThatThrownBy(() -> {
                file.write(ByteBuffer.allocate(3 * PAGE));
                file.force();
            }).isInstanceOf(IOException.class).hasMessageContaining("No space");
        }
    }

    private static FileChannel refusing() throws IOException {
        return FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
    }
}

package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.checkpoint.format.UnsupportedVersionException;
import cairn.disk.Disk;
import cairn.disk.MemoryDisk;
import cairn.disk.OneFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Field bug 42: whatever is in a file, the answer is a checkpoint or one typed error that says where, soon, and with no memory taken
 * on the file's word.
 *
 * <p>With the other tests this runs over the committed inputs in {@code src/test/resources}. To look for new ones, guided by coverage,
 * for as long as a test's {@code maxDuration} says:
 *
 * <pre>JAZZER_FUZZ=1 mvn -B test -Dtest='CheckpointFuzzTest#anyHeader'</pre>
 */
class CheckpointFuzzTest {
    private static final Path FILE = Path.of("step-000000000003.safetensors");
    private static final long MOST_NANOS = 10_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The bytes are the file. */
    @FuzzTest(maxDuration = "10m")
    void anyBytes(byte[] bytes) throws IOException {
        read(bytes);
    }

    /**
     * The bytes are what follows the checksum in a header whose length and checksum are right, as a malicious writer makes it; the
     * first of them says how many at the end are the tensors'.
     */
    @FuzzTest(maxDuration = "10m")
    void anyHeader(byte[] input) throws IOException {
        int count = input.length == 0 ? 0 : Math.min(input[0] & 0xff, input.length - 1);
        byte[] rest = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length - count);
        read(forged(rest, Arrays.copyOfRange(input, input.length - count, input.length)));
    }

    static byte[] forged(byte[] rest, byte[] data) {
        byte[] sum = "00000000\",".getBytes(StandardCharsets.US_ASCII);
        int json = HeaderText.START.length + sum.length + rest.length;
        ByteBuffer head = ByteBuffer.allocate(8 + (json + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(head.capacity() - 8).put(HeaderText.START).put(sum).put(rest);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        head.put(HeaderText.CRC_OFFSET, HeaderText.hex(HeaderText.crc(head.array())).getBytes(StandardCharsets.US_ASCII));
        return ByteBuffer.allocate(head.capacity() + data.length).put(head.array()).put(data).array();
    }

    private static void read(byte[] bytes) throws IOException {
        long most = (4 << 20) + 1000L * bytes.length;
        long begin = System.nanoTime();
        // The first time, loading and instrumenting the classes takes memory too.
        assertThat(allocated(bytes) < most || allocated(bytes) < most).as("allocates less than %s", most).isTrue();
        assertThat(System.nanoTime() - begin).isLessThan(MOST_NANOS);
    }

    private static long allocated(byte[] bytes) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Disk disk = new OneFile(bytes);
        try {
            Checkpoint read = CheckpointFile.read(disk, FILE, false);
            assertWrittenAndReadTheSame(read);
            assertThat(CheckpointFile.readHeader(disk, FILE).fileBytes()).isPositive();
        } catch (CheckpointException e) {
            assertThat(e.offset()).isBetween(0L, (long) bytes.length);
            assertThat(e).hasMessageContainingAll(FILE.toString(), e.getClass() == UnsupportedVersionException.class ? "version" : e.where());
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static void assertWrittenAndReadTheSame(Checkpoint read) throws IOException {
        MemoryDisk other = new MemoryDisk(true);
        other.createFolders(FILE.toAbsolutePath().getParent());
        try (Disk.NewFile output = other.create(FILE.toAbsolutePath())) {
            CheckpointFile.write(output, read);
        }
        Checkpoint again = CheckpointFile.read(other, FILE.toAbsolutePath(), true);
        assertThat(again.state()).isEqualTo(read.state());
        assertThat(again.facts()).isEqualTo(read.facts());
        assertThat(again.step()).isEqualTo(read.step());
        assertThat(again.metrics().toString()).isEqualTo(read.metrics().toString());
    }
}

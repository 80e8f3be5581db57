package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.IrregularFileException;
import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that no program writes: what they claim is not what they hold. And what is no file at all. */
class HostileArchivesTest {
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int ENCRYPTED = 1;

    @TempDir
    Path folder;
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final List<byte[]> directory = new ArrayList<>();
    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("weights.npz");
    }

    /** An array of zeros in NumPy's format. */
    private static byte[] array(int floats) {
        byte[] header = ("{'descr': '<f4', 'fortran_order': False, 'shape': (" + floats + ",), }").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + header.length + 4 * floats).order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length).put(header).array();
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] packed = new byte[bytes.length + 100];
        int size = deflater.deflate(packed);
        deflater.end();
        return java.util.Arrays.copyOf(packed, size);
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Adds the bytes of an entry, and returns where they stand. */
    private int data(String name, int method, byte[] packed) {
        int at = archive.size();
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer local = ByteBuffer.allocate(30 + text.length).order(ByteOrder.LITTLE_ENDIAN).putInt(0x04034b50).putShort((short) 20)
                .putShort((short) 0).putShort((short) method).position(26).putShort((short) text.length).putShort((short) 0).put(text);
        archive.writeBytes(local.array());
        archive.writeBytes(packed);
        return at;
    }

    /** Adds an entry to the directory, with whatever it claims. */
    private void entry(String name, int method, int flags, int crc, long packedSize, long size, int at) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        directory.add(ByteBuffer.allocate(46 + text.length).order(ByteOrder.LITTLE_ENDIAN).putInt(0x02014b50).putShort((short) 20)
                .putShort((short) 20).putShort((short) flags).putShort((short) method).putInt(0).putInt(crc).putInt((int) packedSize)
                .putInt((int) size).putShort((short) text.length).position(42).putInt(at).put(text).array());
    }

    private void stored(String name, byte[] bytes) {
        entry(name, STORED, 0, crc(bytes), bytes.length, bytes.length, data(name, STORED, bytes));
    }

    private TensorFile read() throws IOException {
        int begin = archive.size();
        directory.forEach(archive::writeBytes);
        archive.writeBytes(ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN).putInt(0x06054b50).putInt(0)
                .putShort((short) directory.size()).putShort((short) directory.size()).putInt(archive.size() - begin)
                .putInt(begin).array());
        Files.write(path, archive.toByteArray());
        try (FileBytes file = FileBytes.open(path, new RealDisk()); ZipParts zip = ZipParts.of(file)) {
            return NpzFile.read(file, zip);
        }
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(this::read).isInstanceOf(ForeignFileException.class).hasMessageContaining(path.toString())
                .hasMessageContainingAll(words);
    }

    @Test
    void whatIsWellMadeIsRead() throws IOException {
        stored("a.npy", array(3));
        byte[] zeros = array(100_000);
        byte[] packed = deflated(zeros);
        entry("b.npy", DEFLATED, 0, crc(zeros), packed.length, zeros.length, data("b.npy", DEFLATED, packed));
        assertThat(read().tensors()).containsOnlyKeys("a", "b");
    }

    @Test
    void anEntryThatUnpacksToMoreThanItClaimsIsRefused() {
        byte[] zeros = array(1_000_000);
        byte[] packed = deflated(zeros);
        entry("b.npy", DEFLATED, 0, crc(zeros), packed.length, 1000, data("b.npy", DEFLATED, packed));
        assertRefused("b.npy", "unpacks to more than the 1000 bytes");
    }

    @Test
    void anEntryThatUnpacksToLessThanItClaimsIsRefused() {
        byte[] zeros = array(1000);
        byte[] packed = deflated(zeros);
        entry("b.npy", DEFLATED, 0, crc(zeros), packed.length, 10_000, data("b.npy", DEFLATED, packed));
        assertRefused("b.npy", "and claims 10000");
    }

    @Test
    void aClaimThatDeflateCannotReachTakesNoMemory() {
        byte[] packed = deflated(array(1000));
        entry("b.npy", DEFLATED, 0, 0, packed.length, 2_000_000_000, data("b.npy", DEFLATED, packed));
        assertRefused("b.npy", "claims to unpack from " + packed.length + " to 2000000000 bytes");
    }

    @Test
    void entriesThatShareTheirBytesAreRefused() {
        byte[] zeros = array(1_000_000);
        byte[] packed = deflated(zeros);
        int at = data("a.npy", DEFLATED, packed);
        for (int i = 0; i < 100; i++) {
            entry(i + ".npy", DEFLATED, 0, crc(zeros), packed.length, zeros.length, at);
        }
        assertRefused("entries overlap");
    }

    @Test
    void entriesOfTheSameNameAreRefused() {
        stored("a.npy", array(3));
        stored("a.npy", array(4));
        assertRefused("two entries are named a.npy");
    }

    @Test
    void encryptedEntriesAndOtherWaysToPackAreRefused() throws IOException {
        byte[] bytes = array(3);
        entry("a.npy", STORED, ENCRYPTED, crc(bytes), bytes.length, bytes.length, data("a.npy", STORED, bytes));
        assertRefused("a.npy", "encrypted");
        directory.clear();
        archive.reset();
        entry("a.npy", 12, 0, crc(bytes), bytes.length, bytes.length, data("a.npy", 12, bytes));
        assertRefused("a.npy", "method 12", "stored, or deflated");
    }

    @Test
    void aWrongChecksumOrSizeIsRefused() {
        byte[] bytes = array(3);
        int at = data("a.npy", STORED, bytes);
        entry("a.npy", STORED, 0, 1, bytes.length, bytes.length, at);
        assertRefused("a.npy", "CRC-32");
        directory.clear();
        entry("a.npy", STORED, 0, crc(bytes), bytes.length, bytes.length + 1, at);
        assertRefused("a.npy", "claims to have");
    }

    @Test
    void sizesBeyondTheFileAreRefused() {
        byte[] bytes = array(3);
        entry("a.npy", STORED, 0, 0, 0x7fffffffL, 0x7fffffffL, data("a.npy", STORED, bytes));
        assertRefused("overlap");
        directory.clear();
        entry("a.npy", STORED, 0, 0, bytes.length, bytes.length, 0x7fffffff);
        assertRefused("zip archive");
        directory.clear();
        entry("a.npy", STORED, 0, 0, 0xffffffffL, 0xffffffffL, 0);
        assertRefused("weights.npz");
    }

    /** A link is free, and each array would take memory of its own. */
    @Test
    void arraysOfAnHdf5FileThatStandAtOnePlaceAreRefused() {
        Path file = Outputs.FILES.resolve("keras/one-place.weights.h5");
        assertThatThrownBy(() -> TensorFiles.read(file, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll(file.toString(), "layers/dense/vars/", "stand at one place");
    }

    @Test
    void anArchiveWithinAnArchiveIsNotOpened() throws IOException {
        stored("inner.npz", Files.readAllBytes(Outputs.FILES.resolve("numpy/types.npz")));
        stored("../../outside.npy", array(2));
        TensorFile file = read();
        assertThat(file.tensors()).containsOnlyKeys("../../outside");
        assertThat(file.notes()).contains("inner.npz is left out, because it is no array");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weights.safetensors", "weights.npz", "weights.index", "weights.h5", "weights.pt", "weights.onnx"})
    void aFileOfATebibyteOfZerosIsRefusedAtOnce(String name) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        } catch (IOException e) {
            Assumptions.abort("this file system has no sparse files: " + e.getMessage());
        }
        assertThat(Reading.assertSafe(file, new RealDisk(), new byte[0], 0)).isEmpty();
    }

    @Test
    void packedFilesAndTapeArchivesAreNamed() throws IOException {
        Path packed = Files.write(folder.resolve("weights.pt"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0});
        assertThatThrownBy(() -> TensorFiles.read(packed, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll(packed.toString(), "gzip", "Unpack it first");
        byte[] block = java.util.Arrays.copyOf("weights.safetensors".getBytes(StandardCharsets.US_ASCII), 10240);
        System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 8);
        Path tape = Files.write(folder.resolve("weights.tar"), block);
        assertThatThrownBy(() -> TensorFiles.read(tape, new RealDisk())).isInstanceOf(ForeignFileException.class)
                .hasMessageContainingAll(tape.toString(), "Known are PyTorch");
    }

    @Test
    void whatIsNoPlainFileIsNamed() throws IOException, InterruptedException {
        assertThatThrownBy(() -> TensorFiles.read(folder, new RealDisk())).isInstanceOf(IrregularFileException.class)
                .hasMessageContainingAll(folder.toString(), "folder");
        assertThatThrownBy(() -> TensorFiles.read(folder.resolve("none.pt"), new RealDisk())).isInstanceOf(NoSuchFileException.class);
        Path pipe = folder.resolve("pipe.safetensors");
        try {
            Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
            Assumptions.assumeTrue(made.waitFor(10, TimeUnit.SECONDS) && Files.exists(pipe));
        } catch (IOException e) {
            Assumptions.abort("this system has no pipes with names");
        }
        assertThatThrownBy(() -> TensorFiles.read(pipe, new RealDisk())).isInstanceOf(IrregularFileException.class)
                .hasMessageContaining(pipe.toString());
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws IOException {
        Path file = Files.write(folder.resolve("secret.pt"), new byte[100]);
        Assumptions.assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "this user may read every file");
        assertThatThrownBy(() -> TensorFiles.read(file, new RealDisk())).isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }
}

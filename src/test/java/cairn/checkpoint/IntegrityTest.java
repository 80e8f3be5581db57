package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cairn.campaign.Campaign;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.CheckpointScan;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.disk.Disk;
import cairn.disk.MemoryDisk;
import cairn.disk.OneFile;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Field bug 36: whatever happens to the bytes of a file, the reader refuses it and says where. */
class IntegrityTest {
    private static final Path FILE = Path.of("/disk/step-000000000003.safetensors");
    private static final int LARGE = 250;

    private static byte[] bytes(Checkpoint checkpoint) throws IOException {
        MemoryDisk disk = new MemoryDisk(true);
        disk.createFolders(FILE.getParent());
        try (Disk.NewFile output = disk.create(FILE)) {
            CheckpointFile.write(output, checkpoint);
        }
        return disk.files().get(FILE).array();
    }

    private static int dataAt(byte[] bytes) {
        return 8 + (int) ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(0);
    }

    /** Twenty layers: 5 MB in 40 tensors for 250 units in each, 80 MB for 1,000. */
    private static Checkpoint large(long seed, int units) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Value> entries = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            entries.put("model/" + i + "/weight", States.tensor(ElementType.F32, random, units, units));
            entries.put("model/" + i + "/bias", States.tensor(ElementType.F32, random, units));
        }
        entries.put("step", new Value.Int(seed));
        return Checkpoint.of(3, State.of(entries));
    }

    /** The tensor in which byte {@code at} lies, or {@code header}. */
    private static String place(Header header, int dataAt, int at) {
        return header.spans().entrySet().stream().filter(s -> at >= dataAt + s.getValue().begin() && at < dataAt + s.getValue().end())
                .map(Map.Entry::getKey).findFirst().orElse("header");
    }

    private static DamagedCheckpointException refused(byte[] bytes) {
        DamagedCheckpointException e = catchThrowableOfType(DamagedCheckpointException.class,
                () -> CheckpointFile.read(new OneFile(bytes), FILE, false));
        assertThat(e).isNotNull();
        assertThat(catchThrowableOfType(DamagedCheckpointException.class, () -> CheckpointScan.verified(new OneFile(bytes), FILE, false)))
                .as("not kept").hasMessage(e.getMessage());
        assertThat(e.file()).isEqualTo(FILE.toString());
        assertThat(e.offset()).isBetween(0L, (long) bytes.length);
        assertThat(e).hasMessageContainingAll(FILE.toString(), e.where(), "at byte " + e.offset());
        return e;
    }

    @Test
    void everyFlippedBitOfASmallOneIsRefusedNamingTheTensorInWhichItLies() throws IOException {
        Campaign.BITS.begin("small");
        byte[] good = bytes(States.checkpoint(3));
        Header header = Header.of(States.checkpoint(3));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bytes = good.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            DamagedCheckpointException e = refused(bytes);
            String place = place(header, dataAt(good), bit / 8);
            assertThat(e.where()).as("bit " + bit).isEqualTo(place);
            if (!place.equals("header")) {
                assertThat(e.offset()).isEqualTo(dataAt(good) + header.spans().get(place).begin());
            }
        }
        Campaign.BITS.passed("small", Map.of("bits flipped, one by one, all of a small checkpoint", good.length * 8));
    }

    @Test
    void randomFlippedBitsOfALargeOneAreRefusedNamingTheTensorInWhichTheyLie() throws IOException {
        flipRandomBits("large", LARGE, 2000);
    }

    @ParameterizedTest
    @CsvSource({"more of the large, 250, 20000", "very large, 1000, 2000"})
    @Tag("long")
    void manyRandomFlippedBitsAreRefused(String part, int units, int flips) throws IOException {
        flipRandomBits(part, units, flips);
    }

    private static void flipRandomBits(String part, int units, int flips) throws IOException {
        Campaign.BITS.begin(part);
        Checkpoint large = large(1, units);
        byte[] bytes = bytes(large);
        Header header = Header.of(large);
        SplittableRandom random = new SplittableRandom(flips);
        for (int i = 0; i < flips; i++) {
            // Every tenth in the header, which is a small part of the file.
            int at = random.nextInt(i % 10 == 0 ? dataAt(bytes) : bytes.length);
            int mask = 1 << random.nextInt(8);
            bytes[at] ^= (byte) mask;
            String where = at < dataAtOf(header, bytes) ? refused(bytes).where() : refusedTensor(bytes, header, at);
            bytes[at] ^= (byte) mask;
            assertThat(where).isEqualTo(place(header, dataAt(bytes), at));
        }
        assertThat(CheckpointFile.read(new OneFile(bytes), FILE, true)).isEqualTo(large);
        Campaign.BITS.passed(part, Map.of("random bits flipped, of a checkpoint of " + bytes.length / 1_000_000 + " MB", flips));
    }

    private static long dataAtOf(Header header, byte[] bytes) {
        return bytes.length - header.dataBytes();
    }

    private static String refusedTensor(byte[] bytes, Header header, int at) {
        DamagedCheckpointException e = refused(bytes);
        assertThat(e.offset()).isEqualTo(dataAtOf(header, bytes) + header.spans().get(e.where()).begin()).isLessThanOrEqualTo(at);
        return e.where();
    }

    @Test
    void everyTruncationOfASmallOneAndEveryExtensionIsRefused() throws IOException {
        Campaign.BITS.begin("lengths");
        byte[] good = bytes(States.checkpoint(3));
        for (int length = 0; length < good.length; length++) {
            refused(Arrays.copyOf(good, length));
        }
        for (int more = 1; more <= 64; more++) {
            refused(Arrays.copyOf(good, good.length + more));
        }
        byte[] twice = Arrays.copyOf(good, 2 * good.length);
        System.arraycopy(good, 0, twice, good.length, good.length);
        refused(twice);
        Campaign.BITS.passed("lengths", Map.of("wrong lengths of a small checkpoint", good.length + 65));
    }

    static Stream<String> tensors() {
        return Header.of(States.checkpoint(3)).spans().entrySet().stream().filter(s -> s.getValue().end() > s.getValue().begin()).map(Map.Entry::getKey);
    }

    /** Two states of one schema: a tensor of the second put into the file of the first is refused, by its name. */
    @ParameterizedTest
    @MethodSource("tensors")
    void aTensorOfTheSameShapeFromAnotherFileIsRefused(String path) throws IOException {
        byte[] bytes = bytes(States.checkpoint(3, 3));
        byte[] other = bytes(States.checkpoint(3, 4));
        Header.Span span = Header.of(States.checkpoint(3)).spans().get(path);
        assertThat(dataAt(bytes)).isEqualTo(dataAt(other));
        System.arraycopy(other, dataAt(bytes) + (int) span.begin(), bytes, dataAt(bytes) + (int) span.begin(), (int) (span.end() - span.begin()));
        DamagedCheckpointException e = refused(bytes);
        assertThat(e.where()).isEqualTo(path);
        assertThat(e.offset()).isEqualTo(dataAt(bytes) + span.begin());
    }

    /** The head of one file on the tensors of another: the first tensor that differs is named. */
    @Test
    void theHeaderOfOneFileBeforeTheTensorsOfAnotherIsRefused() throws IOException {
        byte[] bytes = bytes(large(1, LARGE));
        byte[] other = bytes(large(2, LARGE));
        System.arraycopy(bytes, 0, other, 0, dataAt(bytes));
        assertThat(refused(other).where()).isEqualTo("model/0/weight");
    }
}

package cairn.checkpoint.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.States;
import cairn.disk.Disk;
import cairn.disk.OneFile;
import cairn.disk.RealDisk;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of a file: what is written, and that nothing else is accepted. */
class FormatTest {
    @TempDir
    Path root;

    private Path file;
    private byte[] good;

    @BeforeEach
    void writeOne() throws IOException {
        file = root.resolve("step-000000000003.safetensors");
        write(States.checkpoint(3));
        good = Files.readAllBytes(file);
    }

    private void write(Checkpoint checkpoint) throws IOException {
        Files.deleteIfExists(file);
        try (Disk.NewFile output = new RealDisk().create(file)) {
            CheckpointFile.write(output, checkpoint);
        }
    }

    private Checkpoint read() throws IOException {
        return CheckpointFile.read(new RealDisk(), file, true);
    }

    private void assertRefused(byte[] bytes, String what) {
        assertThatThrownBy(() -> CheckpointFile.read(new OneFile(bytes), file, true)).as(what).isInstanceOfSatisfying(DamagedCheckpointException.class, e -> {
            assertThat(e.file()).isEqualTo(file.toString());
            assertThat(e.offset()).isBetween(0L, (long) bytes.length);
            assertThat(e).hasMessageContainingAll(file.toString(), e.where(), "byte " + e.offset());
        });
        assertThatThrownBy(() -> CheckpointScan.verified(new OneFile(bytes), file, true)).as(what + ", not kept")
                .isInstanceOf(DamagedCheckpointException.class);
    }

    private static int headBytes(byte[] bytes) {
        return 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    }

    private static String json(byte[] bytes) {
        return new String(bytes, 8, headBytes(bytes) - 8, StandardCharsets.UTF_8);
    }

    /** A file of this JSON with its checksum made right, and {@code data} after it: what a malicious writer can do. */
    private static byte[] forged(String json, byte[] data) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + (utf8.length + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(bytes.capacity() - 8).put(utf8);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        bytes.put(HeaderText.CRC_OFFSET, HeaderText.hex(HeaderText.crc(bytes.array())).getBytes(StandardCharsets.US_ASCII));
        byte[] all = Arrays.copyOf(bytes.array(), bytes.capacity() + data.length);
        System.arraycopy(data, 0, all, bytes.capacity(), data.length);
        return all;
    }

    private byte[] data() {
        return Arrays.copyOfRange(good, headBytes(good), good.length);
    }

    @Test
    void theLayoutIsAsDocumented() {
        assertThat(headBytes(good) % 4096).isZero();
        String json = json(good);
        assertThat(json).startsWith("{\"__metadata__\":{\"cairn.header-crc32c\":\"").doesNotContain("\n");
        assertThat(json).containsSubsequence("\"cairn.format\":\"2\"", "\"cairn.step\":\"3\"", "\"cairn.digest\":\"",
                "\"fact/made/by\":", "\"fact/environment/cores\":\"2\"", "\"metric/score\":\"real 3ff0000000000000 1.0\"",
                "\"state/count\":\"integer 3\"", "\"state/bytes/odd\":\"tensor ", "\"state/score\":\"real 7ff8000000000abc NaN\"",
                "\"state/minus-zero\":\"real 8000000000000000 -0.0\"", "}",
                "\"doubles/cube\":{\"dtype\":\"F64\",\"shape\":[2,1,3],\"data_offsets\":[0,48]}",
                "\"empty\":{\"dtype\":\"F64\",\"shape\":[0,7],\"data_offsets\":[48,48]}",
                "\"longs\":{\"dtype\":\"I64\",\"shape\":[4],\"data_offsets\":[48,80]}",
                "\"floats/matrix\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[80,128]}",
                "\"floats/scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[128,132]}",
                "\"ints\":{\"dtype\":\"I32\",\"shape\":[1,3],\"data_offsets\":[132,144]}",
                "\"bytes/odd\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[144,149]}}");
        assertThat(good).hasSize(headBytes(good) + 149);
    }

    @Test
    void theSameCheckpointGivesTheSameBytes() throws IOException {
        write(States.checkpoint(3));
        assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }

    @Test
    void theReadStateSharesNothingWithLaterFiles() throws IOException {
        Checkpoint read = read();
        Files.write(file, new byte[good.length]);
        assertThat(read).isEqualTo(States.checkpoint(3));
    }

    /** Field bug 36: any single bit of the file, flipped, is noticed. */
    @Test
    void everyFlippedBitIsRefused() throws IOException {
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bytes = good.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(bytes, "bit " + bit);
        }
    }

    @Test
    void damageInATensorNamesThatTensor() throws IOException {
        byte[] bytes = good.clone();
        int at = headBytes(good) + 80 + 47;
        bytes[at] ^= 4;
        Files.write(file, bytes);
        assertThatThrownBy(this::read).isInstanceOfSatisfying(DamagedCheckpointException.class, e -> {
            assertThat(e.where()).isEqualTo("floats/matrix");
            assertThat(e.offset()).isEqualTo(headBytes(good) + 80);
        });
        assertThat(CheckpointFile.readHeader(new RealDisk(), file).step()).isEqualTo(3);
    }

    @Test
    void everyTruncationAndAnyExtensionIsRefused() throws IOException {
        for (int length = 0; length < good.length; length++) {
            assertRefused(Arrays.copyOf(good, length), "length " + length);
        }
        assertRefused(Arrays.copyOf(good, good.length + 1), "one byte more");
        assertRefused(new byte[good.length], "all zeros");
    }

    @Test
    void swappedTensorsOfOneShapeAreRefusedAndASwapInTheHeaderTooByTheDigest() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Value> entries = new LinkedHashMap<>();
        entries.put("a", States.tensor(ElementType.F32, random, 4));
        entries.put("b", States.tensor(ElementType.F32, random, 4));
        write(Checkpoint.of(3, State.of(entries)));
        byte[] bytes = Files.readAllBytes(file);
        int at = headBytes(bytes);
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, at, swapped, at + 16, 16);
        System.arraycopy(bytes, at + 16, swapped, at, 16);
        assertRefused(swapped, "swapped content");
        String json = json(bytes).replace("\"state/a\"", "\"state/x\"").replace("\"state/b\"", "\"state/a\"").replace("\"state/x\"", "\"state/b\"")
                .replace("\"a\":{", "\"x\":{").replace("\"b\":{", "\"a\":{").replace("\"x\":{", "\"b\":{");
        Files.write(file, forged(json.strip(), Arrays.copyOfRange(bytes, at, bytes.length)));
        assertThat(CheckpointFile.read(new RealDisk(), file, false).state().tensor("a")).isEqualTo(entries.get("b"));
        assertThatThrownBy(this::read).isInstanceOf(DamagedCheckpointException.class).hasMessageContaining("digest");
    }

    @Test
    void newerAndOlderVersionsAreToldApart() throws IOException {
        Files.write(file, forged(json(good).replace("\"cairn.format\":\"2\"", "\"cairn.format\":\"27\",\"cairn.new\":\"x\"")
                .replace("\"F32\"", "\"BF16\"").strip(), data()));
        assertThatThrownBy(this::read).isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContainingAll(file.toString(), "has format version 27", "reads versions 1 to 2", "written by a newer program");
        Files.write(file, forged(json(good).replace("\"cairn.format\":\"2\"", "\"cairn.format\":\"0\"").strip(), data()));
        assertThatThrownBy(this::read).isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContainingAll("has format version 0", "written by an older program");
    }

    static Stream<String[]> forgeries() {
        return Stream.of(new String[][] {
            {"\"dtype\":\"F64\"", "\"dtype\":\"F16\""},
            {"\"dtype\":\"F64\"", "\"dtype\":\"f64\""},
            {"\"dtype\":\"F64\"", "\"class\":\"F64\""},
            {"\"dtype\":\"F64\",\"shape\":[2,1,3],", "\"shape\":[2,1,3],\"dtype\":\"F64\","},
            {"\"shape\":[2,1,3]", "\"shape\":[2,1,4]"},
            {"\"shape\":[2,1,3]", "\"shape\":[-2,-1,3]"},
            {"\"shape\":[2,1,3]", "\"shape\":[2,1,3.0]"},
            {"\"shape\":[2,1,3]", "\"shape\":[[2],1,3]"},
            {"\"shape\":[2,1,3]", "\"shape\":" + "[".repeat(5000) + "]".repeat(5000)},
            {"\"shape\":[2,1,3]", "\"shape\":[4611686018427387904,4611686018427387904,4]"},
            {"\"shape\":[2,1,3]", "\"shape\":[4611686018427387907,4,3]"},
            {"\"shape\":[2,1,3]", "\"shape\":[99999999999999999999]"},
            {"\"shape\":[2,1,3]", "\"shape\":[" + "9".repeat(5000) + "]"},
            {"\"shape\":[2,1,3]", "\"shape\":\"[2,1,3]\""},
            {"\"shape\":[2,1,3]", "\"shape\":null"},
            {"\"shape\":[2,1,3]", "\"shape\":[" + "1,".repeat(62) + "2,1,3]"},
            {"\"data_offsets\":[0,48]", "\"data_offsets\":[0,48,48]"},
            {"\"data_offsets\":[0,48]", "\"data_offsets\":[0]"},
            {"\"data_offsets\":[0,48]", "\"data_offsets\":[48,0]"},
            {"\"data_offsets\":[0,48]", "\"data_offsets\":[0,107374182400]"},
            {"\"data_offsets\":[0,48]", "\"data_offsets\":[-48,0]"},
            {"\"data_offsets\":[48,80]", "\"data_offsets\":[40,72]"},
            {"\"data_offsets\":[48,80]", "\"data_offsets\":[56,88]"},
            {"\"shape\":[3,4],\"data_offsets\":[80,128]", "\"shape\":[107374182400],\"data_offsets\":[80,429496729680]"},
            {"\"floats/matrix\":{", "\"floats/scalar\":{"},
            {"\"floats/matrix\":{", "\"../../etc/passwd\":{"},
            {"\"floats/matrix\":{", "\"/floats/matrix\":{"},
            {"\"floats/matrix\":{", "\"" + "a/".repeat(50_000) + "a\":{"},
            {"\"floats/matrix\":{", "\"" + "a".repeat(50_000) + "\":{"},
            {"\"floats/matrix\":{", "\"__metadata__\":{"},
            {"\"cairn.step\":\"3\"", "\"cairn.step\":\"-3\""},
            {"\"cairn.step\":\"3\"", "\"cairn.step\":\"03\""},
            {"\"cairn.step\":\"3\"", "\"cairn.step\":\"three\""},
            {"\"cairn.step\":\"3\",", ""},
            {"\"cairn.step\":\"3\"", "\"cairn.step\":3"},
            {"\"cairn.step\":\"3\"", "\"cairn.step\":{\"a\":\"3\"}"},
            {"\"cairn.step\":\"3\"", "\"cairn.format\":\"2\""},
            {"\"cairn.format\":\"2\"", "\"cairn.format\":\"2.0\""},
            {"\"cairn.format\":\"2\"", "\"cairn.format\":\"02\""},
            {"\"cairn.format\":\"2\",\"cairn.step\":\"3\"", "\"cairn.step\":\"3\",\"cairn.format\":\"2\""},
            {"\"cairn.format\":\"2\",", ""},
            {"\"cairn.digest\":\"", "\"cairn.digest\":\"0"},
            {"\"fact/made/by\"", "\"class/made/by\""},
            {"\"fact/made/by\"", "\"fact/../by\""},
            {"\"metric/score\":\"real 3ff0000000000000 1.0\"", "\"metric/score\":\"1.0\""},
            {"\"metric/score\":\"real 3ff0000000000000 1.0\"", "\"metric/score\":\"real 3ff000000000000g 1.0\""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"integer 3 \""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"integer +3\""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"java.lang.Integer 3\""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"integer\""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"\""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"tensor 00000000\""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"integer 4\""},
            {"\"state/count\":\"integer 3\"", "\"state/count\":\"text \\ud800\""},
            {"\"fact/environment/cores\":\"2\"", "\"fact/environment/cores\":\"\\udc00\""},
            {"\"state/count\":\"integer 3\"", "\"state/longs\":\"integer 3\""},
            {"\"state/count\":\"integer 3\",", ""},
            {"\"state/longs\":\"tensor ", "\"state/longs\":\"tensor 0"},
            {"\"state/longs\":\"tensor ", "\"state/other\":\"tensor "},
            {"\"state/longs\":\"tensor ", "\"state/longs\":\"text "},
            {"[144,149]}}", "[144,149]}} {}"},
            {"[144,149]}}", "[144,149]}}\n"},
            {"[144,149]}}", "[144,149]}"},
            {"[144,149]}}", "[144,149]},\"more\":1}"},
            {"[144,149]}}", "[144,149]},}"},
            {"[144,149]}}", "[144,149]}/* */}"},
        });
    }

    /** Field bug 42: whatever stands in a header, the answer is one typed error, soon, with no memory taken on its word. */
    @ParameterizedTest
    @MethodSource("forgeries")
    void aForgedHeaderIsRefused(String from, String to) throws IOException {
        String json = json(good).stripTrailing();
        assertThat(json).contains(from);
        assertRefused(forged(json.replaceFirst(java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to)), data()), to);
    }

    @Test
    void headersThatLieAboutTheirLengthAreRefused() throws IOException {
        for (long length : new long[] {0, 1, 7, 38, 47, 48, good.length - 8, good.length - 7, 100_000_000, 100_000_001, 1L << 31, 1L << 32,
                Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            byte[] bytes = good.clone();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            assertRefused(bytes, "length " + length);
        }
    }

    @Test
    void manyNamesOfOneHashAreReadInBoundedTime() throws IOException {
        StringBuilder facts = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                name.append((i >> bit & 1) == 0 ? "an" : "c0");
            }
            facts.append("\"fact/").append(name).append("\":\"\",");
        }
        assertThat("an".hashCode()).isEqualTo("c0".hashCode());
        String json = json(good).stripTrailing().replace("\"fact/made/by\"", facts + "\"fact/made/by\"");
        Files.write(file, forged(json, data()));
        assertThat(CheckpointFile.readHeader(new RealDisk(), file).facts()).hasSize(20_002);
    }

    /** A hostile header of many tiny entries is refused before it takes many times its size in memory. */
    @Test
    void tooManyEntriesAreNeitherWrittenNorRead() throws IOException {
        Map<String, Value> many = new LinkedHashMap<>();
        for (int i = 0; i < HeaderText.MOST_ENTRIES; i++) {
            many.put("n" + i, new Value.Int(i));
        }
        write(Checkpoint.of(3, State.of(many)));
        assertThat(CheckpointFile.readHeader(new RealDisk(), file).entries()).hasSize(HeaderText.MOST_ENTRIES);
        String json = json(Files.readAllBytes(file)).stripTrailing();
        assertRefused(forged(json.replace("\"state/n0\":", "\"state/m0\":\"integer 0\",\"state/n0\":"), new byte[0]), "one too many");
        many.put("one-more", new Value.Int(1));
        assertThatThrownBy(() -> write(Checkpoint.of(3, State.of(many)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("at most 262144", "262145");
    }

    @Test
    void whatCouldNotBeReadBackIsNotWritten() {
        long[] deep = new long[65];
        java.util.Arrays.fill(deep, 1);
        assertThatThrownBy(() -> write(Checkpoint.of(3, State.of(Map.of("deep", States.tensor(ElementType.U8, new SplittableRandom(1), deep))))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("'deep'", "65 dimensions");
        Value.Tensor tensor = States.tensor(ElementType.U8, new SplittableRandom(1), 3);
        assertThatThrownBy(() -> write(Checkpoint.of(3, State.of(Map.of("__metadata__", tensor)))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("__metadata__");
        assertThatThrownBy(() -> write(Checkpoint.of(3, State.of(Map.of("t", new Value.Text("x".repeat(100_000_001)))))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most 100000000 bytes");
    }

    @Test
    void aScalarMayBeCalledAsTheFormatsOwnEntry() throws IOException {
        Checkpoint odd = Checkpoint.of(3, State.of(Map.of("__metadata__", new Value.Int(4))));
        write(odd);
        assertThat(read()).isEqualTo(odd);
    }
}

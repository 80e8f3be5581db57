package cairn.interop.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.state.ElementType;
import cairn.state.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a file, reading it gives a result or a message, within a bounded time. */
class HostileKerasFileTest {
    private static final int ROUNDS = 400;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"small.weights.h5", "packed.weights.h5", "packed-latest.weights.h5", "keras2.h5", "opt-adam.h5",
            "opt-nadam.weights.h5", "bfloat16.weights.h5", "odd.weights.h5"})
    void changedBytesGiveAResultOrAMessage(String name) throws IOException {
        byte[] whole = Keras.bytes(name);
        SplittableRandom random = new SplittableRandom(name.hashCode());
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                int at = random.nextInt(bytes.length);
                // Most of a file is filled with zeros, which nothing reads.
                while (bytes[at] == 0 && random.nextInt(8) > 0) {
                    at = random.nextInt(bytes.length);
                }
                bytes[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : bytes[at] ^ 1 << random.nextInt(8));
            }
            read += reads(bytes, name + " round " + round) ? 1 : 0;
        }
        assertThat(read).as("a changed number is a number").isPositive().isLessThan(ROUNDS);
    }

    @Test
    void aCutFileIsRefused() throws IOException {
        byte[] whole = Keras.bytes("small.weights.h5");
        for (int length = 0; length < whole.length; length += 97) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Keras.read(cut, folder)).isInstanceOf(ForeignFileException.class);
        }
    }

    /** The arrays of 100 layers claim the same bytes: they would take 100 times as much memory as the file is long. */
    @Test
    void arraysThatOverlapAreRefused() throws IOException {
        HdfWriter writer = new HdfWriter();
        int bytes = 4 * 5000;
        for (int i = 0; i < 100; i++) {
            writer.array("layers/dense_" + i + "/vars/0", new Value.Tensor(ElementType.F32, new long[] {5000}, ByteBuffer.allocate(bytes)));
        }
        Path path = folder.resolve("overlap.weights.h5");
        try (Disk.Output out = new RealDisk().create(path)) {
            writer.write(out);
        }
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int first = file.capacity() - 100 * bytes;
        for (int at = 0; at < first - 16; at++) {
            // The layout of an array: where it stands, and its size.
            if (file.getLong(at + 8) == bytes && file.getLong(at) >= first) {
                file.putLong(at, first);
                // The layout is the last of the messages, so the checksum follows; the header has 14 bytes and all messages.
                int start = at;
                while (file.getInt(start) != 0x5244484f) {
                    start--;
                }
                file.putInt(at + 16, Lookup3.hash(Arrays.copyOfRange(file.array(), start, at + 16), at + 16 - start));
            }
        }
        file.putLong(28, first + bytes);
        file.putInt(44, Lookup3.hash(file.array(), 44));
        byte[] overlapping = Arrays.copyOf(file.array(), first + bytes);
        assertThatThrownBy(() -> Keras.read(overlapping, folder)).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("some stand at one place");
    }

    private boolean reads(byte[] bytes, String what) throws IOException {
        try {
            TensorFile file = Keras.read(bytes, folder);
            if (file.model().isPresent()) {
                file.model().get().read();
            }
            return true;
        } catch (ForeignFileException e) {
            assertThat(e).hasMessageContaining("cannot read");
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
    }

    @Test
    void changedConfigurationsGiveAResultOrAMessage() throws IOException {
        String[] configs = {config("residual.keras"), config("cnn.keras"), config("nested.keras"), config("opt-adam.keras")};
        byte[] weights = entry("cnn.keras", KerasFile.WEIGHTS);
        SplittableRandom random = new SplittableRandom(5);
        String[] words = {"null", "-1", "0", "[]", "{}", "\"x\"", "1e400", "true", "[[[]]]", "99999999999", "\"Dense\"", "\"Add\"",
            "\"Functional\""};
        for (int round = 0; round < 800; round++) {
            StringBuilder config = new StringBuilder(configs[round % configs.length]);
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                int at = config.indexOf(": ", random.nextInt(config.length()));
                if (at > 0) {
                    int end = Math.max(at + 2, Math.min(config.length(), indexOfEnd(config, at + 2)));
                    config.replace(at + 2, end, words[random.nextInt(words.length)]);
                }
            }
            reads(archive(config.toString(), weights), "round " + round + ": " + config);
        }
    }

    private static int indexOfEnd(StringBuilder text, int from) {
        int comma = text.indexOf(",", from);
        int brace = text.indexOf("}", from);
        return comma < 0 ? brace < 0 ? text.length() : brace : brace < 0 ? comma : Math.min(comma, brace);
    }

    @Test
    void everythingUnknownIsNamedWithItsPlaceAtOnce() throws IOException {
        String config = """
                {"class_name": "Sequential", "config": {"name": "s", "layers": [
                  {"class_name": "InputLayer", "config": {"batch_shape": [null, 6, 5, 2], "name": "in"}},
                  {"class_name": "Conv2D", "config": {"name": "a", "filters": 3, "kernel_size": [3, 2], "groups": 2, "activation": "mish"}},
                  {"class_name": "Lambda", "config": {"name": "b", "function": {"class_name": "__lambda__"}}},
                  {"module": "my.code", "class_name": "Dense", "registered_name": "my>Dense", "config": {"name": "c", "units": 3}},
                  {"class_name": "Dense", "config": {"name": "d", "units": 0}},
                  {"class_name": "MaxPooling2D", "config": {"name": "e", "data_format": "channels_first"}}]}}""";
        TensorFile file = Keras.read(archive(config, entry("cnn.keras", KerasFile.WEIGHTS)), folder);
        assertThatThrownBy(() -> file.model().orElseThrow().read()).isInstanceOf(ForeignFileException.class).message()
                .contains("a (Conv2D): kernel_size: found [3,2], expected the same for height and width")
                .contains("a (Conv2D): groups: found 2, expected 1").contains("a (Conv2D): activation: found \"mish\"")
                .contains("b (Lambda): there is no such layer here").contains("c (my.code.Dense): there is no such layer here")
                .contains("d (Dense): units: found 0").contains("e (MaxPooling2D): data_format: found \"channels_first\"");
    }

    @Test
    void whatIsNoChainIsNamedTogetherWithUnknownLayers() throws IOException {
        String config = """
                {"class_name": "Functional", "config": {"name": "f", "layers": [
                  {"class_name": "InputLayer", "name": "in", "config": {"batch_shape": [null, 4], "name": "in"}, "inbound_nodes": []},
                  {"class_name": "Dense", "name": "a", "config": {"name": "a", "units": 4}, "inbound_nodes": [[["in", 0, 0, {}]]]},
                  {"class_name": "GRU", "name": "b", "config": {"name": "b"}, "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]},
                  {"class_name": "Concatenate", "name": "c", "config": {"name": "c"},
                   "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]]}],
                  "input_layers": [["in", 0, 0]], "output_layers": [["a", 0, 0], ["c", 0, 0]]}}""";
        TensorFile file = Keras.read(archive(config, entry("cnn.keras", KerasFile.WEIGHTS)), folder);
        assertThatThrownBy(() -> file.model().orElseThrow().read()).isInstanceOf(ForeignFileException.class).message()
                .contains("output_layers: expected one, found [a, c]").contains("b (GRU): is used at 2 places")
                .contains("b (GRU): there is no such layer here").contains("c (Concatenate): there is no such layer here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[1]", "{\"a\":", "\"text\"", ""})
    void whatIsNoJsonObjectIsRefused(String config) throws IOException {
        byte[] archive = archive(config, entry("cnn.keras", KerasFile.WEIGHTS));
        assertThatThrownBy(() -> Keras.read(archive, folder)).isInstanceOf(ForeignFileException.class).hasMessageContaining("config.json");
    }

    @Test
    void jsonThatStandsTooDeepInItselfIsRefused() throws IOException {
        byte[] archive = archive("{\"a\":".repeat(100_000), entry("cnn.keras", KerasFile.WEIGHTS));
        assertThatThrownBy(() -> Keras.read(archive, folder)).isInstanceOf(ForeignFileException.class);
    }

    private static String config(String name) throws IOException {
        return new String(entry(name, KerasFile.CONFIG), StandardCharsets.UTF_8);
    }

    private static byte[] entry(String archive, String name) throws IOException {
        try (java.util.zip.ZipInputStream in = new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(Keras.bytes(archive)))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(name)) {
                    return in.readAllBytes();
                }
            }
        }
        throw new AssertionError(name);
    }

    private static byte[] archive(String config, byte[] weights) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry(KerasFile.METADATA));
            out.write("{\"keras_version\": \"3.15.1\"}".getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry(KerasFile.CONFIG));
            out.write(config.getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry(KerasFile.WEIGHTS));
            out.write(weights);
        }
        return bytes.toByteArray();
    }
}

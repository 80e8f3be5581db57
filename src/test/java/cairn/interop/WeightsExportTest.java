package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.States;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.Npy;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsExportTest {
    private static final Checkpoint MADE = new Checkpoint(1200, States.everything(5).rename(path -> "model/" + path)
            .overlay(States.everything(6).rename(path -> "optimizer/m/" + path)), Map.of(), Map.of());
    private static final State MODEL = MADE.state().select("model/");

    @TempDir
    Path root;
    private final Disk disk = new RealDisk();

    private static List<String> tensors() {
        return MODEL.entries().entrySet().stream().filter(e -> e.getValue() instanceof Value.Tensor)
                .map(e -> e.getKey().substring("model/".length())).toList();
    }

    @Test
    void safetensorsHoldTheTensorsOfTheModelUnderPlainNamesAlignedAndWithoutHoles() throws IOException {
        Path file = root.resolve("weights.safetensors");
        WeightsExport.write(MADE, file, disk);
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int dataAt = 8 + Math.toIntExact(all.getLong(0));
        assertThat(dataAt % 8).isZero();
        JsonNode header = new ObjectMapper().readTree(all.array(), 8, dataAt - 8);
        assertThat(header.get("__metadata__").get("step").asText()).isEqualTo("1200");
        assertThat(header.get("__metadata__").get("state-digest").asText()).isEqualTo(MADE.state().digest());
        List<String> names = new ArrayList<>();
        header.fieldNames().forEachRemaining(names::add);
        names.remove("__metadata__");
        assertThat(names).containsExactlyInAnyOrderElementsOf(tensors());
        int at = 0;
        for (String name : names) {
            JsonNode place = header.get(name);
            Value.Tensor expected = MODEL.tensor("model/" + name);
            assertThat(place.get("data_offsets").get(0).asInt()).isEqualTo(at);
            assertThat(at % expected.type().bytes()).isZero();
            at = place.get("data_offsets").get(1).asInt();
            ByteBuffer bytes = all.slice(dataAt + at - expected.bytes().remaining(), expected.bytes().remaining());
            List<Long> shape = new ArrayList<>();
            place.get("shape").forEach(s -> shape.add(s.asLong()));
            long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
            assertThat(new Value.Tensor(ElementType.valueOf(place.get("dtype").asText()), sizes, bytes)).isEqualTo(expected);
        }
        assertThat(dataAt + at).isEqualTo(all.capacity());
    }

    /** A reader that takes the bytes as an array of longs, without a copy, refuses them at any other place. */
    @Test
    void anOddNumberOfFloatsMovesNoLongFromItsPlace() throws IOException {
        Value floats = new Value.Tensor(ElementType.F32, new long[] {3}, ByteBuffer.allocate(12).put(3, (byte) 1));
        Value count = new Value.Tensor(ElementType.I64, new long[0], ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 7));
        Value bytes = new Value.Tensor(ElementType.U8, new long[] {1}, ByteBuffer.allocate(1));
        State state = State.of(Map.of("model/a/bytes", bytes, "model/b/floats", floats, "model/c/count", count));
        Path file = root.resolve("weights.safetensors");
        WeightsExport.write(new Checkpoint(1, state, Map.of(), Map.of()), file, disk);
        try (FileBytes read = FileBytes.open(file, disk)) {
            SafetensorsHeader header = SafetensorsHeader.read(read);
            assertThat(header.begin() % 8).isZero();
            assertThat(header.places().keySet()).containsExactly("c/count", "b/floats", "a/bytes");
            assertThat(header.places().get("c/count").from()).isZero();
            assertThat(SafetensorsFile.read(read).tensors().get("c/count").value()).isEqualTo(count);
            assertThat(SafetensorsFile.read(read).program()).isEqualTo("Cairn");
        }
    }

    @Test
    void anNpzHoldsThemAsTheReaderOfDataSetsReadsThem() throws IOException {
        State floats = State.of(Map.of("model/w", MODEL.tensor("model/floats/matrix"), "model/d", MODEL.tensor("model/doubles/cube"),
                "model/b", MODEL.tensor("model/bytes/odd"), "model/i", MODEL.tensor("model/ints")));
        Path file = root.resolve("weights.npz");
        WeightsExport.write(Checkpoint.of(1, floats), file, disk);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName)).containsExactlyInAnyOrder("w.npy", "d.npy", "b.npy", "i.npy", "__metadata__.npy");
        }
        for (String name : List.of("w", "d", "b", "i")) {
            Npy read = Npy.read(file, name);
            assertThat(read.shape()).isEqualTo(floats.tensor("model/" + name).shape());
        }
    }

    @Test
    void numpyReadsWhatWasWrittenBitForBit() throws IOException, InterruptedException {
        Path file = root.resolve("weights.npz");
        WeightsExport.write(MADE, file, disk);
        Path script = Files.writeString(root.resolve("read.py"), """
                import json, sys
                try:
                    import numpy
                except ImportError:
                    sys.exit(77)
                with numpy.load(sys.argv[1], allow_pickle=False) as arrays:
                    assert json.loads(str(arrays["__metadata__"]))["step"] == "1200"
                    for name in sorted(set(arrays.files) - {"__metadata__"}):
                        a = arrays[name]
                        print(name, a.dtype.str, list(a.shape), a.tobytes().hex())
                """);
        Process python;
        try {
            python = new ProcessBuilder("python3", script.toString(), file.toString()).redirectErrorStream(true)
                    .redirectOutput(root.resolve("out.txt").toFile()).start();
        } catch (IOException e) {
            Assumptions.abort("python3 is not installed");
            return;
        }
        assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Assumptions.assumeTrue(python.exitValue() != 77, "numpy is not installed");
        List<String> expected = tensors().stream().sorted().map(name -> {
            Value.Tensor t = MODEL.tensor("model/" + name);
            byte[] bytes = new byte[t.bytes().remaining()];
            t.bytes().get(bytes);
            String type = Map.of(ElementType.F64, "<f8", ElementType.F32, "<f4", ElementType.I64, "<i8", ElementType.I32, "<i4", ElementType.U8, "|u1")
                    .get(t.type());
            return name + " " + type + " " + java.util.Arrays.toString(t.shape()) + " " + java.util.HexFormat.of().formatHex(bytes);
        }).map(String::stripTrailing).toList();
        assertThat(Files.readAllLines(root.resolve("out.txt")).stream().map(String::stripTrailing)).containsExactlyElementsOf(expected);
    }

    @Test
    void theSameCheckpointGivesTheSameBytesWheneverItIsWritten() throws IOException {
        for (String ending : List.of(".npz", ".safetensors")) {
            WeightsExport.write(MADE, root.resolve("one" + ending), disk);
            WeightsExport.write(MADE, root.resolve("two" + ending), disk);
            assertThat(root.resolve("one" + ending)).hasSameBinaryContentAs(root.resolve("two" + ending));
        }
        assertThat(disk.list(root)).noneMatch(n -> n.startsWith("pending"));
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndNothingIsReplaced() throws IOException {
        Path there = Files.writeString(root.resolve("weights.npz"), "mine");
        assertThatThrownBy(() -> WeightsExport.write(MADE, there, disk)).isInstanceOf(FileAlreadyExistsException.class).hasMessageContaining("weights.npz");
        assertThat(there).hasContent("mine");
        Path first = Files.writeString(root.resolve("pending-w.npz"), "mine too");
        assertThatThrownBy(() -> WeightsExport.write(MADE, root.resolve("w.npz"), disk)).isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContainingAll("pending-w.npz", "delete or rename it", "another name");
        assertThat(first).hasContent("mine too");
        assertThat(root.resolve("w.npz")).doesNotExist();
        Files.delete(first);
        assertThatThrownBy(() -> WeightsExport.write(MADE, root.resolve("weights.safetensor"), disk))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("did you mean '.safetensors'?");
        assertThatThrownBy(() -> WeightsExport.write(MADE, root.resolve("weights"), disk)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WeightsExport.write(States.checkpoint(1), root.resolve("other.npz"), disk))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("no tensors under model/", "floats/matrix");
        assertThat(disk.list(root)).containsExactly("weights.npz");
    }
}

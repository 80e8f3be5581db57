package cairn.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.interop.file.FileModel;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.random.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and hostile files give a result or an exception that names the place, and nothing else. */
class HostileOnnxFileTest {
    private static final Path FOLDER = Path.of("src/test/resources/interop/onnx");
    private static final int FLOAT = 1;

    /** A file made of messages. */
    static byte[] file(Message graph) {
        Judge.Bytes out = new Judge.Bytes();
        try {
            new Message().integer(1, 8).message(7, graph).message(8, new Message().text(1, "").integer(2, 17)).write(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.all.toByteArray();
    }

    static Message value(String name, long... sizes) {
        Message shape = new Message();
        for (long size : sizes) {
            shape.message(1, new Message().integer(1, size));
        }
        return new Message().text(1, name).message(2, new Message().message(1, new Message().integer(1, FLOAT).message(2, shape)));
    }

    private static Message node(String op, String output, String... inputs) {
        Message node = new Message();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(3, output).text(4, op);
    }

    private static Message tensor(String name, int type, long... sizes) {
        Message tensor = new Message();
        for (long size : sizes) {
            tensor.integer(1, size);
        }
        return tensor.integer(2, type).text(8, name);
    }

    private static void assertRefused(byte[] file, String... words) {
        assertThatThrownBy(() -> Read.bytes(file)).isInstanceOf(ForeignFileException.class).hasMessageContainingAll(words);
    }

    private static void assertNoModel(byte[] file, String... words) throws IOException {
        TensorFile read = Read.bytes(file);
        assertThatThrownBy(() -> read.model().orElseThrow().read()).isInstanceOf(ForeignFileException.class).hasMessageContainingAll(words);
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(FOLDER)) {
            return all.filter(f -> f.toString().endsWith(".onnx")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void changedBytesGiveAResultOrAMessage(Path file) throws IOException {
        byte[] sound = Files.readAllBytes(file);
        Key key = Key.of(14).fold(file.getFileName().toString());
        int refused = 0;
        for (int i = 0; i < 250; i++) {
            byte[] bytes = changed(sound, key.fold(i));
            try {
                TensorFile read = Read.bytes(bytes);
                FileModel model = read.model().orElseThrow().read();
                assertThat(model.layers()).isNotNull();
            } catch (ForeignFileException e) {
                refused++;
                assertThat(e.getMessage()).contains("cannot read");
            }
        }
        assertThat(refused).isPositive();
    }

    /** Some bytes changed, left out, or there twice. */
    private static byte[] changed(byte[] sound, Key key) {
        int at = (int) (key.uniform(0) * sound.length);
        int length = 1 + (int) (key.uniform(1) * 12);
        int end = Math.min(sound.length, at + length);
        ByteBuffer bytes = ByteBuffer.allocate(sound.length + 2 * length);
        bytes.put(sound, 0, at);
        switch ((int) (key.uniform(2) * 5)) {
            case 0 -> bytes.put(sound, end, sound.length - end);
            case 1 -> bytes.put(sound, at, end - at).put(sound, at, sound.length - at);
            case 2 -> bytes.put((byte) (sound[at] ^ 1 << (int) (key.uniform(3) * 8))).put(sound, at + 1, sound.length - at - 1);
            case 3 -> bytes.put((byte) 0xff).put(sound, at + 1, sound.length - at - 1);
            default -> { }
        }
        byte[] all = new byte[bytes.flip().remaining()];
        bytes.get(all);
        return all;
    }

    @Test
    void aFileThatIsNoModelIsRefused() {
        assertRefused(new byte[0], "one graph", "0 graphs");
        assertRefused("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8), "cannot read");
        assertRefused(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff,
                (byte) 0xff, (byte) 0xff, 1}, "more than 10 bytes");
    }

    @Test
    void sizesAreCheckedBeforeMemoryIsTaken() {
        assertRefused(file(new Message().message(5, tensor("t", FLOAT, Long.MAX_VALUE, Long.MAX_VALUE))), "tensor t", "2^63");
        assertRefused(file(new Message().message(5, tensor("t", FLOAT, -5))), "negative size");
        assertRefused(file(new Message().message(5, tensor("t", FLOAT, 1L << 40))), "tensor t", "has 0 numbers", "takes " + (1L << 40));
        assertRefused(file(new Message().message(5, tensor("t", FLOAT, 1L << 20).bytes(9, ByteBuffer.allocate(16)))), "has 16 bytes");
        assertRefused(file(new Message().message(5, tensor("t", FLOAT, 4).bytes(9, ByteBuffer.allocate(16)).real(4, 1))), "twice");
        assertRefused(file(new Message().message(5, tensor("t", FLOAT, 1).integer(5, 1))), "in field 5");
        Message many = new Message().integer(2, FLOAT);
        IntStream.range(0, 1000).forEach(i -> many.integer(1, 1));
        assertRefused(file(new Message().message(5, many)), "more than 64 dimensions");
    }

    @Test
    void numbersInOtherFilesAreRefused() {
        Message outside = tensor("secret", FLOAT, 4).message(13, new Message().text(1, "location").text(2, "/etc/passwd")).integer(14, 1);
        assertRefused(file(new Message().message(5, outside)), "tensor secret", "in another file", "Save the model in one file");
    }

    @Test
    void twoTensorsOrNodesOfOneNameAreRefused() {
        assertRefused(file(new Message().message(5, tensor("t", FLOAT, 0)).message(5, tensor("t", FLOAT, 0))), "give the value t");
        assertRefused(file(new Message().message(1, node("Relu", "y", "x")).message(1, node("Relu", "y", "x"))), "give the value y");
    }

    @Test
    void graphsWithinGraphsCostNothing() throws IOException {
        Message inner = new Message().message(1, node("Relu", "y", "x"));
        for (int depth = 0; depth < 1500; depth++) {
            Message attribute = new Message().text(1, "then_branch").message(6, inner).integer(20, 5);
            inner = new Message().message(1, node("If", "y" + depth, "x").message(5, attribute));
        }
        assertNoModel(file(inner.message(11, value("x", 1, 2)).message(12, value("y1499", 1, 2))), "node y1499 (If)");
    }

    @Test
    void aCircleOfNodesIsRefused() throws IOException {
        Message graph = new Message().message(1, node("Add", "a", "x", "b")).message(1, node("Relu", "b", "a"))
                .message(11, value("x", 1, 2)).message(12, value("b", 1, 2));
        assertNoModel(file(graph), "not computed from the input");
        Message apart = new Message().message(1, node("Relu", "a", "b")).message(1, node("Relu", "b", "a")).message(11, value("x", 1, 2))
                .message(12, value("b", 1, 2));
        assertNoModel(file(apart), "not computed from the input");
        assertNoModel(file(new Message().message(1, node("Relu", "a", "a")).message(11, value("x", 1, 2)).message(12, value("a", 1, 2))),
                "not computed from the input");
    }

    @Test
    void blocksInBlocksAreReadToADepth() throws IOException {
        Message graph = new Message().message(11, value("x", 1, 2));
        List<Message> sums = new ArrayList<>();
        String before = "x";
        for (int i = 0; i < 100; i++) {
            graph.message(1, node("Tanh", "t" + i, before));
            before = "t" + i;
        }
        String after = before;
        for (int i = 99; i >= 0; i--) {
            sums.add(node("Add", "s" + i, after, i == 0 ? "x" : "t" + (i - 1)));
            after = "s" + i;
        }
        sums.forEach(sum -> graph.message(1, sum));
        assertNoModel(file(graph.message(12, value("s0", 1, 2))), "64 deep");
    }

    @Test
    void aLongGraphIsReadInLittleTime() throws IOException {
        Message graph = new Message().message(11, value("x", 1, 2));
        String before = "x";
        for (int i = 0; i < 6000; i++) {
            graph.message(1, node("Relu", "r" + i, before)).message(1, node("Tanh", "u" + i, "r" + i))
                    .message(1, node("Add", "a" + i, before, "u" + i));
            before = "a" + i;
        }
        assertThat(Read.bytes(file(graph.message(12, value(before, 1, 2)))).model().orElseThrow().read().layers()).hasSize(6000);
    }

    @Test
    void shapesThatDependOnEachOtherManyTimesAreGivenUp() throws IOException {
        Message graph = new Message().message(11, value("x", 1, 2)).message(1, node("Shape", "s0", "x"));
        for (int i = 1; i <= 30; i++) {
            graph.message(1, node("Mul", "s" + i, "s" + (i - 1), "s" + (i - 1)));
        }
        graph.message(1, node("Reshape", "y", "x", "s30")).message(12, value("y", 1, 2));
        assertNoModel(file(graph), "node y (Reshape)", "cannot be known");
    }

    @Test
    void allUnknownNodesAreNamedAtOnce() throws IOException {
        Message graph = new Message().message(1, node("LSTM", "a", "x")).message(1, node("Relu", "b", "a"))
                .message(1, node("GridSample", "c", "b").text(7, "com.example")).message(11, value("x", 1, 2))
                .message(12, value("c", 1, 2));
        assertNoModel(file(graph), "node a (LSTM)", "node c (com.example.GridSample)");
        Message soft = new Message().message(1, node("LogSoftmax", "y", "x")).message(11, value("x", 1, 2)).message(12, value("y", 1, 2));
        assertNoModel(file(soft), "node y (LogSoftmax)", "the loss computes it");
    }
}

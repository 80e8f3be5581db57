package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.Header;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.TensorDigest;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs printed in docs/FORMAT.md, run as they stand there: they read what Cairn writes, and compute its digest. */
class PythonReaderTest {
    @TempDir
    Path root;

    @Test
    void theDocumentedReaderFindsNamesShapesAndBytes() throws IOException, InterruptedException {
        Assumptions.assumeTrue(hasPython(), "python3 is not installed");
        String reader = documented("read(path)");
        Path script = Files.writeString(root.resolve("reader.py"), reader + """

            import sys
            metadata, tensors = read(sys.argv[1])
            for name, (dtype, shape, values, raw) in tensors.items():
                sizes = ",".join(map(str, shape))
                print(f"{name} {dtype} [{sizes}] {raw.hex()} {len(values)}")
            print(metadata["cairn.step"], metadata["state/count"], metadata["metric/score"])
            """);
        Path file = root.resolve("step-000000000003.safetensors");
        Checkpoint made = States.checkpoint(3);
        try (Disk.NewFile output = new RealDisk().create(file)) {
            CheckpointFile.write(output, made);
        }
        List<String> expected = new ArrayList<>();
        Header.of(made).spans().forEach((path, span) -> {
            Value.Tensor t = made.state().tensor(path);
            byte[] bytes = new byte[t.bytes().remaining()];
            t.bytes().get(bytes);
            expected.add(path + " " + t.type().label().toUpperCase(Locale.ROOT) + " " + span.shape().toString().replace(" ", "") + " "
                    + HexFormat.of().formatHex(bytes) + " " + t.size());
        });
        expected.add("3 integer 3 real 3ff0000000000000 1.0");
        assertThat(python(script.toString(), file.toString()).lines()).containsExactlyElementsOf(expected);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(python(script.toString(), file.toString())).contains("AssertionError");
    }

    /** The Java that computes the same digest is tested with the numbers that Python gave, in {@code StateTest}. */
    @Test
    void theDocumentedDigestIsTheOneInTheHeader() throws IOException, InterruptedException {
        Assumptions.assumeTrue(hasPython(), "python3 is not installed");
        Path script = Files.writeString(root.resolve("digest.py"), documented("digest(path)") + """

            import sys
            for name in sys.argv[1:]:
                print(digest(name))
            """);
        ByteBuffer large = ByteBuffer.allocateDirect(3 * TensorDigest.BLOCK + 5);
        for (int at = 0; at < large.capacity(); at++) {
            large.put(at, (byte) (at >> 12));
        }
        List<Checkpoint> all = List.of(States.checkpoint(3), Checkpoint.of(4, State.of(Map.of())), Checkpoint.of(5, State.of(Map.of(
                "blocks", new Value.Tensor(ElementType.U8, new long[] {large.capacity()}, large),
                "one-block", new Value.Tensor(ElementType.U8, new long[] {1, TensorDigest.BLOCK}, large.slice(7, TensorDigest.BLOCK)),
                "least", new Value.Int(Long.MIN_VALUE)))));
        List<String> command = new ArrayList<>(List.of(script.toString()));
        for (Checkpoint made : all) {
            Path file = root.resolve("step-" + made.step());
            try (Disk.NewFile output = new RealDisk().create(file, CheckpointFile.bytes(made))) {
                assertThat(CheckpointFile.write(output, made).digest()).isEqualTo(made.state().digest());
            }
            command.add(file.toString());
        }
        assertThat(python(command.toArray(String[]::new)).lines())
                .containsExactlyElementsOf(all.stream().map(made -> made.state().digest()).toList());
    }

    /** The program on the page that defines this function. */
    private static String documented(String function) throws IOException {
        Matcher block = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("docs/FORMAT.md")));
        List<String> found = block.results().map(b -> b.group(1)).filter(code -> code.contains("def " + function)).toList();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).lines().count()).isLessThanOrEqualTo(20);
        return found.get(0);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        Path output = root.resolve("output.txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}

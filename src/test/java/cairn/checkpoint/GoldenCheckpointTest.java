package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.Header;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One frozen file of each released format version, which must load for ever.
 *
 * <p>{@code format-1.safetensors} is {@code States.checkpoint(3)} as format version 1 was first written, by {@link Generator}.
 * A new version adds a file; none is ever replaced.
 */
class GoldenCheckpointTest {
    private static final Path FORMAT_1 = Path.of("src/test/resources/cairn/checkpoint/format-1.safetensors");

    @TempDir
    Path root;

    @Test
    void formatOneLoadsWithTheDigestItWasWrittenWith() throws IOException {
        Checkpoint read = CheckpointFile.read(new RealDisk(), FORMAT_1, true);
        assertThat(read.state().digest()).isEqualTo("b08e360ee1d5d5d290f0a5847ff25f74723ac6a3e1f9d314fd07ee94550867b4");
        assertThat(read).isEqualTo(States.checkpoint(3));
        assertThat(read.state().entries().keySet()).containsExactlyElementsOf(States.everything(3).entries().keySet());
    }

    @Test
    void theWriterStillGivesTheseBytes() throws IOException {
        Path now = root.resolve("format-1.safetensors");
        Generator.main(now.toString());
        assertThat(now).hasSameBinaryContentAs(FORMAT_1);
        assertThat(Files.size(now)).isEqualTo(Header.of(States.checkpoint(3)).fileBytes());
    }

    /** {@code java -cp target/classes:target/test-classes:... 'cairn.checkpoint.GoldenCheckpointTest$Generator' FILE} writes the file. */
    static final class Generator {
        public static void main(String... arguments) throws IOException {
            try (Disk.Output output = new RealDisk().create(Path.of(arguments[0]))) {
                CheckpointFile.write(output, Header.of(States.checkpoint(3)), States.everything(3));
            }
        }
    }
}

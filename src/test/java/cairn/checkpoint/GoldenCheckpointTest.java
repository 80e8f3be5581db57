package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.CheckpointScan;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.InfoReader;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.state.EarlierDigest;
import cairn.state.State;
import cairn.state.StateDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One frozen file of each released format version, which must load for ever. Each is {@code States.checkpoint(3)} as its version was first
 * written, the newest by {@link Generator}. A new version adds a file; none is ever replaced.
 */
class GoldenCheckpointTest {
    private static final Path FORMAT_1 = Path.of("src/test/resources/cairn/checkpoint/format-1.safetensors");
    private static final Path FORMAT_2 = Path.of("src/test/resources/cairn/checkpoint/format-2.safetensors");
    private static final String DIGEST_1 = "b08e360ee1d5d5d290f0a5847ff25f74723ac6a3e1f9d314fd07ee94550867b4";
    private static final String DIGEST_2 = "8b84f1f8b87cb44f32a0f99c1a0157c3949dd88c5d8f53edcdc189e3b984a604";

    @TempDir
    Path root;

    @Test
    void formatTwoLoadsWithTheDigestItWasWrittenWith() throws IOException {
        assertLoads(FORMAT_2, 2, DIGEST_2);
    }

    @Test
    void formatOneLoadsWithTheDigestItWasWrittenWith() throws IOException {
        assertLoads(FORMAT_1, 1, DIGEST_1);
    }

    private static void assertLoads(Path file, int version, String digest) throws IOException {
        Checkpoint read = CheckpointFile.read(new RealDisk(), file, true);
        assertThat(read).isEqualTo(States.checkpoint(3));
        assertThat(read.state().entries().keySet()).containsExactlyElementsOf(States.everything(3).entries().keySet());
        assertThat(CheckpointScan.verified(new RealDisk(), file, true)).isEqualTo(CheckpointFile.readHeader(new RealDisk(), file))
                .satisfies(header -> {
                    assertThat(header.version()).isEqualTo(version);
                    assertThat(header.isEarlier()).isEqualTo(version == 1);
                    assertThat(header.digest()).isEqualTo(digest);
                    assertThat(header.fileBytes()).isEqualTo(Files.size(file));
                });
        assertThat(new InfoReader(new RealDisk()).read(file)).extracting(CheckpointInfo::version, CheckpointInfo::digest)
                .containsExactly(version, digest);
    }

    /** The rule of the digest changed, not the state: the state has the digest of each version by the rule of that version. */
    @Test
    void theSameStateHasBothDigests() {
        State state = States.everything(3);
        assertThat(EarlierDigest.of(state)).isEqualTo(DIGEST_1);
        assertThat(state.digest()).isEqualTo(DIGEST_2);
        assertThat(StateDigest.isOf(DIGEST_1, state)).isTrue();
        assertThat(StateDigest.isOf(DIGEST_2, state)).isTrue();
        assertThat(StateDigest.isOf(States.everything(4).digest(), state)).isFalse();
        assertThat(StateDigest.isOf(EarlierDigest.of(States.everything(4)), state)).isFalse();
    }

    @Test
    void theWriterStillGivesTheseBytes() throws IOException {
        Path now = root.resolve("format-2.safetensors");
        Generator.main(now.toString());
        assertThat(now).hasSameBinaryContentAs(FORMAT_2);
        assertThat(Files.size(now)).isEqualTo(Header.of(States.checkpoint(3)).fileBytes());
    }

    /** {@code java -cp target/classes:target/test-classes:... 'cairn.checkpoint.GoldenCheckpointTest$Generator' FILE} writes the file. */
    static final class Generator {
        public static void main(String... arguments) throws IOException {
            try (Disk.NewFile output = new RealDisk().create(Path.of(arguments[0]))) {
                CheckpointFile.write(output, States.checkpoint(3));
            }
        }
    }
}

package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is looked at while another process writes into it, and taken over when that one has been killed. */
class LivingRunTest {
    private static final int LOOKS = 150;

    @TempDir
    Path root;

    /** Field bugs 33, 35 and 37: every look sees whole checkpoints only, and never none. */
    @Test
    void aReaderSeesOnlyWholeCheckpointsWhileAnotherProcessWritesAndPrunes() throws IOException, InterruptedException {
        Path path = root.resolve("run");
        try (RunFolder run = RunFolder.create(path, new RealDisk())) {
            run.writeText("run.json", "text 0");
            run.store().commit(States.checkpoint(0));
        }
        Process writer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto", "-cp",
                System.getProperty("java.class.path"), Writer.class.getName(), path.toString())
                .redirectErrorStream(true).redirectOutput(root.resolve("writer.txt").toFile()).start();
        Set<Long> seen = new TreeSet<>();
        try {
            for (int looks = 0; looks < LOOKS || seen.size() < 20; looks++) {
                assertThat(writer.isAlive()).as(Files.readString(root.resolve("writer.txt"))).isTrue();
                seen.add(look(path));
            }
            long newestSeen = look(path);
            writer.destroyForcibly();
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(look(path)).isGreaterThanOrEqualTo(newestSeen);
            try (RunFolder run = RunFolder.resume(path, new RealDisk())) {
                Checkpoint newest = run.store().readNewest(d -> { throw new AssertionError(d); }).orElseThrow();
                assertThat(newest).isEqualTo(States.checkpoint(newest.step()));
                assertThat(newest.step()).isGreaterThanOrEqualTo(newestSeen);
                run.store().commit(States.checkpoint(newest.step() + 1));
            }
        } finally {
            writer.destroyForcibly();
        }
    }

    private static long look(Path path) throws IOException {
        try (RunFolder run = RunFolder.read(path, new RealDisk())) {
            CheckpointStore.Listing listing = run.store().listing();
            assertThat(listing.unreadable()).isEmpty();
            Optional<Checkpoint> newest = run.store().readNewest(d -> { throw new AssertionError(d); });
            assertThat(newest).isPresent();
            assertThat(newest.get()).isEqualTo(States.checkpoint(newest.get().step()));
            assertThat(newest.get().step()).isGreaterThanOrEqualTo(listing.checkpoints().stream().mapToLong(CheckpointInfo::step).max().orElse(0));
            assertThat(run.readText("run.json").orElseThrow()).matches("text [0-9]+");
            return newest.get().step();
        }
    }

    /** Writes, as fast as it can, until it is killed. */
    static final class Writer {
        public static void main(String[] arguments) throws IOException {
            try (RunFolder run = RunFolder.resume(Path.of(arguments[0]), new RealDisk())) {
                for (long step = 1; ; step++) {
                    run.store().commit(States.checkpoint(step));
                    run.store().prune(RetentionPolicy.parse("last:2", Ranking.min("none")));
                    run.writeText("run.json", "text " + step);
                }
            }
        }
    }
}

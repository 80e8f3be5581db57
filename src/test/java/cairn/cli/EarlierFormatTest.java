package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.States;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.cli.terminal.ExitCode;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.state.EarlierDigest;
import cairn.state.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of format version 1, as an earlier release left it, goes on: its files and its journal prove what is done with it today. */
class EarlierFormatTest {
    private static final long STEPS = 8;

    @TempDir
    private static Path trained;

    @TempDir
    private Path temporary;

    /** The same steps, as they are recorded today, and as they were then. */
    @BeforeAll
    static void train() throws IOException {
        for (String run : List.of("now", "then")) {
            assertThat(Cairn.run("train", "iris", "--steps", Long.toString(STEPS), "--save-every", "1", "--keep", "all", "--set", "evaluate.every=3",
                    "--run", run, "--dir", trained.toString()).exit()).isZero();
        }
        makeEarlier(trained.resolve("then"));
    }

    @BeforeEach
    void copy() throws IOException {
        Cairn.copy(trained, temporary, "now", "then");
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private static Path file(Path run, long step) {
        return run.resolve(String.format("step-%012d.safetensors", step));
    }

    private static void makeEarlier(Path run) throws IOException {
        List<String> journal = new ArrayList<>(Files.readAllLines(run.resolve("journal.csv")));
        for (long step = 0; step <= STEPS; step++) {
            Path file = file(run, step);
            Checkpoint checkpoint = CheckpointFile.read(new RealDisk(), file, true);
            Files.delete(file);
            try (Disk.Output output = new RealDisk().create(file)) {
                States.write(output, States.earlierHeader(checkpoint), checkpoint.state());
            }
            String now = checkpoint.state().digest();
            String then = EarlierDigest.of(checkpoint.state());
            journal.replaceAll(row -> row.contains(now) ? checked(row.substring(0, row.lastIndexOf(',')).replace(now, then)) : row);
        }
        Files.write(run.resolve("journal.csv"), journal);
    }

    private static String checked(String row) {
        CRC32C crc = new CRC32C();
        crc.update(row.getBytes(StandardCharsets.UTF_8));
        return row + "," + HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private State state(String run, long step) throws IOException {
        return CheckpointFile.read(new RealDisk(), file(temporary.resolve(run), step), true).state();
    }

    @Test
    void theFilesAreVerifiedByTheirOwnRuleAndSaidToBeOfAnEarlierVersion() throws IOException {
        Cairn.Result all = cairn("verify", "then", "--json");
        assertThat(all.exit()).as(all.err()).isZero();
        assertThat(all.events("verified")).hasSize((int) STEPS + 1).allMatch(e -> e.get("sound").booleanValue()
                && e.get("recorded").booleanValue() && e.get("format").intValue() == 1);
        assertThat(all.events("verified").get(2).get("digest").textValue()).isEqualTo(EarlierDigest.of(state("then", 2)));
        assertThat(cairn("verify", "then").out()).contains("(format version 1)");
        assertThat(cairn("verify", "now").out()).doesNotContain("format");
        assertThat(cairn("show", "then@2").out()).contains("version 1, of an earlier Cairn");
        assertThat(cairn("show", "now@2").out()).doesNotContain("earlier");
        assertThat(state("then", 2)).isEqualTo(state("now", 2));
    }

    @Test
    void aSingleBitIsStillFound() throws IOException {
        Path file = file(temporary.resolve("then"), 2);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 9] ^= 1;
        Files.write(file, bytes);
        assertThat(cairn("verify", "then@2").exit()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void aReplayIsProvenByTheRecordedDigestsOfThen() throws IOException {
        Cairn.Result proof = cairn("verify", "then", "--replay", "--json");
        assertThat(proof.exit()).as(proof.err() + proof.out()).isZero();
        for (long step = 1; step <= STEPS; step++) {
            Files.delete(file(temporary.resolve("then"), step));
        }
        // Only the journal is left to compare with.
        assertThat(cairn("verify", "then", "--replay").exit()).isZero();
        Cairn.Result there = cairn("goto", "then", "6", "--json");
        assertThat(there.exit()).as(there.err()).isZero();
        assertThat(state("then", 6)).isEqualTo(state("now", 6));
        Cairn.Result all = cairn("verify", "then", "--json");
        assertThat(all.events("verified")).extracting(e -> e.get("format").intValue()).containsExactly(1, 2);
        assertThat(all.exit()).as(all.out()).isZero();
        assertThat(cairn("verify", "then", "--replay").exit()).isZero();
    }

    /** A digest of then that is wrong is still evidence against a state. */
    @Test
    void aRecordedDigestOfThenThatDiffersIsFound() throws IOException {
        Path journal = temporary.resolve("then/journal.csv");
        String then = EarlierDigest.of(state("then", 6));
        String other = EarlierDigest.of(state("then", 5));
        List<String> rows = new ArrayList<>(Files.readAllLines(journal));
        rows.replaceAll(row -> row.contains(then) ? checked(row.substring(0, row.lastIndexOf(',')).replace(then, other)) : row);
        Files.write(journal, rows);
        assertThat(cairn("verify", "then").exit()).isEqualTo(ExitCode.FAILED);
        assertThat(cairn("verify", "then", "--replay").exit()).isNotZero();
        Files.delete(file(temporary.resolve("then"), 6));
        assertThat(cairn("goto", "then", "6").err()).contains("checkpoint/digest", "recorded was " + other);
    }

    @Test
    void aResumeWritesTheNewVersionAndMakesTheRecordedStatesAgain() throws IOException {
        for (long step = 5; step <= STEPS; step++) {
            Files.delete(file(temporary.resolve("then"), step));
        }
        Cairn.Result resumed = cairn("resume", "then", "--steps", "12", "--save-every", "1", "--keep", "all", "--json");
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        Cairn.Result unbroken = cairn("resume", "now", "--steps", "12", "--save-every", "1", "--keep", "all", "--json");
        assertThat(resumed.digest()).isEqualTo(unbroken.digest());
        Cairn.Result all = cairn("verify", "then", "--json");
        assertThat(all.exit()).as(all.out()).isZero();
        assertThat(all.events("verified")).extracting(e -> e.get("format").intValue()).containsExactly(1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2);
        Cairn.Result proof = cairn("verify", "then", "--replay");
        assertThat(proof.exit()).as(proof.out() + proof.err()).isZero();
        for (long step = 0; step <= 12; step++) {
            assertThat(state("then", step)).isEqualTo(state("now", step));
        }
    }

    @Test
    void goingBackAndBranchingKeepTheEarlierFiles() throws IOException {
        assertThat(cairn("rollback", "then", "--to", "5").exit()).isZero();
        assertThat(cairn("branch", "then@3", "side").exit()).isZero();
        for (String run : List.of("then", "side")) {
            assertThat(cairn("verify", run).exit()).as(run).isZero();
        }
        assertThat(cairn("resume", "then", "--steps", "8", "--json").digest()).isEqualTo(state("now", 8).digest());
    }
}

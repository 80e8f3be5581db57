package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.Checkpoint;
import cairn.cli.terminal.ExitCode;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on what a killed {@code branch} or {@code rollback} has left, and on a run whose folder is a link. */
class UnfinishedTest {
    @TempDir
    private static Path temporary;

    @BeforeAll
    static void train() {
        assertThat(cairn("train", "iris", "--steps", "24", "--save-every", "1ep", "--keep", "all").exit()).isZero();
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    /** What a branch leaves that was killed before its recipe was written. */
    private static Path killedBranch(String name) throws IOException {
        Path folder = temporary.resolve(name);
        Checkpoint from;
        try (RunFolder parent = RunFolder.read(temporary.resolve("iris"), new RealDisk())) {
            from = parent.store().read(12);
        }
        try (RunFolder branch = RunFolder.create(folder, new RealDisk())) {
            branch.begin("a branch of iris at step 12", 12, List.of("run.json", "journal.csv", "recipe.yaml"));
            Files.writeString(branch.file("journal.csv"), "attempt,step,time,series,value,check\n");
            branch.store().commit(from);
            branch.store().pin(12, true);
            branch.writeText("run.json", "{}");
        }
        return folder;
    }

    @Test
    void aKilledBranchIsTakenByTheSameCommandAgain() throws IOException {
        killedBranch("again");
        Cairn.Result resumed = cairn("resume", "again");
        assertThat(resumed.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(resumed.err()).contains("a branch of iris at step 12", "not finished", "cairn gc");
        Cairn.Result branched = cairn("branch", "iris@12", "again");
        assertThat(branched.exit()).as(branched.err()).isZero();
        assertThat(cairn("log").out()).contains("again");
        assertThat(cairn("verify", "again").exit()).isZero();
        assertThat(temporary.resolve("again/unfinished.txt")).doesNotExist();
    }

    @Test
    void aKilledBranchIsListedAndCleanedAway() throws IOException {
        Path folder = killedBranch("away");
        Path begun = Files.createDirectory(temporary.resolve("begun"));
        Files.writeString(begun.resolve("lock"), "process 4711 on a-machine\n");
        Cairn.Result log = cairn("log");
        assertThat(log.exit()).isZero();
        assertThat(log.err()).contains(folder + " is no run: a branch of iris at step 12", "cairn gc");
        Cairn.Result dry = cairn("gc", "--dry-run");
        assertThat(dry.out()).contains("away", "step-000000000012.safetensors", "unfinished.txt", "not finished").contains("begun");
        assertThat(folder).exists();
        Cairn.Result done = cairn("gc", "away", "--json");
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.events("leftover")).allMatch(e -> e.get("run").textValue().equals("away") && e.get("deleted").booleanValue()).hasSize(6);
        assertThat(folder).doesNotExist();
        assertThat(cairn("gc").exit()).isZero();
        assertThat(begun).doesNotExist();
        assertThat(cairn("log").err()).isEmpty();
    }

    @Test
    void whatTheUserHasPutThereIsLeftAlone() throws IOException {
        Path folder = killedBranch("mine");
        Files.writeString(folder.resolve("notes.txt"), "mine");
        assertThat(cairn("gc").out()).doesNotContain("mine");
        Cairn.Result branched = cairn("branch", "iris@12", "mine");
        assertThat(branched.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(branched.err()).contains("holds", "files");
        assertThat(folder.resolve("notes.txt")).hasContent("mine");
        assertThat(folder.resolve("step-000000000012.safetensors")).exists();
    }

    /** The later steps are beside the real folder, and the user reads where. */
    @Test
    void aRunWhoseFolderIsALinkGoesBack() throws IOException {
        assertThat(cairn("train", "iris", "--run", "linked", "--steps", "24", "--save-every", "1ep", "--keep", "all").exit()).isZero();
        Path large = Files.createDirectory(temporary.resolve("large-disk"));
        Files.move(temporary.resolve("linked"), large.resolve("moved"));
        Files.createSymbolicLink(temporary.resolve("linked"), large.resolve("moved"));
        Cairn.Result back = cairn("rollback", "linked", "--to", "12");
        assertThat(back.exit()).as(back.err()).isZero();
        Path later = large.toRealPath().resolve("moved.before-rollback-1");
        assertThat(back.out()).contains("the later steps are now the run " + later);
        assertThat(cairn("checkpoints", later.toString()).exit()).isZero();
        assertThat(cairn("resume", "linked", "--steps", "18").exit()).isZero();
        // Its parent is found from where it is.
        assertThat(Cairn.run("log", "--dir", large.toString()).out()).contains("moved.before-rollback-1", "@12").doesNotContain("not here");
    }
}

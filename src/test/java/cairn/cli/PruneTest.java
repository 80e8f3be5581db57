package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.cli.terminal.ExitCode;
import cairn.disk.RealDisk;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that write into a run's folder: prune, pin, unpin, gc; and export, which writes elsewhere. */
class PruneTest {
    @TempDir
    private static Path trained;

    @TempDir
    private Path temporary;

    /** Steps 0, 6, 12, ..., 36; evaluated after each epoch of 6 steps; resumed at step 24. */
    @BeforeAll
    static void train() {
        for (String[] words : List.of(new String[] {"train", "iris", "--steps", "24"}, new String[] {"resume", "iris", "--steps", "36"})) {
            Cairn.Result result = Cairn.run(Stream.concat(Stream.of(words),
                    Stream.of("--save-every", "1ep", "--keep", "all", "--dir", trained.toString())).toArray(String[]::new));
            assertThat(result.exit()).as(result.err()).isZero();
        }
    }

    @BeforeEach
    void copy() throws IOException {
        Cairn.copy(trained, temporary, "iris");
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private List<Long> steps() {
        return cairn("checkpoints", "iris", "--json").lines().stream().map(l -> l.get("step").longValue()).toList();
    }

    private long best() {
        return cairn("show", "iris@best", "--json").last().get("step").longValue();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(temporary.resolve("iris"))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aDryRunSaysWhyEachIsKeptOrDeletedAndChangesNothing() throws IOException {
        List<String> before = names();
        Cairn.Result dry = cairn("prune", "iris", "--keep", "last:1", "--dry-run", "--json");
        assertThat(dry.exit()).isZero();
        assertThat(dry.events("choice")).extracting(c -> c.get("step").longValue()).containsExactly(0L, 6L, 12L, 18L, 24L, 30L, 36L);
        assertThat(dry.events("choice")).allMatch(c -> c.get("reasons").size() > 0 && c.get("bytes").longValue() > 0);
        assertThat(names()).isEqualTo(before);
        Cairn.Result text = cairn("prune", "iris", "--keep", "last:1", "--dry-run");
        assertThat(text.out()).contains("would delete").contains("no rule keeps it").contains("newest").contains("would be freed");

        Cairn.Result done = cairn("prune", "iris", "--keep", "last:1", "--json");
        assertThat(done.events("choice")).isEqualTo(dry.events("choice"));
        assertThat(done.last().get("deleted_bytes")).isEqualTo(dry.last().get("deleted_bytes"));
        assertThat(steps()).isEqualTo(done.events("choice").stream().filter(c -> c.get("kept").booleanValue())
                .map(c -> c.get("step").longValue()).toList());
    }

    /** Wherever the journal is damaged, and if it is lost: the checkpoints themselves say where an attempt began. */
    @Test
    void withADamagedJournalTheOneResumedFromIsKeptToo() throws IOException {
        assertThat(cairn("resume", "iris", "--steps", "60", "--save-every", "1ep", "--keep", "all").exit()).isZero();
        Path journal = temporary.resolve("iris/journal.csv");
        List<String> sound = Files.readAllLines(journal);
        for (int line = 0; line < sound.size(); line += line == 0 ? 1 : 13) {
            List<String> damaged = new ArrayList<>(sound);
            damaged.set(line, "garbage");
            Files.write(journal, damaged);
            requireKept("line " + line);
        }
        Files.write(journal, sound.subList(0, 1));
        requireKept("no row");
        Files.delete(journal);
        requireKept("no journal");
        Files.createDirectory(journal);
        requireKept("a folder");
        assertThat(cairn("prune", "iris", "--keep", "last:1").exit()).isZero();
        assertThat(steps()).contains(36L, 60L).doesNotContain(48L);
    }

    private void requireKept(String damage) {
        Cairn.Result dry = cairn("prune", "iris", "--keep", "last:1", "--dry-run", "--json");
        assertThat(dry.exit()).as(damage + ": " + dry.err()).isZero();
        assertThat(dry.events("choice")).as(damage).filteredOn(c -> c.get("kept").booleanValue()).extracting(c -> c.get("step").longValue())
                .contains(36L, 60L);
    }

    /** Field bugs 26 and 27. */
    @Test
    void theNewestTheBestThePinnedAndTheOneResumedFromAreAlwaysKept() {
        assertThat(cairn("pin", "iris@6").exit()).isZero();
        long best = best();
        assertThat(cairn("prune", "iris", "--keep", "pinned,1B").exit()).isZero();
        assertThat(steps()).isEqualTo(Stream.of(6L, 24L, 36L, best).sorted().distinct().toList());
        JsonNode resumed = cairn("prune", "iris", "--dry-run", "--json").events("choice").stream()
                .filter(c -> c.get("step").longValue() == 24).findFirst().orElseThrow();
        assertThat(resumed.get("reasons").toString()).contains("protected");
    }

    @Test
    void withoutRulesThoseOfTheRecipeHold() {
        Cairn.Result pruned = cairn("prune", "iris", "--json");
        assertThat(pruned.last().get("rules").textValue()).isEqualTo("all");
        assertThat(pruned.last().get("deleted").intValue()).isZero();
    }

    @Test
    void theBestByAnyMetricOfTheEvaluationMayBeKept() {
        List<JsonNode> all = cairn("checkpoints", "iris", "--json").lines();
        JsonNode metrics = all.get(all.size() - 1).get("metrics");
        assertThat(metrics.has("accuracy")).isTrue();
        double lowest = all.stream().filter(c -> c.get("metrics").has("accuracy")).mapToDouble(c -> c.get("metrics").get("accuracy").doubleValue())
                .min().orElseThrow();
        Cairn.Result dry = cairn("prune", "iris", "--keep", "best:1:min:accuracy", "--dry-run", "--json");
        JsonNode kept = dry.events("choice").stream().filter(c -> c.get("reasons").toString().contains("best:1:min:accuracy")).findFirst()
                .orElseThrow();
        assertThat(all.stream().filter(c -> c.get("step").equals(kept.get("step"))).findFirst().orElseThrow().get("metrics").get("accuracy")
                .doubleValue()).isEqualTo(lowest);
    }

    @Test
    void aMetricThatNoCheckpointHasIsRefusedBeforeAnythingIsDeleted() {
        Cairn.Result wrong = cairn("prune", "iris", "--keep", "best:1:max:acuracy");
        assertThat(wrong.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("no checkpoint has the metric 'acuracy'").contains("did you mean 'accuracy'?");
        assertThat(steps()).hasSize(7);
        assertThat(cairn("train", "iris", "--run", "other", "--keep", "best:1:max:acuracy").err()).contains("run.keep")
                .contains("did you mean 'accuracy'?");
        assertThat(cairn("resume", "iris", "--keep", "best:1:max:acuracy").err()).contains("did you mean 'accuracy'?");
    }

    @Test
    void aDamagedCheckpointIsLeftAloneAndReported() throws IOException {
        Path damaged = temporary.resolve("iris/step-000000000012.safetensors");
        Files.write(damaged, new byte[9]);
        Cairn.Result pruned = cairn("prune", "iris", "--keep", "last:1");
        assertThat(pruned.exit()).isZero();
        assertThat(pruned.err()).contains("left alone").contains(damaged.toString());
        assertThat(damaged).exists();
    }

    @Test
    void aStepThatWasNotSavedIsMadeACheckpointAndPinned() {
        assertThat(cairn("checkpoints", "iris").out().lines()).noneMatch(l -> l.matches(" *13 .*"));
        Cairn.Result pinned = cairn("pin", "iris@13");
        assertThat(pinned.exit()).as(pinned.err()).isZero();
        assertThat(pinned.err()).contains("iris@13: restoring step 12, replaying 1 step");
        assertThat(cairn("checkpoints", "iris").out().lines()).anyMatch(l -> l.matches(" *13 .*pinned"));
    }

    @Test
    void pinningTwiceChangesNothingAndUnpinnedMayBeDeleted() {
        assertThat(cairn("pin", "iris@12").exit()).isZero();
        assertThat(cairn("pin", "iris@12", "--json").last().get("pinned").booleanValue()).isTrue();
        assertThat(cairn("checkpoints", "iris").out().lines()).anyMatch(l -> l.matches(" *12 .*pinned"));
        cairn("prune", "iris", "--keep", "last:1");
        assertThat(steps()).contains(12L);
        assertThat(cairn("unpin", "iris@12", "--json").last().get("pinned").booleanValue()).isFalse();
        cairn("prune", "iris", "--keep", "last:1");
        assertThat(steps()).doesNotContain(12L);
        assertThat(cairn("pin", "iris@12").exit()).as("trained again").isZero();
        assertThat(steps()).contains(12L);
    }

    @Test
    void aDamagedCheckpointIsNotPinned() throws IOException {
        Path damaged = temporary.resolve("iris/step-000000000012.safetensors");
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length - 3] ^= 4;
        Files.write(damaged, bytes);
        Cairn.Result pin = cairn("pin", "iris@12");
        assertThat(pin.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(pin.err()).contains("damaged checkpoint " + damaged);
        assertThat(names()).noneMatch(n -> n.endsWith(".pinned"));
    }

    @Test
    void leftoversAreListedThenDeletedAndNothingElseIsTouched() throws IOException {
        List<String> before = names();
        List<String> ours = List.of("pending-run.json", "pending-step-000000000099.safetensors", "step-000000000099.pinned");
        for (String name : ours) {
            Files.writeString(temporary.resolve("iris").resolve(name), "12345");
        }
        Files.writeString(temporary.resolve("iris/pending-letter.txt"), "mine");
        Cairn.Result dry = cairn("gc", "--dry-run", "--json");
        assertThat(dry.events("leftover")).extracting(l -> l.get("file").textValue()).containsExactlyInAnyOrderElementsOf(ours);
        assertThat(dry.last().get("bytes").longValue()).isEqualTo(15);
        assertThat(names()).containsAll(ours);

        Cairn.Result done = cairn("gc", "iris", "--json");
        assertThat(done.exit()).isZero();
        assertThat(done.events("leftover")).extracting(l -> l.get("file").textValue()).containsExactlyInAnyOrderElementsOf(ours);
        assertThat(names()).containsExactlyInAnyOrderElementsOf(Stream.concat(before.stream(), Stream.of("pending-letter.txt")).toList());
        assertThat(cairn("gc").out()).contains("no leftovers");
    }

    /** Field bug 37: a run that another process writes is read and not written. */
    @Test
    void whileAnotherProcessTrainsTheRunItIsOnlyRead() throws IOException {
        Files.writeString(temporary.resolve("iris/pending-step-000000000042.safetensors"), "being written");
        // For the lock, this process counts as another one.
        try (DirectoryStore held = DirectoryStore.writing(temporary.resolve("iris"), new RealDisk())) {
            Files.writeString(temporary.resolve("iris/pending-step-000000000042.safetensors"), "being written");
            List<String> before = names();
            for (String command : List.of("prune iris --keep last:1", "pin iris@12", "unpin iris@12", "gc iris")) {
                Cairn.Result refused = cairn(command.split(" "));
                assertThat(refused.exit()).as(command).isEqualTo(ExitCode.REFUSED);
                assertThat(refused.err()).contains("is being written by process " + ProcessHandle.current().pid() + " on ");
            }
            assertThat(cairn("gc").err()).contains("left alone: ");
            assertThat(cairn("gc").exit()).isZero();
            assertThat(cairn("gc", "--json").events("skipped")).hasSize(1);
            for (String command : List.of("prune iris --keep last:1 --dry-run", "gc iris --dry-run", "verify iris", "checkpoints iris",
                    "show iris@12", "diff iris@12 iris", "export iris@12 " + temporary.resolve("w.npz"))) {
                assertThat(cairn(command.split(" ")).exit()).as(command).isZero();
            }
            assertThat(names()).isEqualTo(before);
            assertThat(held.steps()).hasSize(7);
        }
    }

    @Test
    void weightsAreExportedAloneAndNeverOverSomethingElse() throws IOException {
        Path file = temporary.resolve("weights.safetensors");
        Cairn.Result exported = cairn("export", "iris@12", file.toString(), "--json");
        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(exported.last().get("tensors").intValue()).isEqualTo(4);
        assertThat(exported.last().get("bytes").longValue()).isEqualTo(Files.size(file));
        String head = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(head).contains("\"0.dense/weight\"").doesNotContain("\"optimizer/").doesNotContain("\"model/");
        byte[] bytes = Files.readAllBytes(file);

        Cairn.Result again = cairn("export", "iris@18", file.toString());
        assertThat(again.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(again.err()).contains(file.toString()).contains("not replaced");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(cairn("export", "iris@12", temporary.resolve("w.npy").toString()).err()).contains("did you mean '.npz'?");
        assertThat(cairn("export", "iris@12", temporary.resolve("no/w.npz").toString()).err()).contains("there is no folder");
        assertThat(cairn("export", "iris@12", temporary.resolve("w.npz").toString()).out()).contains("4 tensors");
    }
}

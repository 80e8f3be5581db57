package cairn.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {
    @TempDir
    private static Path trained;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void train() {
        assertThat(Cairn.run("train", "iris", "--steps", "3", "--save-every", "1", "--keep", "all", "--dir",
                trained.toString()).exit()).isZero();
        assertThat(Cairn.run("train", "iris", "--seed", "5", "--run", "other", "--steps", "2", "--dir",
                trained.toString()).exit()).isZero();
    }

    @BeforeEach
    void copy() throws IOException {
        Cairn.copy(trained, temporary, "iris", "other");
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private Path file(String run, long step) {
        return temporary.resolve(run).resolve(String.format("step-%012d.safetensors", step));
    }

    @Test
    void aSoundRunIsSoundAndItsJournalSaysSo() {
        Cairn.Result all = cairn("verify", "iris", "--json");
        assertThat(all.exit()).isZero();
        assertThat(all.events("verified")).hasSize(4).allMatch(e -> e.get("sound").booleanValue() && e.get("recorded").booleanValue());
        assertThat(all.events("verified")).extracting(e -> e.get("digest"))
                .isEqualTo(cairn("checkpoints", "iris", "--json").lines().stream().map(e -> e.get("digest")).toList());
        assertThat(all.last().get("problems").intValue()).isZero();
        assertThat(cairn("verify", "iris").out()).contains("step-000000000002.safetensors  sound").contains("4 checkpoints, sound");
    }

    @Test
    void oneCheckpointMayBeVerified() throws IOException {
        Files.write(file("iris", 1), new byte[30]);
        assertThat(cairn("verify", "iris@2").exit()).isZero();
        assertThat(cairn("verify", "iris@2").out()).contains("1 checkpoint, sound");
        assertThat(cairn("verify", "iris@1").exit()).isEqualTo(ExitCode.FAILED);
        assertThat(cairn("verify", "iris@best").exit()).isEqualTo(ExitCode.USAGE);
        // A step without a checkpoint is trained again, if the run has come to it.
        assertThat(cairn("verify", "iris@7").err()).contains("step 7").contains("trained to step");
    }

    @Test
    void everyProblemIsReportedWithFilePathAndOffset() throws IOException {
        byte[] bytes = Files.readAllBytes(file("iris", 1));
        bytes[bytes.length - 1] ^= 1;
        Files.write(file("iris", 1), bytes);
        try (var channel = Files.newByteChannel(file("iris", 2), StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file("iris", 2)) - 5);
        }
        Cairn.Result all = cairn("verify", "iris", "--json");
        assertThat(all.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(all.events("verified")).extracting(e -> e.get("sound").booleanValue()).containsExactly(true, false, false, true);
        JsonNode flipped = all.events("verified").get(1);
        assertThat(flipped.get("file").textValue()).isEqualTo(file("iris", 1).getFileName().toString());
        assertThat(cairn("show", "iris@0", "--json").last().get("tensors")).anyMatch(t -> t.get("path").equals(flipped.get("where")));
        assertThat(flipped.get("offset").longValue()).isBetween(1L, (long) bytes.length - 1);
        assertThat(flipped.get("message").textValue()).contains(file("iris", 1).toString()).contains("CRC-32C")
                .contains("byte " + flipped.get("offset"));
        assertThat(all.last().get("problems").intValue()).isEqualTo(2);
        assertThat(cairn("verify", "iris").out()).contains("NOT SOUND").contains("2 of 4 checkpoints not sound");
    }

    /** A sound file in the wrong run is found only by the journal. */
    @Test
    void aSoundCheckpointOfAnotherTrainingIsFoundByTheJournal() throws IOException {
        Files.copy(file("other", 2), file("iris", 2), StandardCopyOption.REPLACE_EXISTING);
        Cairn.Result all = cairn("verify", "iris", "--json");
        assertThat(all.exit()).isEqualTo(ExitCode.FAILED);
        JsonNode foreign = all.events("verified").get(2);
        assertThat(foreign.get("sound").booleanValue()).isFalse();
        assertThat(foreign.get("where").textValue()).isEqualTo("cairn.digest");
        assertThat(foreign.get("message").textValue()).contains("not the one that was saved at this step")
                .contains(cairn("show", "other@2", "--json").last().get("digest").textValue());
    }

    @Test
    void aNewerVersionIsRefusedWithTheVersion() throws IOException {
        byte[] bytes = Files.readAllBytes(file("iris", 3));
        int head = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        String text = new String(bytes, 0, head, ISO_8859_1).replaceFirst("\"cairn.format\":\"2\"", "\"cairn.format\":\"9\"")
                .replaceFirst("(crc32c\":\")[0-9a-f]{8}", "$100000000");
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(ISO_8859_1));
        text = text.replaceFirst("00000000", HexFormat.of().toHexDigits((int) crc.getValue()));
        System.arraycopy(text.getBytes(ISO_8859_1), 0, bytes, 0, head);
        Files.write(file("iris", 3), bytes);
        Cairn.Result newest = cairn("verify", "iris@3");
        assertThat(newest.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(newest.out()).contains("it has format version 9, this program reads versions 1 to 2").contains("Use that one");
    }

    /** What cannot be resumed is not sound, whatever its checksums say. */
    @Test
    void filesThatDoNotFitTogetherAreNotSound() throws IOException {
        String recipe = Files.readString(temporary.resolve("iris/recipe.yaml"));
        for (String text : List.of("", recipe.substring(0, recipe.length() / 2), "model: 3", recipe.replace("batch-size: ", "batch-size: 1"))) {
            Files.writeString(temporary.resolve("iris/recipe.yaml"), text);
            Cairn.Result verified = cairn("verify", "iris", "--json");
            assertThat(verified.exit()).as(text).isEqualTo(ExitCode.FAILED);
            assertThat(verified.out()).containsAnyOf("recipe.yaml\",\"sound\":false", "it belongs to another recipe");
            assertThat(cairn("resume", "iris", "--steps", "4").exit()).as(text).isNotZero();
        }
        Files.writeString(temporary.resolve("iris/recipe.yaml"), recipe);
        assertThat(cairn("verify", "iris").exit()).isZero();
        String facts = Files.readString(temporary.resolve("iris/run.json"));
        for (String text : List.of("[]", facts.substring(0, facts.length() / 2), facts.replaceFirst("\"run-id\" : \"....", "\"run-id\" : \"0000"))) {
            Files.writeString(temporary.resolve("iris/run.json"), text);
            Cairn.Result verified = cairn("verify", "iris");
            assertThat(verified.exit()).as(text).isEqualTo(ExitCode.FAILED);
            assertThat(verified.out()).containsAnyOf("run.json  NOT SOUND", "another run made it");
        }
    }

    /** The checkpoints of another run, or of another training under the name of this one. */
    @Test
    void checkpointsOfAnotherRunAreNotSound() throws IOException {
        Files.delete(temporary.resolve("iris/journal.csv"));
        for (long step = 0; step <= 2; step += 2) {
            Files.copy(file("other", step), file("iris", step), StandardCopyOption.REPLACE_EXISTING);
        }
        Cairn.Result all = cairn("verify", "iris", "--json");
        assertThat(all.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(all.events("verified")).extracting(e -> e.get("sound").booleanValue()).containsExactly(false, true, false, true);
        assertThat(all.events("verified").get(0).get("message").textValue()).contains("another run made it");
    }

    @Test
    void aNameWithoutAFileIsNotSound() throws IOException {
        Files.createSymbolicLink(file("iris", 9), temporary.resolve("nowhere"));
        Files.createDirectory(file("iris", 8));
        Cairn.Result all = cairn("verify", "iris", "--json");
        assertThat(all.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(all.events("verified")).extracting(e -> e.get("sound").booleanValue()).containsExactly(true, true, true, true, false, false);
    }

    @Test
    void aDamagedJournalIsAProblemAndTheCheckpointsAreStillVerified() throws IOException {
        Files.writeString(temporary.resolve("iris/journal.csv"), "nonsense\n", StandardOpenOption.APPEND);
        Cairn.Result all = cairn("verify", "iris", "--json");
        assertThat(all.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(all.events("verified").get(0).get("file").textValue()).isEqualTo("journal.csv");
        // The rows before the damage are still compared.
        assertThat(all.events("verified").subList(1, 5)).allMatch(e -> e.get("sound").booleanValue() && e.get("recorded").booleanValue());
        assertThat(cairn("verify", "iris").out()).contains("journal.csv  NOT SOUND").contains("line ");
    }
}

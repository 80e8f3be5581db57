package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --weights} and {@code --freeze}. */
class TransferTest {
    @TempDir
    private static Path temporary;

    private static Path export;

    @BeforeAll
    static void train() {
        cairn("train", "iris", "--epochs", "3", "--keep", "all");
        export = temporary.resolve("iris.safetensors");
        assertThat(cairn("export", "iris@18", export.toString()).exit()).isZero();
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private static JsonNode difference(String from, String to, String path) {
        return cairn("diff", from, to,
                "--json").lines().stream().filter(l -> l.path("path").asText().equals(path)).findFirst().orElseThrow();
    }

    @Test
    void aRunStartsWithTheWeightsOfAnotherAndSaysWhatItCopied() throws IOException {
        Cairn.Result told = cairn("train", "iris", "--run", "tuned", "--weights", "iris@18", "--select", "0.dense", "--freeze", "0.dense",
                "--epochs", "2",
                "--keep", "last:1");
        assertThat(told.exit()).as(told.err()).isZero();
        assertThat(told.out()).contains("copied       model/ (2 of 4)").contains("initialized  model/2.dense/weight  not selected");
        String digest = cairn("show", "iris@18", "--json").last().get("digest").textValue();
        assertThat(Files.readString(temporary.resolve("tuned/recipe.yaml"))).contains(digest).contains("iris@18");
        for (String step : new String[] {"tuned@0", "tuned@12"}) {
            assertThat(difference("iris@18", step, "model/0.dense/weight").get("equal").booleanValue()).as(step).isTrue();
            assertThat(difference("iris@18", step, "model/2.dense/weight").get("equal").booleanValue()).as(step).isFalse();
        }
        assertThat(cairn("checkpoints", "tuned", "--json").lines()).as("step 0 stays").extracting(c -> c.path("step").longValue())
                .contains(0L);
    }

    @Test
    void theFileIsNeededToStartAndNotToResume() throws IOException {
        Path file = Files.copy(export, temporary.resolve("first.safetensors"));
        Cairn.Result started = cairn("train", "iris", "--run", "from-file", "--weights", file.toString(), "--epochs", "2", "--json");
        assertThat(started.exit()).as(started.err()).isZero();
        assertThat(started.events("weights")).hasSize(1).allSatisfy(w -> assertThat(w.get("copied")).hasSize(4));
        String unbroken = cairn("train", "iris", "--run", "whole", "--weights", file.toString(), "--epochs", "4",
                "--json").last().get("digest").textValue();
        Files.delete(file);
        Cairn.Result resumed = cairn("resume", "from-file", "--epochs", "4", "--json");
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertThat(resumed.last().get("digest").textValue()).isEqualTo(unbroken);
        Cairn.Result again = cairn("train", temporary.resolve("from-file/recipe.yaml").toString(), "--run", "again");
        assertThat(again.exit()).isNotZero();
        assertThat(again.err()).contains("first.safetensors");
    }

    @Test
    void theSameWeightsUnderAnotherPathAreAnotherRecipeAndTheSameNumbers() throws IOException {
        for (String name : new String[] {"here", "there"}) {
            Path file = Files.copy(export, temporary.resolve(name + ".safetensors"));
            assertThat(cairn("train", "iris", "--run", name, "--weights", file.toString(), "--steps", "12").exit()).isZero();
        }
        assertThat(cairn("diff", "here", "there", "--json").lines()).filteredOn(l -> l.has("path") && !l.path("equal").booleanValue())
                .extracting(l -> l.path("path").textValue()).containsExactly("recipe/digest");
    }

    @Test
    void otherWeightsThanTheRecipeNamesAreRefused() throws IOException {
        Path file = Files.copy(export, temporary.resolve("changing.safetensors"));
        assertThat(cairn("train", "iris", "--run", "sealed", "--weights", file.toString(), "--steps", "2").exit()).isZero();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        Cairn.Result refused = cairn("train", temporary.resolve("sealed/recipe.yaml").toString(), "--run", "other");
        assertThat(refused.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("weights.digest").contains("the weights differ");
        assertThat(temporary.resolve("other")).doesNotExist();
    }

    /** An exported file says its columns and classes, and they are compared by name as those of a run. */
    @Test
    void theNumbersOfAFileGoWhereTheirNamesAre() throws IOException {
        StringBuilder rows = new StringBuilder("petal-width-cm,sepal-length-cm,sepal-width-cm,petal-length-cm,kind\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i % 7).append(',').append(i % 5).append(',').append(i % 3).append(',').append(i % 11).append(',')
                    .append(new String[] {"Lilie", "Rose", "Nelke"}[i % 3]).append('\n');
        }
        Path flowers = Files.writeString(temporary.resolve("flowers.csv"), rows);
        Cairn.Result other = cairn("train", "iris", "--run", "other-names", "--weights", export.toString(), "--steps", "1",
                "--set", "data={set: csv, file: '" + flowers + "', label: kind}");
        assertThat(other.exit()).as(other.err()).isZero();
        assertThat(other.out()).contains("its inputs are other columns").contains("taken by name: [petal-width-cm, sepal-length-cm")
                .contains("its outputs are other classes");
    }

    @Test
    void namesAreMappedAndMistakesNamed() {
        Cairn.Result mapped = cairn("train", "iris", "--run", "mapped", "--weights", export.toString(), "--rename", "2.dense=3.dense",
                "--steps", "1",
                "--set", "model=[{dense: {units: 16}}, tanh, {dropout: {rate: 0.1}}, {dense: {units: 3}}]");
        assertThat(mapped.exit()).as(mapped.err()).isZero();
        assertThat(mapped.out()).contains("was model/2.dense/weight");
        assertThat(cairn("train", "iris", "--run", "x", "--weights", export.toString(), "--rename", "2.dens=3.dense").err())
                .contains("did you mean '2.dense'?");
        assertThat(cairn("train", "iris", "--run", "x", "--weights", "irs@18").err()).contains("did you mean 'iris'?");
        assertThat(cairn("train", "iris", "--run", "x", "--weights", "none.safetensors").err()).contains("there is no such file");
        assertThat(cairn("train", "iris", "--run", "x", "--freeze", "0.dens").err()).contains("did you mean '0.dense'?");
        assertThat(cairn("train", "iris", "--run", "x", "--select", "0.dense").err()).contains("--weights");
        assertThat(cairn("train", "wine", "--run", "x", "--weights", "iris@18").err()).contains("nothing of the model")
                .contains("its inputs are other columns").contains("its outputs are other classes");
        assertThat(temporary.resolve("x")).doesNotExist();
    }
}

package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code run.json} of one run, damaged in every way: the other runs are still listed, and the message names the file. */
class HostileRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path runs;
    private static byte[] sound;

    @BeforeAll
    static void threeRunsOfWhichOneIsABranch() throws IOException {
        assertThat(cairn("train", "iris", "--run", "alpha", "--steps", "2", "--save-every", "1", "--keep", "all").exit()).isZero();
        assertThat(cairn("branch", "alpha@1", "middle", "--set", "optimizer.learning-rate=0.001").exit()).isZero();
        assertThat(cairn("train", "iris", "--run", "omega", "--steps", "1").exit()).isZero();
        sound = Files.readAllBytes(runs.resolve("middle/run.json"));
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.run(Stream.concat(Stream.of(args), Stream.of("--dir", runs.toString())).toArray(String[]::new));
    }

    /** Each place in the file removed, and replaced by a value of each kind. */
    private static Map<String, byte[]> damaged() throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        List<JsonNode> values = new ArrayList<>(List.of(JSON.nullNode(), JSON.getNodeFactory().booleanNode(true),
                JSON.getNodeFactory().numberNode(0), JSON.getNodeFactory().numberNode(-1), JSON.getNodeFactory().numberNode(1e300),
                JSON.readTree("123456789012345678901234567890"), JSON.createArrayNode(), JSON.createArrayNode().add(JSON.createArrayNode()),
                JSON.createObjectNode(), JSON.getNodeFactory().textNode(""), JSON.getNodeFactory().textNode("half \ud800")));
        HostileTexts.ALL.forEach(text -> values.add(JSON.getNodeFactory().textNode(text)));
        JsonNode tree = JSON.readTree(sound);
        for (String place : places("", tree)) {
            all.put(place + " removed", changed(place, null));
            for (int i = 0; i < values.size(); i++) {
                all.put(place + " = value " + i, changed(place, values.get(i)));
            }
        }
        String text = new String(sound, StandardCharsets.UTF_8);
        for (int length = 0; length < sound.length; length += 37) {
            all.put("cut at " + length, Arrays.copyOf(sound, length));
        }
        Stream.of("", "null", "[]", "{}", "{", "\"text\"", "{}{}", "\u0000".repeat(300), "[".repeat(100_000), "{\"a\":".repeat(50_000),
                "\ufeff" + text, text + "x", text.replaceFirst("\\{", "{\"parent\": 3, "), "{\"parent\": " + "9".repeat(2000) + "}",
                "{\"parent\": \"" + "x".repeat(1 << 20) + "\"}").forEach(t -> all.put("text " + all.size(), t.getBytes(StandardCharsets.UTF_8)));
        byte[] latin = text.replace("middle", "m\u00edddle").replace("alpha", "\u00e4lpha").getBytes(StandardCharsets.ISO_8859_1);
        all.put("no UTF-8", latin);
        return all;
    }

    private static List<String> places(String at, JsonNode node) {
        List<String> all = new ArrayList<>();
        if (node instanceof ObjectNode object) {
            object.properties().forEach(e -> {
                String place = at + "/" + e.getKey();
                all.add(place);
                if (!at.equals("/environment")) {
                    all.addAll(places(place, e.getValue()));
                }
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                all.add(at + "/" + i);
            }
        }
        return all;
    }

    private static byte[] changed(String place, JsonNode value) {
        try {
            JsonNode tree = JSON.readTree(sound);
            JsonNode parent = tree.at(place.substring(0, place.lastIndexOf('/')));
            String name = place.substring(place.lastIndexOf('/') + 1);
            if (parent instanceof ObjectNode object) {
                object.remove(name);
                if (value != null) {
                    object.set(name, value);
                }
            } else if (value == null) {
                ((ArrayNode) parent).remove(Integer.parseInt(name));
            } else {
                ((ArrayNode) parent).set(Integer.parseInt(name), value);
            }
            return JSON.writeValueAsString(tree).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theOtherRunsAreListedAndTheBadOneIsNamed() throws IOException {
        int refused = 0;
        int accepted = 0;
        Path file = runs.resolve("middle/run.json");
        for (Map.Entry<String, byte[]> damage : damaged().entrySet()) {
            Files.write(file, damage.getValue());
            for (boolean isJson : new boolean[] {false, true}) {
                Cairn.Result log = isJson ? cairn("log", "--json") : cairn("log");
                String what = damage.getKey() + ": " + log;
                HostileTexts.check(log, what);
                assertThat(log.out()).as(what).contains("alpha").contains("omega");
                if (log.exit() == ExitCode.OK) {
                    accepted++;
                    assertThat(log.out()).as(what).contains("middle");
                } else {
                    refused++;
                    assertThat(log.exit()).as(what).isEqualTo(ExitCode.FAILED);
                    assertThat(log.err()).as(what).contains("run middle is not shown", file.toString());
                    assertThat(log.err()).as(what).hasSizeLessThan(1000);
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
        assertThat(accepted).isGreaterThan(100);
        Files.write(file, sound);
        assertThat(cairn("log").exit()).isZero();
    }

    /** Commands on the bad run itself, and on all runs: an answer, or a refusal that names the file. Nothing of the run changes. */
    @Test
    void everyCommandOnTheBadRunAnswersOrNamesTheFile() throws IOException {
        Path file = runs.resolve("middle/run.json");
        List<byte[]> some = new ArrayList<>(damaged().values());
        for (int i = 0; i < some.size(); i += 23) {
            for (String[] command : new String[][] {{"show", "middle"}, {"checkpoints", "middle"}, {"verify", "middle"}, {"gc", "--dry-run"},
                {"prune", "middle", "--dry-run"}, {"diff", "middle", "alpha"}, {"goto", "middle", "1"}, {"goto", "middle", "0"},
                {"evaluate", "middle"}, {"resume", "middle", "--steps", "1"}, {"rollback", "middle", "--to", "1"},
                {"branch", "middle", "other"}, {"bisect", "middle", "--when", "loss>1000"}}) {
                Files.write(file, some.get(i));
                Cairn.Result result = cairn(command);
                String what = "damage " + i + ", " + List.of(command) + ": " + result;
                HostileTexts.check(result, what);
                if (result.exit() != ExitCode.OK && !command[0].equals("verify") && !what.contains("cannot be reached")) {
                    assertThat(result.err()).as(what).contains(file.toString());
                }
                deleteOther();
            }
        }
        Files.write(file, sound);
        assertThat(cairn("verify", "middle").exit()).isZero();
    }

    private static void deleteOther() throws IOException {
        Path other = runs.resolve("other");
        if (Files.exists(other)) {
            try (Stream<Path> files = Files.list(other)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(other);
        }
    }
}

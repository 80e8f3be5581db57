package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Whatever a user writes, as an argument or in a recipe: an answer, or an error that was thought of. */
class HostileInputTest {
    private static final List<String> VALUES = List.of("2147483647", "-2147483648", "-1", "0", "9223372036854775807", "1e308", "nan", "''", "x",
            "[1,2]", "{}", "100000000000000000000000", "\u001b[31m", "iris@", "@1", "..", "/dev/null/x", "1ep", "\u0000");
    /** They train as long as their numbers say, or take minutes. */
    private static final Set<String> LONG = Set.of("lab", "doctor");
    private static final Set<String> LENGTHS = Set.of("--epochs", "--steps", "--patience");
    private static final String RECIPE = """
            name: b
            data: {set: blobs, rows: 60, classes: 3, batch-size: 11, micro-batches: 2, validation: 10, test: 0.2}
            model: [dense: {units: 4}, batch-norm, relu, dropout: {rate: 0.2}, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            schedule: {kind: cosine, over: 10}
            evaluate: {every: 6}
            recovery: {back: 2, spike: {window: 10}}
            run: {epochs: 1}
            """;

    @TempDir
    private static Path temporary;
    private static Path runs;

    private static Set<String> before;

    @BeforeAll
    static void aRun() throws IOException {
        before = namesHere();
        runs = temporary.resolve("runs");
        assertThat(Cairn.run("train", "iris", "--steps", "2", "--save-every", "1", "--keep", "all", "--dir", runs.toString()).exit()).isZero();
    }

    /** No command writes into the working directory unless it is told to. */
    @AfterAll
    static void nothingStandsInTheWorkingDirectory() throws IOException {
        assertThat(namesHere()).isEqualTo(before);
    }

    private static Set<String> namesHere() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(""))) {
            return all.map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Cairn.Result check(List<String> args) {
        Cairn.Result result = Cairn.run(args.toArray(String[]::new));
        HostileTexts.check(result, args.toString());
        assertThat(result.exit()).as("%s", args).isIn(ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.REFUSED);
        assertThat(result.exit() == ExitCode.OK || !result.err().isBlank()).as("%s is silent", args).isTrue();
        return result;
    }

    @Test
    void everyOptionOfEveryCommand() {
        Map<String, CommandLine> commands = Main.commandLine(Host.plain(System.out, System.err)).getSubcommands();
        int tried = 0;
        for (Map.Entry<String, CommandLine> command : commands.entrySet()) {
            if (LONG.contains(command.getKey())) {
                continue;
            }
            for (OptionSpec option : command.getValue().getCommandSpec().options()) {
                boolean takesValue = option.arity().max() > 0;
                if (!takesValue || LENGTHS.contains(option.longestName())) {
                    continue;
                }
                for (String value : VALUES) {
                    List<String> args = new ArrayList<>(List.of(command.getKey()));
                    args.addAll(arguments(command.getKey()));
                    // A relative path would be one in the folder of the project.
                    args.addAll(List.of(option.longestName(), option.type() == Path.class || option.longestName().equals("--tensorboard") ? temporary + "/" + value : value));
                    if (!option.longestName().equals("--dir")) {
                        args.addAll(takes(command.getValue(), "--dir") ? List.of("--dir", runs.toString()) : List.of());
                    }
                    check(args);
                    tried++;
                }
            }
        }
        assertThat(tried).isGreaterThan(500);
    }

    private static boolean takes(CommandLine command, String option) {
        return command.getCommandSpec().findOption(option) != null;
    }

    private static List<String> arguments(String command) {
        return switch (command) {
            case "train" -> List.of("iris", "--steps", "1", "--run", "other");
            case "resume" -> List.of("iris", "--steps", "2");
            case "branch" -> List.of("iris@1", "new");
            case "goto" -> List.of("iris", "1");
            case "watch" -> List.of("iris", "--at", "1");
            case "diff" -> List.of("iris@1", "iris@2");
            case "export" -> List.of("iris", temporary.resolve("weights.npz").toString());
            case "predict" -> List.of("iris", temporary.resolve("rows.csv").toString());
            case "log", "gc", "data", "recipes" -> List.of();
            default -> List.of("iris@2");
        };
    }

    @Test
    void everyPlaceOfEveryCommand() {
        for (String command : List.of("resume", "rollback", "goto", "bisect", "branch", "compare", "evaluate", "predict", "checkpoints", "show",
                "diff", "verify", "prune", "pin", "unpin", "export", "gc", "recipes", "train")) {
            for (String value : VALUES) {
                for (List<String> words : List.of(List.of(command, value), List.of(command, value, value), List.of(command, "iris", value),
                        List.of(command, "iris@" + value, value))) {
                    List<String> args = new ArrayList<>(words);
                    if (!command.equals("recipes")) {
                        args.addAll(List.of("--dir", runs.toString()));
                    }
                    check(args);
                }
            }
        }
    }

    /** Each setting of a recipe, each value. One step is trained if the value is right. */
    @Test
    void everySettingOfARecipe() throws IOException {
        Path file = temporary.resolve("b.yaml");
        Files.writeString(file, RECIPE);
        JsonNode tree = new ObjectMapper(new YAMLFactory()).readTree(Cairn.run("recipes", file.toString(), "--full").out());
        int run = 0;
        for (String place : places("", tree)) {
            for (String value : VALUES.subList(0, 13)) {
                check(List.of("train", file.toString(), "--steps", "1", "--run", "r" + run++, "--dir", runs.toString(), "--set",
                        place + "=" + value));
            }
        }
        assertThat(run).isGreaterThan(500);
    }

    private static List<String> places(String at, JsonNode node) {
        List<String> all = new ArrayList<>();
        if (node instanceof ObjectNode object) {
            object.properties().forEach(e -> {
                String place = at.isEmpty() ? e.getKey() : at + "." + e.getKey();
                all.add(place);
                all.addAll(places(place, e.getValue()));
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                all.addAll(places(at + "." + i, array.get(i)));
            }
        }
        return all;
    }

    @Test
    void aRecipeFileThatIsNoRecipe() throws IOException {
        Path file = temporary.resolve("hostile.yaml");
        byte[] sound = RECIPE.getBytes(StandardCharsets.UTF_8);
        List<byte[]> all = new ArrayList<>(Stream.of("", "[]", "3", "a: b", "name: x", "\u0000", "a: &a [*a]", "x: !!java.net.URL [a]",
                "[".repeat(50_000), "{a: ".repeat(50_000), "a: \"" + "x".repeat(100_000), RECIPE + RECIPE, "---\n---\n", "? a\n: b", "%YAML 9",
                RECIPE + "x: y\n").map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
        all.add("name: \u00e4".getBytes(StandardCharsets.ISO_8859_1));
        all.add(new byte[17 << 20]);
        for (int i = 0; i < sound.length; i += 11) {
            byte[] flipped = sound.clone();
            flipped[i] ^= 0x10;
            all.add(flipped);
        }
        for (byte[] bytes : all) {
            Files.write(file, bytes);
            Cairn.Result result = check(List.of("recipes", file.toString()));
            if (result.exit() != ExitCode.OK) {
                assertThat(result.err()).contains(file.toString()).hasSizeLessThan(5000);
            }
        }
        Files.write(file, "name: \u00e4".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(check(List.of("train", file.toString())).err()).contains("byte 6 (line 1)", "expected text in UTF-8, found e4");
    }

    /** 2,000 runs: the nearest names are told, and how many more there are. */
    @Test
    void anUnknownRunAmongVeryMany() throws IOException {
        Path many = temporary.resolve("many");
        for (int i = 0; i < 2000; i++) {
            Files.writeString(Files.createDirectories(many.resolve("run-" + i)).resolve("recipe.yaml"), "name: x");
        }
        Cairn.Result result = check(List.of("show", "run-77x", "--dir", many.toString()));
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("did you mean 'run-77'?", "and 1988 more").hasSizeLessThan(600);
    }
}

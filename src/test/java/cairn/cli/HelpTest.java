package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help pages, and messages about a wrong command line. */
class HelpTest {

    /** Every command in the tree of commands, so that a new one is tested too. */
    static List<String> commands() {
        return tree().map(c -> c.getCommandSpec().qualifiedName()).toList();
    }

    /** Every command, with a word for each argument that it requires. */
    static List<String> completeCommands() {
        return tree().map(c -> c.getCommandSpec().qualifiedName() + " x".repeat((int) c.getCommandSpec().positionalParameters().stream()
                .filter(p -> p.required()).count())).toList();
    }

    private static Stream<CommandLine> tree() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        return below(Main.commandLine(Host.plain(nowhere, nowhere)));
    }

    private static Stream<CommandLine> below(CommandLine line) {
        return Stream.concat(Stream.of(line), line.getSubcommands().values().stream().flatMap(HelpTest::below));
    }

    private static String[] words(String command, String... more) {
        return Stream.concat(Arrays.stream(command.split(" ")).skip(1), Arrays.stream(more)).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandExplainsItselfWithExamplesAndExitCodes(String command) {
        Cairn.Result help = Cairn.run(words(command, "--help"));
        assertThat(help.exit()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: " + command).contains("Exit codes:").contains("130");
        assertThat(help.out().substring(help.out().indexOf("Examples:"))).contains("  " + command);
        assertThat(help.out().lines()).allMatch(line -> line.length() <= Terminal.USUAL_WIDTH);
    }

    @Test
    void helpOfACommandThatIsNotThereNamesTheNearest() {
        assertThat(Cairn.run("help", "trian").err()).contains("there is no command 'trian'; did you mean");
    }

    @Test
    void theTableOfCommandsHasTheirNamesAndOnlyTheNamedOneIsMade() {
        for (String name : Commands.NAMES) {
            assertThat(Commands.named(name).getAnnotation(CommandLine.Command.class).name()).isEqualTo(name);
            assertThat(Commands.neededFor(name)).containsExactly(name);
            assertThat(Commands.neededFor("help", name)).containsExactly(name);
            assertThat(Commands.neededFor(name, "help")).containsExactly(name);
        }
        assertThat(Commands.neededFor("--version")).isEmpty();
        for (String[] words : List.of(new String[0], new String[] {"--help"}, new String[] {"help"}, new String[] {"trian"},
                new String[] {"--version", "x"}, new String[] {"help", "trian"}, new String[] {"--debug", "train"}, new String[] {""})) {
            assertThat(Commands.neededFor(words)).as(String.join(" ", words)).isEqualTo(Commands.NAMES);
        }
    }

    /** A page does not depend on which other commands were made. */
    @Test
    void theHelpOfACommandIsThatAmongAllCommands() {
        for (Map.Entry<String, CommandLine> command : Main.commandLine(Host.plain(System.out, System.err)).getSubcommands().entrySet()) {
            assertThat(Cairn.run(command.getKey(), "--help").out()).isEqualTo(command.getValue().getUsageMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpIsACommandToo(String command) {
        String[] words = words(command);
        assertThat(Cairn.run(Stream.concat(Stream.of("help"), Arrays.stream(words)).toArray(String[]::new)).out())
                .isEqualTo(Cairn.run(words(command, "--help")).out());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandButTheProgramItselfHasJson(String command) {
        Cairn.Result help = Cairn.run(words(command, "--help"));
        assertThat(help.out().contains("--json")).isEqualTo(!command.equals("cairn"));
    }

    @ParameterizedTest
    @MethodSource("completeCommands")
    void anUnknownOptionIsAUsageErrorThatNamesTheHelp(String command) {
        Cairn.Result result = Cairn.run(words(command, "--jsno"));
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("no option --jsno").contains("See: " + command.replace(" x", "") + " --help")
                .doesNotContain("\tat ");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void withoutACommandTheHelpIsShownAndItIsAUsageError() {
        Cairn.Result result = Cairn.run();
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("Usage: cairn").contains("a command is missing");
    }

    @Test
    void theVersionIsPrinted() {
        Cairn.Result result = Cairn.run("--version");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).startsWith("cairn ").contains("Java " + System.getProperty("java.version"));
    }

    @Test
    void misspelledNamesGetTheNearestOne() {
        assertThat(Cairn.run("trian", "iris").err()).contains("no command 'trian'").contains("did you mean train");
        assertThat(Cairn.run("train", "iris", "--epohcs", "3").err()).contains("no option --epohcs").contains("did you mean --epochs");
        assertThat(Cairn.run("train", "irsis").err()).contains("no built-in recipe 'irsis'").contains("did you mean 'iris'?");
        // Two exchanged letters are one mistake.
        assertThat(Cairn.run("recipes", "wnie").err()).contains("did you mean 'wine'?");
        assertThat(Cairn.run("train", "iris", "--keep", "lsat:3").err()).contains("did you mean 'last'?");
        assertThat(Cairn.run("recipes", "digit").err()).contains("did you mean 'digits'?");
        assertThat(Cairn.run("data", "fetch", "cifar10").err()).contains("cifar-10");
        assertThat(Cairn.run("train", "iris", "--set", "optimizer.learning-rat=1").err()).contains("did you mean 'learning-rate'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train irsis", "train", "train iris extra", "train iris --epochs 0", "train iris --epochs many",
        "train iris --epochs 1 --steps 1", "train iris --save-every sometimes", "train iris --keep lst:3", "train iris --patience 0",
        "train iris --set optimizer.beta3=1", "train iris --set nonsense", "train iris --seed x", "train iris --run ../x",
        "train iris --run a@b", "train iris --data /no/such/folder", "train no/such.yaml", "train /", "recipes nothing",
        "resume no-such-run --dir /no/such/folder", "show no-such-run@3", "show @3", "show a@", "evaluate x --split tset",
        "diff a", "verify", "verify no-such-run", "prune no-such-run --dry-run", "pin no-such-run@1", "unpin x@",
                "export no-such-run@1 w.npz",
        "export x", "gc no-such-run", "data fetch nothing", "data lst"})
    void mistakesAreReportedWithoutStackTracesAndEndWithTwo(String arguments) {
        Cairn.Result text = Cairn.run(arguments.split(" "));
        assertThat(text.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(text.err()).startsWith("error: ").doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(text.out()).isEmpty();

        Cairn.Result json = Cairn.run((arguments + " --json").split(" "));
        assertThat(json.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(json.last().get("event").textValue()).isEqualTo("error");
        assertThat(json.last().get("exit").intValue()).isEqualTo(ExitCode.USAGE);
        assertThat(json.last().get("message").textValue()).isNotBlank();
    }

    @Test
    void stackTracesArePrintedOnRequest() {
        assertThat(Cairn.run("train", "irsis", "--debug").err()).contains("\tat cairn.cli.");
        assertThat(Cairn.run(Terminal.NONE, Map.of("CAIRN_DEBUG", "1"), "train", "irsis").err()).contains("\tat cairn.cli.");
        assertThat(Cairn.run(Terminal.NONE, Map.of("CAIRN_DEBUG", ""), "train", "irsis").err()).doesNotContain("\tat ");
    }
}

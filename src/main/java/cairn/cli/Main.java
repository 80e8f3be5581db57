package cairn.cli;

import cairn.cli.args.BackendOption;
import cairn.cli.args.Console;
import cairn.cli.report.Failure;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code cairn}. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        long begin = System.nanoTime();
        // Figures are drawn without a display. This is read once.
        System.setProperty("java.awt.headless", System.getProperty("java.awt.headless", "true"));
        BackendOption.settleTerminal();
        Host host = Host.system();
        int exit = run(host, args);
        if (isDebug(host, args)) {
            host.err().printf(Locale.ROOT, "%.3f s of work after the start of Java%n", (System.nanoTime() - begin) / 1e9);
        }
        ClassArchive.renew();
        System.exit(exit);
    }

    /** Runs one command; returns the exit code of the process. */
    static int run(Host host, String... args) {
        CommandLine line = commandLine(host, Commands.neededFor(args));
        Screen screen = new Screen(host, List.of(args).contains("--json"));
        boolean isDebug = isDebug(host, args);
        line.setParameterExceptionHandler((e, a) -> end(screen, e, usage(e), isDebug));
        line.setExecutionExceptionHandler((e, command, parsed) -> end(screen, e, Failure.of(e), isDebug));
        return written(host, screen, execute(line, screen, isDebug, args));
    }

    private static int execute(CommandLine line, Screen screen, boolean isDebug, String... args) {
        try {
            return line.execute(asOption(line, args));
        } catch (Error e) {
            return end(screen, e, Failure.of(e), isDebug);
        }
    }

    /** {@code cairn help} and {@code cairn help train} are {@code cairn --help} and {@code cairn train --help}. */
    private static String[] asOption(CommandLine line, String... args) {
        if (args.length == 0 || !args[0].equals("help")) {
            return args;
        }
        if (args.length > 1 && !line.getSubcommands().containsKey(args[1])) {
            // It is refused, with the nearest name.
            return Arrays.copyOfRange(args, 1, args.length);
        }
        String[] same = Arrays.copyOfRange(args, 1, args.length + 1);
        same[args.length - 1] = "--help";
        return same;
    }

    /** The exit code, unless a result could not be written: then the command has not succeeded. */
    private static int written(Host host, Screen screen, int exit) {
        if (host.out().checkError() && exit == ExitCode.OK) {
            screen.log("error: the results could not be written to standard output completely: the disk is full, or the program that reads"
                    + " them has ended");
            return ExitCode.FAILED;
        }
        return exit;
    }

    private static boolean isDebug(Host host, String... args) {
        return List.of(args).contains("--debug") || host.has("CAIRN_DEBUG");
    }

    /** All commands. */
    static CommandLine commandLine(Host host) {
        return commandLine(host, Commands.NAMES);
    }

    private static CommandLine commandLine(Host host, List<String> names) {
        CommandFactory factory = new CommandFactory(host);
        CommandLine line = new CommandLine(Cairn.class, factory);
        names.forEach(name -> line.addSubcommand(name, new CommandLine(Commands.named(name), factory)));
        line.setOut(new PrintWriter(host.out(), true)).setErr(new PrintWriter(host.err(), true));
        line.setUsageHelpWidth(Terminal.USUAL_WIDTH);
        describe(line);
        return line;
    }

    /** Makes the commands and their mixins; hands the process to the one mixin that every command has. */
    private record CommandFactory(Host host) implements CommandLine.IFactory {
        @Override
        public <T> T create(Class<T> type) throws Exception {
            return type == Console.class ? type.cast(new Console(host)) : CommandLine.defaultFactory().create(type);
        }
    }

    private static void describe(CommandLine line) {
        line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(ExitCode.table())
                .parameterListHeading("%nArguments:%n").optionListHeading("%nOptions:%n").commandListHeading("%nCommands:%n")
                .sortOptions(false).sortSynopsis(false);
        line.getSubcommands().values().forEach(Main::describe);
    }

    private static Failure usage(ParameterException e) {
        CommandLine at = e.getCommandLine();
        String message = e.getMessage().replaceFirst("^Error: ", "");
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            message = first.startsWith("-") ? "there is no option " + first
                    : at.getSubcommands().isEmpty() ? "unexpected argument '" + first + "'"
                    : "there is no command '" + first + "'";
            List<String> near = unmatched.getSuggestions();
            message += near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
        }
        return new Failure(ExitCode.USAGE, message + "\nSee: " + at.getCommandSpec().qualifiedName() + " --help");
    }

    private static int end(Screen screen, Throwable thrown, Failure failure, boolean isDebug) {
        screen.log("error: " + failure.message());
        screen.emit(Screen.event("error").put("exit", failure.exitCode()).put("message", failure.message()));
        if (isDebug) {
            screen.trace(thrown);
        }
        return failure.exitCode();
    }

    /** The program without a command. */
    @Command(name = "cairn", versionProvider = Version.class, synopsisSubcommandLabel = "COMMAND",
            description = "Trains neural networks. Saves the complete state of a training, so that it can be resumed and rolled back"
                    + " bit for bit.",
            footer = {"", "Examples:",
                "  cairn train iris                  train the smallest recipe, in a second",
                "  cairn train mnist-mlp --epochs 5  stop it at any time with Ctrl+C ...",
                "  cairn resume mnist-mlp            ... and continue as if it had never stopped",
                "  cairn evaluate mnist-mlp@best     measure the best model on the test rows",
                "  cairn COMMAND --help              show the options of a command, with examples",
                "",
                "Environment: CAIRN_DATA names a folder of data sets, CAIRN_BACKEND a backend,",
                "CAIRN_CLASSPATH folders and jars with layers and other parts of your own.",
                "CAIRN_DEBUG=1 prints stack traces."})
    static final class Cairn implements Runnable {
        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this page.")
        private boolean help;

        @Option(names = "--version", versionHelp = true, description = "Prints the versions of Cairn and Java.")
        private boolean version;

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getErr());
            throw new ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    /** What {@code --version} prints. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"cairn " + number(), "Java " + System.getProperty("java.version") + ", "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")};
        }

        /** The version in the jar's manifest. */
        static String number() {
            String number = Main.class.getPackage().getImplementationVersion();
            return number == null ? "(not packaged)" : number;
        }
    }
}

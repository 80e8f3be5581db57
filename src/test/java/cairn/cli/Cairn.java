package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs commands in this process and captures what they write. */
public final class Cairn {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The exit code and the output of a command. */
    public record Result(int exit, String out, String err) {

        /** Standard output, which must be JSON objects, one a line and nothing else. */
        List<JsonNode> lines() {
            List<JsonNode> objects = new ArrayList<>();
            for (String line : out.lines().toList()) {
                try {
                    JsonNode node = JSON.readTree(line);
                    if (!node.isObject()) {
                        throw new AssertionError("no JSON object: " + line);
                    }
                    objects.add(node);
                } catch (IOException e) {
                    throw new AssertionError("no JSON: " + line, e);
                }
            }
            return objects;
        }

        public List<JsonNode> events(String name) {
            return lines().stream().filter(line -> line.get("event").textValue().equals(name)).toList();
        }

        /** The digest in the last line of JSON, of a command that must have succeeded. */
        String digest() {
            assertThat(exit).as(err).isZero();
            return last().get("digest").textValue();
        }

        /** The last line of JSON. */
        JsonNode last() {
            return lines().get(lines().size() - 1);
        }
    }

    private Cairn() {
    }

    public static Result run(String... args) {
        return run(Terminal.NONE, Map.of(), args);
    }

    public static Result run(Terminal terminal, Map<String, String> environment, String... args) {
        return run(new ByteArrayOutputStream(), new ByteArrayOutputStream(), terminal, environment, args);
    }

    /** Runs a command on the runs in {@code runs}. */
    public static Result on(Path runs, String... args) {
        return run(Stream.concat(Stream.of(args), Stream.of("--dir", runs.toString())).toArray(String[]::new));
    }

    /** Copies runs of one folder, such as runs that were trained once for all tests, into another. */
    public static void copy(Path from, Path to, String... runs) throws IOException {
        for (String run : runs) {
            Files.createDirectory(to.resolve(run));
            try (Stream<Path> files = Files.list(from.resolve(run))) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(run).resolve(file.getFileName()));
                }
            }
        }
    }

    /** Runs a command with errors among its results, in the order in which a terminal shows them. */
    public static Result shown(String... args) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        return run(both, both, Terminal.NONE, Map.of(), args);
    }

    /** Whether a command has an option. */
    public static boolean takes(String command, String option) {
        CommandLine line = Main.commandLine(Host.plain(System.out, System.err)).getSubcommands().get(command);
        return line != null && line.getCommandSpec().findOption(option) != null;
    }

    private static Result run(ByteArrayOutputStream out, ByteArrayOutputStream err, Terminal terminal, Map<String, String> environment,
            String... args) {
        try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            Host plain = Host.plain(o, e);
            int exit = Main.run(new Host(o, e, terminal, plain.signals(), new HashMap<>(environment), plain.clocks()), args);
            return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (UncheckedIOException e) {
            throw new AssertionError(e);
        }
    }
}

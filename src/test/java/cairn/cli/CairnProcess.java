package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands in processes of their own, with an environment and options of Java of their own. */
public final class CairnProcess {
    private static final int MINUTES = 5;
    private final List<String> options;
    private final Map<String, String> environment;

    private CairnProcess(List<String> options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    /** Commands in the environment of this process, with these additional variables. */
    public static CairnProcess with(Map<String, String> environment) {
        return new CairnProcess(List.of(), environment);
    }

    /** Commands with these options of Java. */
    public static CairnProcess java(String... options) {
        return new CairnProcess(List.of(options), Map.of());
    }

    /** The command line of a process that runs the command. */
    public List<String> line(String... args) {
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Dcairn.backend=" + System.getProperty("cairn.backend", "")));
        line.addAll(options);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        line.addAll(List.of(args));
        return line;
    }

    public Cairn.Result run(String... args) throws IOException, InterruptedException {
        return run(line(args), environment);
    }

    /** Runs commands, each with its words in one text, one after the other in one process, because a process takes seconds to start. */
    public List<Cairn.Result> runAll(List<String> commands) throws IOException, InterruptedException {
        List<String> line = line(commands.toArray(String[]::new));
        line.set(line.indexOf(Main.class.getName()), Script.class.getName());
        Cairn.Result all = run(line, environment);
        List<String> outputs = List.of(all.out().split(Script.BEGIN));
        assertThat(outputs).as(all.out() + all.err()).hasSize(commands.size() + 1);
        return outputs.stream().skip(1).map(output -> {
            String[] parts = output.split(Script.PART, -1);
            assertThat(parts).as(all.out() + all.err()).hasSize(3);
            return new Cairn.Result(Integer.parseInt(parts[2].strip()), parts[0], parts[1]);
        }).toList();
    }

    private static final class Script {
        private static final String BEGIN = "==== command\n";
        private static final String PART = "==== part\n";

        private Script() {
        }

        public static void main(String... commands) {
            for (String command : commands) {
                Cairn.Result result = Cairn.run(command.split(" "));
                System.out.println(BEGIN + result.out() + PART + result.err() + PART + result.exit());
            }
        }
    }

    /** Runs any command line. */
    public static Cairn.Result run(List<String> line, Map<String, String> environment) throws IOException, InterruptedException {
        Path out = Files.createTempFile("cairn-out", ".txt");
        Path err = Files.createTempFile("cairn-err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("no end within " + MINUTES + " minutes: " + line);
            }
            return new Cairn.Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }
}

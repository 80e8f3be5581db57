package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.tensor.device.Backend;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code --backend}: every command that may compute has it, and it decides where the command computes. */
class BackendOptionTest {
    /** A command that calls one of these may compute. */
    private static final List<String> COMPUTING = List.of("cairn.train", "cairn.replay", "cairn.tensor", "cairn.lab", "cairn.audit");

    /** Arguments that make each command compute, in an order in which each finds what it needs. */
    private static final Map<String, String> COMPUTING_CALLS = new LinkedHashMap<>();

    static {
        COMPUTING_CALLS.put("train", "train iris --steps 12 --save-every 6 --keep all DIR");
        COMPUTING_CALLS.put("resume", "resume iris --steps 15 DIR");
        COMPUTING_CALLS.put("show", "show iris@7 DIR");
        COMPUTING_CALLS.put("diff", "diff iris@7 iris@12 DIR");
        COMPUTING_CALLS.put("export", "export iris@7 FOLDER/weights.npz DIR");
        COMPUTING_CALLS.put("pin", "pin iris@8 DIR");
        COMPUTING_CALLS.put("goto", "goto iris 9 DIR");
        COMPUTING_CALLS.put("compare", "compare iris@6 iris@12 DIR");
        COMPUTING_CALLS.put("evaluate", "evaluate iris@12 DIR");
        COMPUTING_CALLS.put("predict", "predict iris@12 FOLDER/flowers.csv DIR");
        COMPUTING_CALLS.put("bisect", "bisect iris --when loss>1000|gradient-norm>1000 DIR");
        COMPUTING_CALLS.put("verify", "verify iris --replay=0..3 DIR");
        COMPUTING_CALLS.put("branch", "branch iris@6 other DIR");
        COMPUTING_CALLS.put("rollback", "rollback iris --to 10 DIR");
        COMPUTING_CALLS.put("explain", "explain iris DIR");
        COMPUTING_CALLS.put("rows", "rows iris@7 DIR");
        COMPUTING_CALLS.put("boundary", "boundary moons@7 DIR");
        COMPUTING_CALLS.put("watch", "watch iris --at 7..8 DIR");
        COMPUTING_CALLS.put("page", "page iris --steps 2 -o FOLDER/iris.html DIR");
        COMPUTING_CALLS.put("doctor", "doctor iris");
        COMPUTING_CALLS.put("lab", "lab interval --quick --out FOLDER/lab");
    }

    @TempDir
    private static Path temporary;

    @Test
    void everyCommandThatMayComputeHasTheOptionAndNoOther() {
        Map<String, Boolean> computing = new TreeMap<>();
        Map<String, Boolean> takesIt = new TreeMap<>();
        JavaClasses all = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("cairn.cli");
        commands().forEach((name, line) -> {
            computing.put(name, mayCompute(all.get(line.getCommandSpec().userObject().getClass())));
            takesIt.put(name, line.getCommandSpec().findOption("--backend") != null);
        });
        assertThat(takesIt).isEqualTo(computing);
        assertThat(takesIt).containsEntry("checkpoints", false).containsEntry("log", false).containsEntry("recipes", false)
                .containsEntry("data list", false).containsEntry("train", true).containsEntry("compare", true);
        // A live page ends by a signal alone; tests of its own run it.
        assertThat(Stream.concat(COMPUTING_CALLS.keySet().stream(), Stream.of("open", "play")).collect(Collectors.toSet())).isEqualTo(
                takesIt.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).collect(Collectors.toSet()));
    }

    @Test
    void aBackendThatDoesNotExistIsRefusedByEachCommand() {
        COMPUTING_CALLS.values().forEach(call -> {
            Cairn.Result result = Cairn.run(words(call + " --backend gpu", temporary));
            assertThat(result.exit()).as(call).isEqualTo(ExitCode.USAGE);
            assertThat(result.err()).as(call).contains("--backend").contains("expected auto, cpu, cuda or simulated-gpu, found 'gpu'");
        });
    }

    /** In a process of its own, because the first choice holds for a process. */
    @Test
    void eachOfThemComputesWhereItIsAsked() throws IOException, InterruptedException {
        Files.writeString(temporary.resolve("flowers.csv"), "5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n");
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), OnTheSimulatedGpu.class.getName(), temporary.toString())
                .redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(output.lines()).containsExactlyElementsOf(Stream.concat(
                COMPUTING_CALLS.keySet().stream().map(name -> name + " 0 simulated-gpu"), Stream.of("arrays on a device: true")).toList());
    }

    /** Runs every command with {@code --backend simulated-gpu}, and prints its exit code and the backend that it asked for. */
    static final class OnTheSimulatedGpu {
        private OnTheSimulatedGpu() {
        }

        public static void main(String[] args) {
            // Rows with two features.
            Main.run(Host.plain(new PrintStream(new ByteArrayOutputStream()), new PrintStream(new ByteArrayOutputStream())),
                    words("train moons --steps 8 --backend simulated-gpu DIR", Path.of(args[0])));
            COMPUTING_CALLS.forEach((name, call) -> {
                System.clearProperty("cairn.backend");
                ByteArrayOutputStream err = new ByteArrayOutputStream();
                int exit = Main.run(Host.plain(new PrintStream(new ByteArrayOutputStream()),
                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                        words(call + " --backend simulated-gpu", Path.of(args[0])));
                System.out.println(name + " " + exit + " " + System.getProperty("cairn.backend") + (exit == 0 ? "" : "\n" + err));
            });
            System.out.println("arrays on a device: " + Backend.isDevice());
        }
    }

    private static String[] words(String call, Path folder) {
        return call.replace("DIR", "--dir " + folder.resolve("runs")).replace("FOLDER", folder.toString()).split(" ");
    }

    /** Every command, by its name. */
    private static Map<String, CommandLine> commands() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        Map<String, CommandLine> commands = new TreeMap<>();
        collect(Main.commandLine(Host.plain(nowhere, nowhere)).getSubcommands().values(), "", commands);
        return commands;
    }

    private static void collect(Collection<CommandLine> lines, String above, Map<String, CommandLine> into) {
        for (CommandLine line : lines) {
            String name = above + line.getCommandName();
            into.put(name, line);
            collect(line.getSubcommands().values(), name + " ", into);
        }
    }

    /** Whether a class of the command line that {@code command} leads to calls something that computes. */
    private static boolean mayCompute(JavaClass command) {
        Set<JavaClass> seen = new HashSet<>(Set.of(command));
        Deque<JavaClass> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            JavaClass at = open.pop();
            if (Stream.concat(at.getMethodCallsFromSelf().stream(), at.getConstructorCallsFromSelf().stream())
                    .map(JavaAccess::getTargetOwner).anyMatch(BackendOptionTest::isComputing)) {
                return true;
            }
            at.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass)
                    .filter(c -> c.getPackageName().startsWith("cairn.cli") && seen.add(c)).forEach(open::push);
        }
        return false;
    }

    private static boolean isComputing(JavaClass type) {
        return COMPUTING.stream().anyMatch(p -> type.getPackageName().equals(p) || type.getPackageName().startsWith(p + "."));
    }
}

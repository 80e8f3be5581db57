package cairn.cli;

import cairn.cli.args.BackendOption;
import cairn.cli.args.Console;
import cairn.cli.args.DataPlace;
import cairn.cli.args.RecipeName;
import cairn.cli.report.Format;
import cairn.cli.report.GpuReport;
import cairn.cli.report.MemoryReport;
import cairn.cli.report.RecipeAudit;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.tensor.device.Backend;
import cairn.train.SelfTest;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn doctor}. */
@Command(name = "doctor", description = {
    "Shows where Cairn computes and why, says what would make it faster, and checks that it computes the same twice.",
    "Exit code 1 means that it does not. Then checkpoints of this machine cannot be resumed exactly.",
    "With RECIPE it shows instead what memory a training of the recipe needs.",
    "With --audit it checks instead that a snapshot is complete: it visits every object of a trainer. Exit code 1 means that a field"
            + " which can change is neither in a slot nor declared @Ephemeral with a reason."},
        footer = {"", "Examples:",
            "  cairn doctor",
            "  cairn doctor mnist-cnn                the memory that its training needs",
            "  cairn doctor --audit                  the recipes that come with Cairn",
            "  cairn doctor --audit my.yaml          your own recipe, with your own layers",
            "  cairn doctor --json | tail -1"})
final class DoctorCommand implements Callable<Integer> {
    private static final long STEPS = 20;
    private static final List<String> VARIABLES = List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT", "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS", "CAIRN_DATA", "CAIRN_CLASSPATH", "CAIRN_OPTS");

    @Option(names = "--audit", paramLabel = "RECIPE", arity = "0..1", fallbackValue = "",
            description = "Looks for what a snapshot does not contain, for every built-in recipe, or for this one.")
    private String audited;

    @Parameters(paramLabel = "RECIPE", arity = "0..1", description = "A recipe, built-in or the path of a YAML file.")
    private String recipe;

    @Mixin
    private DataPlace data;

    @Mixin
    private BackendOption backend;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        if (audited != null) {
            backend.settle(console);
            return new RecipeAudit(screen, data.folders()).of(audited) ? ExitCode.OK : ExitCode.FAILED;
        }
        if (recipe != null) {
            backend.settle(console);
            RecipeName.Source source = RecipeName.source(recipe);
            MemoryReport.of(source.recipe(), data.folders(source)).show(screen);
            return ExitCode.OK;
        }
        backend.ask();
        GpuReport.here().show(screen);
        screen.print("");
        backend.settle(console);
        facts(screen);
        screen.print("");
        variables(screen);
        screen.print("");
        boolean isExact = checks(screen);
        screen.emit(Screen.event("end").put("exact", isExact));
        return isExact ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void facts(Screen screen) {
        Columns table = new Columns("", "");
        ObjectNode event = Screen.event("environment").put("cairn", Main.Version.number());
        table.add("cairn", Main.Version.number());
        Backend.facts().forEach((name, fact) -> {
            table.add(name, fact);
            event.put(name, fact);
        });
        String unordered = Backend.unordered().isEmpty() ? Backend.NONE : String.join(" ", Backend.unordered());
        table.add(Backend.UNORDERED, unordered.equals(Backend.NONE) ? unordered : unordered
                + ": a training that uses one of these cannot be resumed exactly");
        event.put(Backend.UNORDERED, unordered);
        table.add("libraries", Backend.libraryFolder());
        table.add("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        table.add("java-heap", "up to " + ByteSize.text(Runtime.getRuntime().maxMemory()));
        table.add("data", String.join(" ", BuiltInData.all().stream()
                .filter(set -> set.isInProgram() || set.place(DataFolders.standard()).isPresent())
                .map(set -> set.about().name()).toList()));
        screen.print(table.toString());
        screen.emit(event);
    }

    private void variables(Screen screen) {
        Columns table = new Columns("", "");
        for (String variable : VARIABLES) {
            Optional<String> value = value(variable);
            boolean isAdded = value.isPresent() && !console.host().environment().containsKey(variable);
            table.add(variable, value.orElse("(not set)") + (isAdded ? "  set by Cairn for this process" : ""));
            ObjectNode event = Screen.event("variable").put("name", variable).put("value", value.orElse(null)).put("added", isAdded);
            advice(variable).ifPresent(a -> event.put("advice", a));
            screen.emit(event);
        }
        screen.print(table.toString());
        VARIABLES.forEach(variable -> advice(variable).ifPresent(a -> screen.print("warning: " + a)));
    }

    private static boolean checks(Screen screen) throws IOException {
        List<SelfTest.Check> checks = SelfTest.check(STEPS);
        for (SelfTest.Check check : checks) {
            screen.print(check.holds() ? "exact    " + check.claim() + "  " + Format.brief(check.found())
                    : "DIFFERS  " + check.claim() + "\n         expected " + check.expected() + "\n         found    " + check.found());
            screen.emit(Screen.event("check").put("claim", check.claim()).put("holds", check.holds())
                    .put("expected", check.expected()).put("found", check.found()));
        }
        boolean isExact = checks.stream().allMatch(SelfTest.Check::holds);
        if (!isExact) {
            screen.print("\nThis machine computes different results for the same training. Try OMP_NUM_THREADS=1, and please report it.");
        }
        return isExact;
    }

    /** What holds for the native libraries: the user's value, or the one that Cairn has set because there was none. */
    private Optional<String> value(String variable) {
        return Optional.ofNullable(console.host().environment().get(variable))
                .or(() -> Optional.ofNullable(Backend.addedVariables().get(variable)));
    }

    private Optional<String> advice(String variable) {
        return advice(variable, value(variable).orElse(""), Backend.facts().get("os").startsWith("Windows"));
    }

    /** What the user should do about a variable. ND4J and OpenBLAS read it once, when they are loaded. */
    private static Optional<String> advice(String variable, String value, boolean isWindows) {
        if (variable.equals("OMP_WAIT_POLICY") && !value.equalsIgnoreCase("passive")) {
            return Optional.of("OMP_WAIT_POLICY is not passive: idle threads take cores from working ones,"
                    + "\n  and training is several times slower. Set OMP_WAIT_POLICY=passive before starting"
                    + "\n  Java, or use bin/cairn, which does.");
        } else if (variable.equals("GOMP_SPINCOUNT") && value.isEmpty() && !isWindows) {
            return Optional.of("GOMP_SPINCOUNT is not set: threads sleep between two operations of a step, and waking them"
                    + "\n  takes a quarter of its time. Set GOMP_SPINCOUNT=3000 before starting Java, or use bin/cairn,"
                    + "\n  which does.");
        } else if (variable.equals("OPENBLAS_THREAD_TIMEOUT") && value.isEmpty()) {
            return Optional.of("OPENBLAS_THREAD_TIMEOUT is not set: idle threads of OpenBLAS use the CPU."
                    + "\n  Set OPENBLAS_THREAD_TIMEOUT=4 before starting Java, or use bin/cairn, which does.");
        }
        return Optional.empty();
    }
}

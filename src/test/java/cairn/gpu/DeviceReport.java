package cairn.gpu;

import cairn.machine.BackendChoice;
import cairn.machine.BackendException;
import cairn.machine.Build;
import cairn.machine.Gpus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code card/run}: runs the checks, one after another, and prints the table. */
@Command(name = "run", sortOptions = false, mixinStandardHelpOptions = true, usageHelpWidth = 100,
        description = {"Writes the device report of this build on this machine: which device computes, and whether twice the same (doctor); the"
            + " first losses, compared with the CPU (losses); MNIST (training); kill and resume (resume); how long training waits for a save"
            + " (capture); milliseconds of a step, compared with PyTorch if python3 has it (steps); the tests of arrays and laws (laws).",
            "Exit code: 0 if nothing failed, 1 if something failed, 2 if an argument is wrong. Needs no network."},
        footer = {"", "Examples:", "  card/run", "  card/run --backend simulated-gpu --quick",
        "  card/run --only doctor,losses && card/run --only laws", "  card/run --only steps --python /opt/conda/bin/python3"})
final class DeviceReport implements Callable<Integer> {
    private static final List<Check> CHECKS = List.of(new DoctorCheck(), new LossesCheck(), new TrainingCheck(), new ResumeCheck(),
            new CaptureCheck(), new StepsCheck(), new LawsCheck());
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final String BACKEND = "asked for";
    private static final int FAILED = 1;

    @Option(names = "--backend", paramLabel = "WHERE",
            description = "auto, cpu, cuda, or simulated-gpu: the CPU runs the code path of a GPU (default: CAIRN_BACKEND, or the device of this build).")
    private String backend;

    @Option(names = "--quick", description = "Less of everything: some minutes on two cores.")
    private boolean isQuick;

    @Option(names = "--only", paramLabel = "PART", split = ",",
            description = "Only some parts: doctor, losses, training, resume, capture, steps, laws. The table keeps the results of earlier calls"
                    + " with the same --out.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--out", paramLabel = "FOLDER",
            description = "For logs, runs and the table (default: story-WHERE in the working directory).")
    private Path out;

    @Option(names = "--limit", paramLabel = "MINUTES", description = "The time limit of each part (default: 10 to 60, by the part).")
    private Long limitMinutes;

    @Option(names = "--python", paramLabel = "COMMAND",
            description = "The Python that has PyTorch (default: python3, then /usr/bin/python3).")
    private String python;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new DeviceReport()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        List<String> names = CHECKS.stream().map(Check::name).toList();
        List<String> unknown = only.stream().filter(name -> !names.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--only " + String.join(",", unknown) + ": there is no such part; there are "
                    + String.join(", ", names));
        }
        if (limitMinutes != null && limitMinutes <= 0) {
            throw new ParameterException(spec.commandLine(), "--limit " + limitMinutes + ": more than 0 minutes were expected");
        }
        Optional.ofNullable(backend).ifPresent(word -> System.setProperty(BackendChoice.Wish.PROPERTY, word));
        BackendChoice.Wish wish;
        BackendChoice choice;
        try {
            wish = BackendChoice.Wish.here();
            // If the device cannot be used, every check would say so; so it is said once, before them.
            choice = BackendChoice.of(Build.here(), wish, Gpus.here());
        } catch (BackendException e) {
            System.err.println("error: " + e.getMessage());
            return FAILED;
        }
        Path folder = (out == null ? Path.of("story-" + wish) : out).toAbsolutePath().normalize();
        Files.createDirectories(folder);
        Table table = new Table(folder, names);
        String before = table.facts().getOrDefault(BACKEND, wish.toString());
        if (!before.equals(wish.toString())) {
            throw new ParameterException(spec.commandLine(), folder + " has the report of backend " + before + ", and this one is of "
                    + wish + ": the table would mix two devices. Choose another folder with --out, or delete it");
        }
        table.putFacts(Map.of("date", LocalDate.now().toString()));
        table.putFacts(Map.of(BACKEND, wish.toString(), "cores", Integer.toString(Runtime.getRuntime().availableProcessors()), "length",
                isQuick ? "quick" : "full"));
        ReportOptions options = new ReportOptions(wish.toString(), choice, folder, isQuick, python == null
                ? List.of("python3", "/usr/bin/python3") : List.of(python));
        List<Check> chosen = CHECKS.stream().filter(p -> only.isEmpty() || only.contains(p.name())).toList();
        return run(chosen, options, table, Optional.ofNullable(limitMinutes).map(Duration::ofMinutes), System.out);
    }

    /**
     * Runs the checks and prints the table.
     *
     * @param limit the time limit of each check; if empty, its own
     * @return 0 if nothing in the table has failed, else 1
     */
    static int run(List<Check> checks, ReportOptions options, Table table, Optional<Duration> limit,
            PrintStream screen) throws IOException {
        for (Check check : checks) {
            screen.printf("%-9s ... %s%n", check.name(), options.folder().resolve(check.name() + ".log"));
            long begin = System.nanoTime();
            CheckContext context = new CheckContext(options, check.name());
            List<Row> rows = rows(check, context, limit.orElse(check.limit()));
            table.put(check.name(), rows);
            Map<String, String> facts = new LinkedHashMap<>(context.facts());
            table.putFacts(facts);
            table.markdown();
            rows.forEach(row -> screen.printf("%-9s %s  %s  %s%n", "", row.verdict(), row.what(), row.result()));
            screen.printf("%-9s %s%n", "", Format.seconds((System.nanoTime() - begin) / 1e9));
        }
        screen.println();
        screen.print(table.markdown());
        screen.println();
        screen.println(table.folder().resolve(Table.FILE));
        return table.hasFailed() ? FAILED : 0;
    }

    /** The results of the check within its time limit, and one more row if it does not end. */
    private static List<Row> rows(Check check, CheckContext context, Duration limit) {
        Thread hook = new Thread(context::close);
        Runtime.getRuntime().addShutdownHook(hook);
        Thread thread = new Thread(() -> run(check, context), check.name());
        // A driver that hangs never returns, and the thread that waits for it would not end either.
        thread.setDaemon(true);
        thread.start();
        try {
            boolean isOver = join(thread, limit);
            if (!isOver) {
                context.report("all of it", Row.Verdict.FAILED, "not over after " + limit.toSeconds() + " s; see "
                        + context.log().getFileName());
            }
            context.close();
            if (!isOver) {
                join(thread, GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.close();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        return context.rows();
    }

    private static boolean join(Thread thread, Duration limit) throws InterruptedException {
        TimeUnit.MILLISECONDS.timedJoin(thread, limit.toMillis());
        return !thread.isAlive();
    }

    private static void run(Check check, CheckContext context) {
        try {
            check.run(context);
            if (context.rows().isEmpty()) {
                context.report("all of it", Row.Verdict.FAILED, "it found nothing");
            }
        } catch (IOException | RuntimeException | Error e) {
            context.report("the rest of it", Row.Verdict.FAILED, e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine;

/** {@code card/run}: plays the parts, one after another, and shows the table. */
@Command(name = "run", sortOptions = false, mixinStandardHelpOptions = true, usageHelpWidth = 100,
        description = {"Tells the whole story of this build on this machine: what computes and whether it does so twice the same (doctor), the"
            + " tests of arrays and laws (laws), the first losses beside the processor's (losses), MNIST (training), kill and resume (resume),"
            + " milliseconds of a step beside PyTorch's where python3 has it (steps), and how long a save holds a training (capture).",
            "Ends with 0 if nothing failed, with 1 if something did, with 2 if it was called wrongly. Needs no network."},
        footer = {"", "Examples:", "  card/run", "  card/run --backend simulated-gpu --quick", "  card/run --only doctor,losses && card/run --only laws",
            "  card/run --only steps --python /opt/conda/bin/python3"})
final class DeviceReport implements Callable<Integer> {
    private static final List<Check> PARTS = List.of(new DoctorCheck(), new LossesCheck(), new TrainingCheck(), new ResumeCheck(), new CaptureCheck(),
            new StepsCheck(), new LawsCheck());
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final String BACKEND = "asked for";
    private static final int FAILED = 1;

    @Option(names = "--backend", paramLabel = "WHERE",
            description = "auto, cpu, cuda, or simulated-gpu: the CPU, with every copy explicit as on a GPU (default: CAIRN_BACKEND, or what this build is for).")
    private String backend;

    @Option(names = "--quick", description = "Less of everything: some minutes on two cores.")
    private boolean isQuick;

    @Option(names = "--only", paramLabel = "PART", split = ",",
            description = "Some parts alone: doctor, losses, training, resume, capture, steps, laws. The table keeps what an earlier call"
                    + " found with the same --out.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--out", paramLabel = "FOLDER", description = "For logs, runs and the table (default: story-WHERE in the working directory).")
    private Path out;

    @Option(names = "--limit", paramLabel = "MINUTES", description = "The most that one part may take (default: 10 to 60, by the part).")
    private Long limitMinutes;

    @Option(names = "--python", paramLabel = "COMMAND", description = "The Python that has PyTorch (default: python3, then /usr/bin/python3).")
    private String python;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] words) {
        System.exit(new CommandLine(new DeviceReport()).execute(words));
    }

    @Override
    public Integer call() throws IOException {
        List<String> names = PARTS.stream().map(Check::name).toList();
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
            // The parts would all say the same if it cannot be had; so it is said once, before them.
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
            throw new ParameterException(spec.commandLine(), folder + " holds the story of backend " + before + ", and this one is of " + wish
                    + ": its table would be of two machines. Say another folder with --out, or delete it");
        }
        table.putFacts(Map.of("date", LocalDate.now().toString()));
        table.putFacts(Map.of(BACKEND, wish.toString(), "cores", Integer.toString(Runtime.getRuntime().availableProcessors()), "length",
                isQuick ? "quick" : "full"));
        Place place = new Place(wish.toString(), choice, folder, isQuick, python == null ? List.of("python3", "/usr/bin/python3") : List.of(python));
        List<Check> chosen = PARTS.stream().filter(p -> only.isEmpty() || only.contains(p.name())).toList();
        return play(chosen, place, table, Optional.ofNullable(limitMinutes).map(Duration::ofMinutes), System.out);
    }

    /**
     * Plays the parts and prints the table.
     *
     * @param limit of each part, if not its own
     * @return 0 if nothing in the table has failed, else 1
     */
    static int play(List<Check> parts, Place place, Table table, Optional<Duration> limit, PrintStream screen) throws IOException {
        for (Check part : parts) {
            screen.printf("%-9s ... %s%n", part.name(), place.folder().resolve(part.name() + ".log"));
            long begin = System.nanoTime();
            CheckContext stage = new CheckContext(place, part.name());
            List<Row> rows = rows(part, stage, limit.orElse(part.limit()));
            table.put(part.name(), rows);
            Map<String, String> facts = new LinkedHashMap<>(stage.facts());
            table.putFacts(facts);
            table.markdown();
            rows.forEach(row -> screen.printf("%-9s %s  %s  %s%n", "", row.verdict(), row.what(), row.result()));
            screen.printf("%-9s %s%n", "", Figures.seconds((System.nanoTime() - begin) / 1e9));
        }
        screen.println();
        screen.print(table.markdown());
        screen.println();
        screen.println(table.folder().resolve(Table.FILE));
        return table.hasFailed() ? FAILED : 0;
    }

    /** What the part finds in its time, and one row more if it does not come to its end. */
    private static List<Row> rows(Check part, CheckContext stage, Duration limit) {
        Thread hook = new Thread(stage::close);
        Runtime.getRuntime().addShutdownHook(hook);
        Thread thread = new Thread(() -> play(part, stage), part.name());
        // A driver that hangs holds its process for ever, and whoever waits for that.
        thread.setDaemon(true);
        thread.start();
        try {
            boolean isOver = join(thread, limit);
            if (!isOver) {
                stage.tell("all of it", Row.Verdict.FAILED, "not over after " + limit.toSeconds() + " s; see " + stage.log().getFileName());
            }
            stage.close();
            if (!isOver) {
                join(thread, GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stage.close();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        return stage.rows();
    }

    private static boolean join(Thread thread, Duration limit) throws InterruptedException {
        TimeUnit.MILLISECONDS.timedJoin(thread, limit.toMillis());
        return !thread.isAlive();
    }

    private static void play(Check part, CheckContext stage) {
        try {
            part.play(stage);
            if (stage.rows().isEmpty()) {
                stage.tell("all of it", Row.Verdict.FAILED, "it found nothing");
            }
        } catch (IOException | RuntimeException | Error e) {
            stage.tell("the rest of it", Row.Verdict.FAILED, e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

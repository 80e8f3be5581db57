package cairn.cli;

import cairn.train.Recipe;
import cairn.train.Run;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn train}. */
@Command(name = "train", description = {"Starts a run: trains the model of a recipe, evaluates it, and saves the state.",
    "A run is a folder below --dir. It can be stopped at any moment, with Ctrl+C or otherwise, and resumed exactly."},
        footer = {"", "Examples:",
            "  cairn train iris",
            "  cairn train mnist-mlp --epochs 2 --save-every 1ep,best",
            "  cairn train iris --run slower --set optimizer.learning-rate=0.001 --seed 7",
            "  cairn train my.yaml --data /mnt/sets --json > events.jsonl"})
final class TrainCommand implements Callable<Integer> {
    static final String LOADING = "loading data and the native library ...";

    private final Host host;

    @Parameters(paramLabel = "RECIPE", description = "A built-in recipe (`cairn recipes` lists them) or the path of a YAML file.")
    private String recipeName;

    @Option(names = "--run", paramLabel = "NAME", order = 0, description = "The name of the run (default: that of the recipe).")
    private String runName;

    @Option(names = "--seed", paramLabel = "S", order = 3, description = "Another seed than the recipe's.")
    private Long seed;

    @Option(names = "--set", paramLabel = "PATH=VALUE", order = 4,
            description = {"Change a setting of the recipe. May be repeated.", "Such as: --set data.batch-size=64"})
    private List<String> assignments = new ArrayList<>();

    @Mixin
    private RunArguments arguments;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private DataPlace data;

    @Mixin
    private Common common;

    TrainCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = common.screen(host);
        List<String> all = new ArrayList<>(assignments);
        if (seed != null) {
            all.add("seed=" + seed);
        }
        Recipe given = RecipeName.read(recipeName).with(all);
        Recipe chosen = given.withRun(arguments.over(given.run()));
        String name = runName == null ? chosen.name() : runName;
        Path folder = runs.place(name);
        try (Signals signals = Signals.heardBy(host, screen); 
                Run run = screen.waitingFor(LOADING, () -> create(folder, name, chosen))) {
            return new Training(host, screen, run, new StoredRun(name, folder), "cairn resume " + name + runs.option())
                    .train(chosen.run(), arguments.onSaveError(), signals);
        }
    }

    private Run create(Path folder, String name, Recipe recipe) throws IOException {
        try {
            return Run.create(folder, recipe, data.folders(), host.clocks());
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            String other = IntStream.iterate(2, i -> i + 1).mapToObj(i -> name + "-" + i)
                    .filter(free -> !Files.exists(runs.place(free))).findFirst().orElseThrow();
            String another = "start another one  cairn train " + recipeName + " --run " + other + runs.option();
            throw CommandException.refused(Files.exists(folder.resolve(StoredRun.RECIPE))
                    ? "the run " + folder + " exists already, and is left as it is"
                            + "\n  go on with it      cairn resume " + name + runs.option() + "\n  " + another
                    : folder + " exists already, and holds files that are no run; it is left as it is\n  " + another);
        }
    }
}

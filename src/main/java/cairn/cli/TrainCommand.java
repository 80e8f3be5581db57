package cairn.cli;

import cairn.cli.args.RecipeName;
import cairn.cli.args.RecipeOptions;
import cairn.cli.args.RunArguments;
import cairn.cli.args.RunStep;
import cairn.cli.args.StateFilterOptions;
import cairn.cli.args.StoredRun;
import cairn.cli.report.StateTransferTable;
import cairn.cli.report.Training;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Signals;
import cairn.data.source.DataFolders;
import cairn.disk.FolderInUseException;
import cairn.interop.WeightsImport;
import cairn.recipe.InitialWeights;
import cairn.recipe.Recipe;
import cairn.run.Run;
import cairn.transfer.StateFilter;
import cairn.transfer.StateTransfer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn train}. */
@Command(name = "train", description = {"Starts a run: trains the model of a recipe, evaluates it, and saves its state.",
    "A run is a folder in --dir. It can be stopped at any time, with Ctrl+C or otherwise, and resumed exactly.",
    "After a signal the current step is finished, a running evaluation is cancelled, and the state is saved. This takes at most one step"
        + " and two saves.",
    "Each line of the table is an evaluation. Its train loss and accuracy are means over the training rows of the epoch so far, each row"
        + " before the update of its batch, with dropout at work.",
    "Data sets are looked for in --data, beside the recipe, and in the folders of data sets. A run remembers where they were."},
        footer = {"", "Examples:",
            "  cairn train iris",
            "  cairn train mnist-mlp --epochs 2 --save-every 1ep,best",
            "  cairn train iris --run slower --set optimizer.learning-rate=0.001 --seed 7",
            "  cairn train iris --tensorboard        look at it with: tensorboard --logdir tensorboard",
            "  cairn train wine --watch 100 --set 'recovery={back: 10, spike: {}}'",
            "  cairn train iris --run tuned --weights iris@best --freeze 0.dense",
            "  cairn train digits --weights pretrained.safetensors --map fc1=1.dense",
            "  cairn train mnist-cnn --weights model.pt --with-optimizer",
            "  cairn train my.yaml --data /mnt/sets --json > events.jsonl"})
final class TrainCommand implements Callable<Integer> {
    /** How the names of files with weights end. */
    private static final Pattern FILE = Pattern.compile("\\.(safetensors|pt|pth|keras|h5|onnx|npz|index|json)$");

    @Parameters(paramLabel = "RECIPE",
            description = "The name of a built-in recipe (cairn recipes lists them), or the path of a YAML file.")
    private String recipeName;

    @Option(names = "--run", paramLabel = "NAME", order = 0,
            description = "The name of the run (default: the name of the recipe, with a number added if it is taken).")
    private String runName;

    @Option(names = "--seed", paramLabel = "S", order = 3, description = "Replaces the seed of the recipe.")
    private Long seed;

    @Option(names = "--weights", paramLabel = "FROM", order = 5,
            description = "Starts from the weights of another training: RUN@STEP, RUN@best, or a file of PyTorch, Keras, TensorFlow, ONNX,"
                    + " safetensors or NumPy. --select and --map choose among them. A table says what happened to each tensor.")
    private String weights;

    @Option(names = "--map", paramLabel = "FROM=TO", order = 5,
            description = {"The layer FROM of the file is the layer TO here. May be repeated.", "Example: --map features.0=0.conv2d"})
    private List<String> map = List.of();

    @Option(names = "--partial", order = 5, description = "Layers that the file does not have, or has in another shape, are initialized."
            + " Otherwise they are an error.")
    private boolean partial;

    @Option(names = "--key", paramLabel = "NAME", order = 5, description = "Which model of a PyTorch file with several, such as ema.")
    private String key;

    @Option(names = "--with-optimizer", order = 5, description = "Takes what the optimizer in the file of PyTorch or Keras keeps for each"
            + " weight, and how many updates it has made.")
    private boolean withOptimizer;

    @Mixin
    private RecipeOptions changes;

    @Mixin
    private StateFilterOptions selection;

    @Mixin
    private RunArguments arguments;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        if (RecipeName.exists(recipeName)) {
            session.loadAhead();
        }
        RecipeName.Source source = RecipeName.source(recipeName);
        Recipe given = withWeights(changes.over(source.recipe(), seed == null ? List.of() : List.of("seed=" + seed)));
        Recipe chosen = given.toBuilder().run(arguments.over(given.run())).build();
        StoredRun wanted = session.runs().named(runName == null ? chosen.name() : runName);
        // Before signals are caught: until then Ctrl+C ends the process at once, even while a driver compiles.
        session.chooseBackend();
        try (Signals signals = Signals.receive(session.host(), screen);
                Run run = session.loading(() -> create(screen, wanted, chosen, session.data().folders(source)))) {
            StoredRun stored = session.runs().named(run.name());
            reportWeights(screen, run);
            String again = stored.command(Stream.concat(Stream.of("resume", stored.name()), arguments.unstoredWords().stream())
                    .toArray(String[]::new));
            return new Training(session.host(), screen, run, stored, arguments.tensorboard(stored), again).train(chosen.run(), arguments.onSaveError(), arguments.watch(),
                    arguments.pace(), signals);
        }
    }

    /** The recipe with the initial weights of the command line. */
    private Recipe withWeights(Recipe recipe) throws IOException {
        if (weights == null) {
            if (!selection.selection().equals(StateFilter.all()) || !map.isEmpty() || partial || key != null
                    || withOptimizer) {
                throw CommandException.usage("--select, --without, --rename, --map, --partial, --key and --with-optimizer need --weights: they choose"
                        + " among its tensors");
            }
            return recipe;
        } else if (!selection.selection().without().isEmpty()) {
            throw CommandException.usage("--without is for a branch; name the layers to take from --weights, such as --select 0.dense");
        } else if (WeightsImport.exists(Path.of(weights))) {
            return withWeights(recipe, ofFile(InitialWeights.of(Path.of(weights))));
        } else if (FILE.matcher(weights).find()) {
            throw CommandException.usage("--weights " + weights + ": there is no such file");
        } else if (partial || key != null || withOptimizer) {
            throw CommandException.usage("--partial, --key and --with-optimizer are for the file of another program. To continue a run of this one with"
                    + " its optimizer, make a branch of it");
        }
        RunStep at = session.resolve(weights);
        if (!at.isStored()) {
            // The recipe names the step, and a training reads it from the run.
            session.screen().print(at + " is a checkpoint now, digest " + session.keep(at).digest());
        }
        return withWeights(recipe, InitialWeights.of(at.run().folder(), at.step()));
    }

    private InitialWeights ofFile(InitialWeights file) {
        InitialWeights named = key == null ? file : file.ofKey(key);
        InitialWeights chosen = partial ? named.asPartial() : named;
        return withOptimizer ? chosen.withOptimizer() : chosen;
    }

    private Recipe withWeights(Recipe recipe, InitialWeights from) {
        for (String each : map) {
            if (!each.matches("[^=]+=[^=]+")) {
                throw CommandException.usage("--map " + each + ": expected FROM=TO, such as features.0=0.conv2d");
            }
        }
        return recipe.toBuilder().weights(selection.selection().applyTo(from).with(List.of(), map)).build();
    }

    private void reportWeights(Screen screen, Run run) {
        Recipe recipe = run.trainer().recipe();
        if (recipe.weights().isPresent()) {
            List<StateTransfer.Entry> entries = run.transfer().orElseThrow().entries();
            screen.print("weights of " + recipe.weights().get().from());
            screen.print(StateTransferTable.of(entries).toString());
            run.transfer().orElseThrow().notes().forEach(screen::note);
            screen.print("");
            ObjectNode event = Screen.event("weights").put("run", run.name()).put("from", recipe.weights().get().from())
                    .put("digest", recipe.weights().get().digest().orElse(""));
            StateTransferTable.put(event, entries);
            screen.emit(event);
        }
    }

    /** Creates the run under the given name, or under the first free name of the recipe. A run that exists is never changed. */
    private Run create(Screen screen, StoredRun wanted, Recipe recipe, DataFolders folders) throws IOException {
        for (int i = 1; ; i++) {
            StoredRun place = i == 1 ? wanted : session.runs().named(wanted.name() + "-" + i);
            try {
                Run run = Run.create(place.folder(), recipe, session.workspace(folders));
                if (i > 1) {
                    screen.note("the name " + wanted.name() + " is taken, so this run is called " + place.name()
                            + (wanted.exists() ? "\n  to continue the other run: " + wanted.command("resume", wanted.name()) : ""));
                }
                return run;
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(place.folder())) {
                    throw e;
                } else if (runName != null) {
                    throw taken(place);
                }
            } catch (FolderInUseException e) {
                if (runName != null) {
                    throw e;
                }
            }
        }
    }

    private CommandException taken(StoredRun place) {
        String other = IntStream.iterate(2, i -> i + 1).mapToObj(i -> runName + "-" + i)
                .filter(free -> !Files.exists(session.runs().named(free).folder())).findFirst().orElseThrow();
        String another = "to start another run: " + place.command("train", recipeName, "--run", other);
        return CommandException.refused(place.exists()
                ? "the run " + place.folder() + " exists already and was not changed\n  to continue it:       "
                        + place.command("resume", place.name()) + "\n  " + another
                : place.folder() + " exists already, is not a run, and was not changed\n  " + another);
    }
}

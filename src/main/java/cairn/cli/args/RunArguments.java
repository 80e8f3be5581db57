package cairn.cli.args;

import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.run.OnSaveError;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long to train, when to save and what to keep: options of a run that change none of its numbers. */
public final class RunArguments {

    /** At most one of the two is given. */
    static final class Length {
        @Option(names = "--epochs", paramLabel = "N", order = 1,
                description = "Trains until N epochs are done in total (default: as in the recipe).")
        private Integer epochs;

        @Option(names = "--steps", paramLabel = "N", order = 2, description = "Trains until N steps are done in total.")
        private Long steps;
    }

    @ArgGroup(exclusive = true)
    private Length length;

    @Option(names = "--save-every", paramLabel = "RULE", order = 10,
            description = {"When to save (default: as in the recipe). One rule, or several separated by commas:",
                "  100, 1ep, 30s  every 100 steps, epoch, 30 s",
                "  best           when the monitored metric improves",
                "  at:250         at step 250",
                "  log            at steps 1, 2, 4, 8, ...",
                "  end            only at the end",
                "  auto           as often as it pays, see below",
                "auto assumes a failure every 4 h, and uses at most 3.5 %% of the time. auto:12h:2%% changes both.",
                "Step 0 and the last step are always saved. RUN@best is the best of the saved steps. Use `best` to save the best step"
                        + " too."})
    private String saveEvery;

    @Mixin
    private KeepRules keep;

    @Option(names = "--patience", paramLabel = "N", order = 12, description = "Stops after N evaluations without improvement.")
    private Integer patience;

    @Option(names = "--on-save-error", paramLabel = "WHAT", order = 13, converter = SaveErrorName.class, defaultValue = "stop",
            description = "What to do when a checkpoint or the journal cannot be written: stop (default), or continue without"
                    + " it. If only the journal cannot be written, the state is saved before it stops.")
    private OnSaveError onSaveError;

    @Option(names = "--watch", paramLabel = "EVERY", order = 14, converter = TimeName.class,
            description = "Measures the layers in a step every so often (100 steps, or 1ep): gradient norm and update to weight ratio"
                    + " of each layer, dead ReLU units, saturated sigmoid and tanh outputs. The training does not change.")
    private TrainingTime watch;

    @Option(names = "--tensorboard", paramLabel = "FOLDER", order = 15, arity = "0..1", fallbackValue = "", description = "Writes a file for"
            + " TensorBoard while it trains, in FOLDER/RUN (default: a folder tensorboard beside the folder of runs). If it cannot be written,"
            + " the training goes on without it. A resume writes it again, with what came before.")
    private String tensorboard;

    @Option(names = "--paced", order = 15, description = {"Waits, and goes on as lines of standard input say. At their end it does the steps that the"
        + " last line asked for, saves and stops; an endless run stops at once.",
        "  step      one step", "  run       as fast as it can", "  run 20    20 steps a second at most", "  to 300    to step 300",
        "  pause     waits after this step", "  digest    tells the digest, and does not wait",
        "  tied      stops at once when the lines end"})
    private boolean paced;

    /** Reads a time of training, such as {@code 100} steps or {@code 1ep}. */
    static final class TimeName implements CommandLine.ITypeConverter<TrainingTime> {
        @Override
        public TrainingTime convert(String text) {
            TrainingTime time;
            try {
                time = TrainingTime.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
            if (time.amount() == 0) {
                throw new CommandLine.TypeConversionException("expected more than 0, found " + text);
            }
            return time;
        }
    }

    /** Reads what to do on a save error, as users write it. */
    static final class SaveErrorName implements CommandLine.ITypeConverter<OnSaveError> {
        @Override
        public OnSaveError convert(String text) {
            return switch (text) {
                case "stop" -> OnSaveError.STOP;
                case "continue" -> OnSaveError.CONTINUE;
                default -> throw new CommandLine.TypeConversionException("expected stop or continue, found '" + text + "'");
            };
        }
    }

    /** The options that were given, as words of another command. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        add(words, "--epochs", length == null ? null : length.epochs);
        add(words, "--steps", length == null ? null : length.steps);
        add(words, "--save-every", saveEvery);
        words.addAll(keep.words());
        add(words, "--patience", patience);
        words.addAll(unstoredWords());
        return words;
    }

    /** Those of them that a new run does not write into its recipe. */
    public List<String> unstoredWords() {
        List<String> words = new ArrayList<>();
        if (onSaveError == OnSaveError.CONTINUE) {
            add(words, "--on-save-error", "continue");
        }
        add(words, "--watch", watch);
        if (tensorboard != null) {
            words.addAll(tensorboard.isEmpty() ? List.of("--tensorboard") : List.of("--tensorboard", tensorboard));
        }
        if (paced) {
            words.add("--paced");
        }
        return words;
    }

    private static void add(List<String> words, String option, Object value) {
        if (value != null) {
            words.addAll(List.of(option, value.toString()));
        }
    }

    public OnSaveError onSaveError() {
        return onSaveError;
    }

    /** The lines that say when training goes on, if it is to wait for them. */
    public Optional<InputStream> pace() {
        return paced ? Optional.of(System.in) : Optional.empty();
    }

    /** The folder for the files that TensorBoard reads of {@code run}, if they are to be written. */
    public Optional<Path> tensorboard(StoredRun run) {
        return Optional.ofNullable(tensorboard).map(folder -> folder.isEmpty()
                ? run.runs().toAbsolutePath().normalize().resolveSibling("tensorboard") : Path.of(folder)).map(folder -> folder.resolve(run.name()));
    }

    public Optional<TrainingTime> watch() {
        return Optional.ofNullable(watch);
    }

    /** These options, and those of the recipe where none was given. */
    public Recipe.RunDefaults over(Recipe.RunDefaults defaults) {
        boolean isGiven = length != null;
        return new Recipe.RunDefaults(isGiven ? Optional.ofNullable(length.epochs) : defaults.epochs(),
                isGiven ? Optional.ofNullable(length.steps) : defaults.steps(),
                Optional.ofNullable(saveEvery).orElse(defaults.saveEvery()), keep.over(defaults),
                Optional.ofNullable(patience).or(defaults::patience));
    }
}

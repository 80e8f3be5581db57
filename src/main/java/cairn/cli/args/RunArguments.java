package cairn.cli.args;

import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.run.OnSaveError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/** How long to train, when to save and what to keep: arguments of a run, which change no number of it. */
public final class RunArguments {

    /** One of the two. */
    static final class Length {
        @Option(names = "--epochs", paramLabel = "N", order = 1,
                description = "Train until N epochs are done, in all (default: as the recipe says).")
        private Integer epochs;

        @Option(names = "--steps", paramLabel = "N", order = 2, description = "Train until N steps are done, in all.")
        private Long steps;
    }

    @ArgGroup(exclusive = true)
    private Length length;

    @Option(names = "--save-every", paramLabel = "RULE", order = 10,
            description = {"When to save: 100 (steps), 1ep, 30s, best, at:250, log (1, 2, 4, 8, ...), end, or auto (as often as pays, for a"
                    + " failure every 4 h and at most 3.5 %% of the time; auto:12h:2%%), or several joined by commas.",
                "Step 0 and the end are always saved. RUN@best is the best of what is saved: without `best` that may be another than the"
                    + " best that was seen."})
    private String saveEvery;

    @Mixin
    private KeepRules keep;

    @Option(names = "--patience", paramLabel = "N", order = 12, description = "Stop after N evaluations without improvement.")
    private Integer patience;

    @Option(names = "--on-save-error", paramLabel = "WHAT", order = 13, converter = SaveErrorName.class, defaultValue = "stop",
            description = "When a checkpoint cannot be saved: stop (default), or continue without it.")
    private OnSaveError onSaveError;

    @Option(names = "--watch", paramLabel = "SPAN", order = 14, converter = SpanName.class,
            description = "Look into a step every SPAN (100 steps, or 1ep), as an observer that changes nothing: gradient norm and update to"
                    + " weight ratio of each layer, dead ReLU units, saturated sigmoid and tanh outputs.")
    private TrainingTime watch;

    /** Reads a cadence. */
    static final class SpanName implements CommandLine.ITypeConverter<TrainingTime> {
        @Override
        public TrainingTime convert(String text) {
            TrainingTime span;
            try {
                span = TrainingTime.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
            if (span.amount() == 0) {
                throw new CommandLine.TypeConversionException("expected more than 0, found " + text);
            }
            return span;
        }
    }

    /** Reads the names that users write. */
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

    /** What was said, as words that say it again. */
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

    public Optional<TrainingTime> watch() {
        return Optional.ofNullable(watch);
    }

    /** These arguments, and those of the recipe where nothing was said. */
    public Recipe.RunDefaults over(Recipe.RunDefaults defaults) {
        boolean isSaid = length != null;
        return new Recipe.RunDefaults(isSaid ? Optional.ofNullable(length.epochs) : defaults.epochs(),
                isSaid ? Optional.ofNullable(length.steps) : defaults.steps(),
                Optional.ofNullable(saveEvery).orElse(defaults.saveEvery()), keep.over(defaults),
                Optional.ofNullable(patience).or(defaults::patience));
    }
}

package cairn.explain;

import cairn.checkpoint.RunFolder;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.Rows;
import cairn.data.source.MissingDataException;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.replay.DifferentStepException;
import cairn.run.RunFiles;
import cairn.run.Workspace;
import cairn.state.RestoreException;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Collects the {@link Symptoms} of a run: from the journal, from the data, and from looks within some steps, as far as the {@link Effort}
 * allows. What cannot be read or reached is left out and said.
 */
final class Examination {
    private final Path folder;
    private final Workspace workspace;
    private final Effort effort;
    private final Course course;
    private final List<String> looks = new ArrayList<>();
    private Optional<Recipe> recipe = Optional.empty();
    private boolean isBranch;
    private boolean beginsAtItsRecipe;
    private SortedSet<Long> stored = new java.util.TreeSet<>();
    private Symptoms symptoms;

    private Examination(Path folder, Workspace workspace, Effort effort) {
        this.folder = folder;
        this.workspace = workspace;
        this.effort = effort;
        this.course = Course.of(workspace.disk(), folder);
    }

    static Examination of(Path folder, Workspace workspace, Effort effort) throws IOException {
        Examination e = new Examination(folder, workspace, effort);
        e.examine();
        return e;
    }

    Symptoms symptoms() {
        return symptoms;
    }

    /** Which steps were looked at and what could not be, one line each. */
    List<String> looks() {
        return looks;
    }

    private void examine() throws IOException {
        readFolder();
        if (!course.isWhole()) {
            looks.add("the journal is damaged: only the rows before the damage are used" + (course.isEmpty() ? "" : ", up to step "
                    + course.last()));
        }
        Within within = Within.nothing();
        Optional<TrainingData> data = recipe.isPresent() ? data() : Optional.empty();
        OptionalDouble chance = data.isPresent() ? Chance.of(recipe.get().loss(), data.get().splits().train()) : OptionalDouble.empty();
        List<Symptoms.Spike> spikes = LossSpikes.of(course, chance.orElse(Double.POSITIVE_INFINITY));
        if (data.isPresent() && effort.computes()) {
            within = within(spikes);
        }
        DataSet train = data.map(d -> d.splits().train()).orElse(null);
        symptoms = new Symptoms(course, recipe, isBranch, data.isPresent() ? Chance.least(recipe.get().loss(), train) : 0, chance,
                data.map(d -> InputScale.of(sample(train, Effort.USUAL.rows()), normalization(train))),
                data.filter(d -> train.labels() instanceof Labels.Classes).map(d -> classes(train)).map(within::withRecall),
                within.readings(), within.doubt(), within.fault(), within.spikes().isEmpty() ? spikes : within.spikes());
    }

    private void readFolder() throws IOException {
        try (RunFolder run = RunFolder.read(folder, workspace.disk())) {
            isBranch = RunFiles.parent(run).isPresent();
            beginsAtItsRecipe = RunFiles.beginsAtItsRecipe(run);
            stored = run.store().steps();
            recipe = Optional.of(RunFiles.recipe(run));
        } catch (RecipeException e) {
            looks.add("the recipe cannot be read here, so only the journal is used: " + firstLine(e));
        }
    }

    private Optional<TrainingData> data() throws IOException {
        try (RunFolder run = RunFolder.read(folder, workspace.disk())) {
            var header = run.store().newestHeader(e -> { });
            return Optional.of(header.isPresent() ? TrainingData.open(recipe.get(), workspace.data(), header.get().scalars())
                    : TrainingData.open(recipe.get(), workspace.data()));
        } catch (MissingDataException | IllegalArgumentException e) {
            looks.add("the data cannot be read, so only the journal is used: " + firstLine(e));
            return Optional.empty();
        }
    }

    private Within within(List<Symptoms.Spike> spikes) throws IOException {
        try {
            return Within.of(folder, workspace, course, new Reach(stored, beginsAtItsRecipe, effort.steps()), effort, spikes, looks);
        } catch (RecipeException | RestoreException | DifferentStepException e) {
            looks.add("no step was looked at: " + firstLine(e));
            return Within.nothing();
        }
    }

    private Normalization normalization(DataSet train) {
        return Normalization.fit(recipe.get().data().normalize(), train);
    }

    private static Symptoms.Classes classes(DataSet train) {
        long[] counts = new long[train.labels().width()];
        for (int row = 0; row < train.size(); row++) {
            counts[train.label(row)]++;
        }
        return new Symptoms.Classes(train.labels().names(), LongStream.of(counts).boxed().toList(), List.of());
    }

    /** At most {@code most} rows, evenly spread. */
    static DataSet sample(DataSet rows, int most) {
        return rows.size() <= most ? rows : new Rows(rows.name(), rows, indices(rows, most));
    }

    /** Which rows {@link #sample} takes. */
    static int[] indices(DataSet rows, int most) {
        int n = Math.min(rows.size(), most);
        return IntStream.range(0, n).map(i -> (int) ((long) i * rows.size() / n)).toArray();
    }

    static String firstLine(Exception e) {
        return Arrays.stream(String.valueOf(e.getMessage()).split("\n")).findFirst().orElse("");
    }
}

package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** The small files in the folder of a run: {@code recipe.yaml}, {@code run.json}, {@code journal.csv}. */
public final class RunFiles {
    public static final String RECIPE = "recipe.yaml";
    public static final String RUN = "run.json";
    public static final String JOURNAL = "journal.csv";
    /** All of them. Temporary files of an interrupted replacement may be deleted. */
    public static final Set<String> TEXTS = Set.of(RECIPE, RUN, JOURNAL);

    private RunFiles() {
    }

    /** Writes recipe and facts of a new run, before its first step. */
    static void writeNew(RunFolder folder, Recipe recipe, Map<String, String> facts, DataFolders data) throws IOException {
        // The recipe comes first, because a folder with a recipe is a run.
        folder.writeText(RECIPE, recipe.toYaml());
        writeFacts(folder, recipe, facts, Optional.empty(), data.folders());
    }

    /**
     * Marks the folder of a branch, before anything stands in it, so that the next command can tell what a killed process has left.
     *
     * @param step the step of the parent at which it begins
     */
    static void beginBranch(RunFolder folder, Path parent, long step) throws IOException {
        folder.begin("a branch of " + parent.toAbsolutePath().normalize().getFileName() + " at step " + step, step,
                List.of(RUN, JOURNAL, RECIPE));
    }

    /** Writes facts and recipe of a branch. Its first checkpoint must be stored. */
    static void writeBranch(RunFolder folder, Recipe recipe, Map<String, String> facts, Lineage parent, DataFolders data)
            throws IOException {
        // The recipe comes last, because with a recipe but without its lineage and first checkpoint it would be a new run.
        writeFacts(folder, recipe, facts, Optional.of(parent), data.folders());
        folder.writeText(RECIPE, recipe.toYaml());
        folder.finish();
    }

    /** The origin of a run, if it is a branch. If {@code run.json} does not say it, its checkpoints do. */
    public static Optional<Lineage> parent(RunFolder folder) throws IOException {
        Optional<Lineage> parent = RunFacts.read(folder).flatMap(RunFacts::parent);
        return parent.isPresent() ? parent : facts(folder).flatMap(Provenance::origin);
    }

    /** As {@link #parent}; if {@code run.json} cannot be read, the checkpoints alone say it. */
    static Optional<Lineage> origin(RunFolder folder) throws IOException {
        try {
            return parent(folder);
        } catch (IOException unreadable) {
            return facts(folder).flatMap(Provenance::origin);
        }
    }

    /**
     * Whether the recipe alone defines step 0 of a run. It does not for a branch. If {@code run.json} is lost or cannot be read, the
     * checkpoints tell whether the run is a branch; those of older versions do not, and then nothing is known.
     */
    public static boolean beginsAtItsRecipe(RunFolder folder) throws IOException {
        if (origin(folder).isPresent()) {
            return false;
        } else if (facts(folder).flatMap(Provenance::run).isPresent()) {
            return true;
        } else if (folder.readText(RUN).isEmpty()) {
            return folder.store().steps().isEmpty();
        }
        return readable(folder).isPresent();
    }

    /** What {@code run.json} says; empty if it is not there, or if it cannot be read. */
    private static Optional<RunFacts> readable(RunFolder folder) {
        try {
            return RunFacts.read(folder);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The facts of the oldest checkpoint that can be read. */
    private static Optional<Map<String, String>> facts(RunFolder folder) throws IOException {
        for (long step : folder.store().steps()) {
            try {
                return Optional.of(folder.store().header(step).facts());
            } catch (IOException damagedOrGone) {
                // The next one says the same.
            }
        }
        return Optional.empty();
    }

    /** The identity of a run; runs of older versions have none until they are resumed. */
    public static Optional<String> identity(RunFolder folder) {
        return readable(folder).flatMap(RunFacts::identity);
    }

    /**
     * Writes what is missing: all facts, if a run was killed between writing recipe and facts or if the file was lost; the identity, if an
     * older version made the run. Takes away the mark of a branch that was killed when it was whole.
     */
    static void complete(RunFolder folder, Recipe recipe, Map<String, String> environment, DataFolders data) throws IOException {
        folder.finish();
        if (folder.readText(RUN).isEmpty()) {
            Optional<Lineage> parent = parent(folder);
            if (parent.isPresent() || beginsAtItsRecipe(folder)) {
                writeFacts(folder, recipe, environment, parent, data.folders());
            }
            // Otherwise it is not known whether this is a branch, so nothing is written that says it is none.
        } else {
            Optional<RunFacts> own = readable(folder).filter(facts -> facts.identity().isEmpty());
            if (own.isPresent()) {
                folder.writeText(RUN, own.get().with(newIdentity(folder)).text());
            }
            remember(folder, data);
        }
    }

    /** Records the folders in which the data was looked for first this time, so that they need not be named again. */
    private static void remember(RunFolder folder, DataFolders data) throws IOException {
        List<Path> standard = DataFolders.standard().folders();
        List<Path> named = data.folders().stream().takeWhile(f -> !standard.contains(f)).filter(Files::isDirectory).toList();
        Optional<RunFacts> facts = readable(folder);
        if (facts.isPresent() && !facts.get().dataFolders().containsAll(named)) {
            folder.writeText(RUN, facts.get().withData(Stream.concat(named.stream(), facts.get().dataFolders().stream()).distinct().toList())
                    .text());
        }
    }

    /** The identity that the checkpoints name; a new one if they name none. */
    private static String newIdentity(RunFolder folder) throws IOException {
        return facts(folder).flatMap(Provenance::run).orElseGet(RunFiles::newIdentity);
    }

    /** An identity that no other run has. */
    static String newIdentity() {
        return UUID.randomUUID().toString();
    }

    /** The steps after which another environment was recorded. */
    public static SortedSet<Long> changes(RunFolder folder) {
        return readable(folder).map(RunFacts::changes).orElseGet(TreeSet::new);
    }

    private static void writeFacts(RunFolder folder, Recipe recipe, Map<String, String> facts, Optional<Lineage> parent,
            List<Path> data) throws IOException {
        List<Path> standard = DataFolders.standard().folders();
        folder.writeText(RUN, RunFacts.none(folder).with(recipe.name(), recipe.digest(), recipe.toYaml(), newIdentity(folder), parent, facts,
                data.stream().filter(f -> !standard.contains(f)).toList()).text());
    }

    /**
     * Records that from {@code step} on the bits may differ from those of an unbroken training. A file that cannot be read is not changed.
     */
    static void record(RunFolder folder, long step, ResumeGrade grade) throws IOException {
        Optional<RunFacts> own = readable(folder);
        if (own.isPresent()) {
            folder.writeText(RUN, own.get().with(step, grade).text());
        }
    }

    /** The text of the first recipe of the run, if it is recorded. */
    static Optional<String> firstRecipe(RunFolder folder) {
        return readable(folder).flatMap(RunFacts::firstRecipe);
    }

    /** The folders of its data beside the standard ones; empty if they are not recorded. */
    static List<Path> dataFolders(RunFolder folder) {
        return readable(folder).map(RunFacts::dataFolders).orElse(List.of());
    }

    /** The text of {@code run.json} for a run that is split off from the one in {@code folder}: the same facts, with this lineage. */
    public static String factsOf(RunFolder folder, Lineage parent) throws IOException {
        Optional<RunFacts> own = RunFacts.read(folder);
        return (own.isPresent() ? own.get() : RunFacts.none(folder)).with(parent).text();
    }

    /** The recipe of a run. */
    public static Recipe recipe(RunFolder folder) throws IOException {
        return Recipe.parse(recipeText(folder), folder.file(RECIPE).toString());
    }

    /** What commands that train nothing need of the recipe of a run; its parts may be unknown. */
    static RecipeSummary summary(RunFolder folder) throws IOException {
        return RecipeSummary.parse(recipeText(folder), folder.file(RECIPE).toString());
    }

    /** The digest of the recipe of a run; if its parts are unknown, the recorded one if the text is as it was recorded. */
    static String recipeDigest(RunFolder folder) throws IOException {
        String yaml = recipeText(folder);
        return firstRecipe(folder).filter(yaml::equals).flatMap(same -> readable(folder).flatMap(RunFacts::firstDigest))
                .orElse(RecipeSummary.digest(yaml, folder.file(RECIPE).toString()));
    }

    static String recipeText(RunFolder folder) throws IOException {
        return folder.readText(RECIPE).orElseThrow(() -> new NoSuchFileException(folder.file(RECIPE).toString(), null,
                "this folder is no run: it has no recipe"));
    }
}

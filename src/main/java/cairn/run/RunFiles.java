package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The small files in the folder of a run: {@code recipe.yaml}, {@code run.json}, {@code journal.csv}. */
public final class RunFiles {
    public static final String RECIPE = "recipe.yaml";
    public static final String RUN = "run.json";
    public static final String JOURNAL = "journal.csv";
    /** All of them. Temporary files of an interrupted replacement may be deleted. */
    public static final Set<String> TEXTS = Set.of(RECIPE, RUN, JOURNAL);

    private static final String DATA_FOLDERS = "data-folders";
    private static final String RECIPE_TEXT = "recipe-text";
    private static final String GRADES = "grades";
    private static final String IDENTITY = "run-id";
    /** Properties that a later version adds are ignored. */
    private static final ObjectMapper JSON = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private RunFiles() {
    }

    /** Writes recipe and facts of a new run, before its first step. */
    static void writeNew(RunFolder folder, Recipe recipe, Map<String, String> facts, DataFolders data) throws IOException {
        // The recipe comes first, because a folder with a recipe is a run.
        folder.writeText(RECIPE, recipe.toYaml());
        writeFacts(folder, recipe, facts, Optional.empty(), data.folders());
    }

    /** Marks the folder of a branch, before anything stands in it, so that the next command can tell what a killed process has left. */
    static void beginBranch(RunFolder folder, Branch branch) throws IOException {
        folder.begin("a branch of " + branch.parent().toAbsolutePath().normalize().getFileName() + " at step " + branch.from().step(),
                branch.from().step(), List.of(RUN, JOURNAL, RECIPE));
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
        Optional<String> text = folder.readText(RUN);
        try {
            JsonNode parent = text.isPresent() ? JSON.readTree(text.get()).path("parent") : MissingNode.getInstance();
            return parent.isObject() ? Optional.of(JSON.treeToValue(parent, Lineage.class)) : facts(folder).flatMap(Provenance::origin);
        } catch (JsonProcessingException e) {
            throw unreadable(folder, e);
        }
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
     * Whether the recipe alone defines step 0 of a run. It does not for a branch. If {@code run.json} is lost, the checkpoints tell whether
     * the run is a branch; those of older versions do not, and then nothing is known.
     */
    public static boolean beginsAtItsRecipe(RunFolder folder) throws IOException {
        if (origin(folder).isPresent()) {
            return false;
        }
        return tree(folder).isObject() || folder.store().steps().isEmpty()
                || facts(folder).flatMap(Provenance::run).isPresent();
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

    /**
     * Checks that {@code run.json}, if it is there, can be read.
     *
     * @throws IOException if it is no JSON object
     */
    static void requireReadable(RunFolder folder) throws IOException {
        Optional<String> text = folder.readText(RUN);
        try {
            if (text.isPresent() && !JSON.readTree(text.get()).isObject()) {
                throw new IOException("cannot read " + folder.file(RUN) + ": it is no JSON object. It is damaged, or another program wrote it");
            }
        } catch (JsonProcessingException e) {
            throw unreadable(folder, e);
        }
    }

    /** The identity of a run; runs of older versions have none until they are resumed. */
    public static Optional<String> identity(RunFolder folder) throws IOException {
        return Optional.ofNullable(tree(folder).path(IDENTITY).textValue());
    }

    /**
     * Writes what is missing: all facts, if a run was killed between writing recipe and facts or if the file was lost; the identity, if an
     * older version made the run. Takes away the mark of a branch that was killed when it was whole.
     */
    static void complete(RunFolder folder, Recipe recipe, Map<String, String> facts, DataFolders data) throws IOException {
        folder.finish();
        if (folder.readText(RUN).isEmpty()) {
            if (!beginsAtItsRecipe(folder) && parent(folder).isEmpty()) {
                // Whether it is a branch is not known, so nothing is written that says it is none.
                return;
            }
            writeFacts(folder, recipe, facts, parent(folder), data.folders());
        } else if (identity(folder).isEmpty() && tree(folder) instanceof ObjectNode run) {
            write(folder, run.put(IDENTITY, newIdentity(folder)));
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
    public static SortedSet<Long> changes(RunFolder folder) throws IOException {
        SortedSet<Long> steps = new TreeSet<>();
        tree(folder).path(GRADES).forEach(entry -> steps.add(entry.path("step").asLong()));
        return steps;
    }

    private static void writeFacts(RunFolder folder, Recipe recipe, Map<String, String> facts, Optional<Lineage> parent,
            List<Path> data) throws IOException {
        ObjectNode tree = JSON.createObjectNode().put("recipe", recipe.name()).put(IDENTITY, newIdentity(folder)).put("recipe-digest", recipe.digest())
                .put(RECIPE_TEXT, recipe.toYaml());
        parent.ifPresent(p -> tree.set("parent", JSON.valueToTree(p)));
        ObjectNode environment = tree.putObject("environment");
        facts.forEach(environment::put);
        List<Path> standard = DataFolders.standard().folders();
        ArrayNode folders = tree.putArray(DATA_FOLDERS);
        data.stream().filter(f -> !standard.contains(f)).forEach(f -> folders.add(f.toString()));
        write(folder, tree);
    }

    private static void write(RunFolder folder, ObjectNode tree) throws IOException {
        try {
            folder.writeText(RUN, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can be written", e);
        }
    }

    /**
     * Records that from {@code step} on the bits may differ from those of an unbroken training. A file that cannot be read is not changed.
     */
    static void record(RunFolder folder, long step, ResumeGrade grade) throws IOException {
        JsonNode tree = tree(folder);
        if (tree instanceof ObjectNode run) {
            ObjectNode entry = run.withArray("/" + GRADES).addObject().put("step", step).put("grade", grade.level().word());
            ArrayNode reasons = entry.putArray("reasons");
            grade.reasons().forEach(reason -> reasons.add(reason.toString()));
            write(folder, run);
        }
    }

    /** The text of the first recipe of the run, if it is recorded. */
    static Optional<String> firstRecipe(RunFolder folder) throws IOException {
        return Optional.ofNullable(tree(folder).path(RECIPE_TEXT).textValue());
    }

    private static JsonNode tree(RunFolder folder) throws IOException {
        try {
            return JSON.readTree(folder.readText(RUN).orElse(""));
        } catch (JsonProcessingException unreadable) {
            return MissingNode.getInstance();
        }
    }

    /** The folders of its data beside the standard ones; empty if they are not recorded. */
    static List<Path> dataFolders(RunFolder folder) throws IOException {
        try {
            return StreamSupport.stream(tree(folder).path(DATA_FOLDERS).spliterator(), false).map(f -> Path.of(f.asText())).toList();
        } catch (InvalidPathException e) {
            return List.of();
        }
    }

    /** The text of {@code run.json} for a run that is split off from the one in {@code folder}: the same facts, with this lineage. */
    public static String factsOf(RunFolder folder, Lineage parent) throws IOException {
        Optional<String> text = folder.readText(RUN);
        try {
            ObjectNode tree = text.isPresent() && JSON.readTree(text.get()) instanceof ObjectNode own ? own : JSON.createObjectNode();
            tree.set("parent", JSON.valueToTree(parent));
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw unreadable(folder, e);
        }
    }

    private static IOException unreadable(RunFolder folder, JsonProcessingException e) {
        return new IOException("cannot read " + folder.file(RUN) + ": " + e.getOriginalMessage()
                + ". It is damaged, or another program wrote it", e);
    }

    /** The recipe of a run. */
    public static Recipe recipe(RunFolder folder) throws IOException {
        String yaml = folder.readText(RECIPE).orElseThrow(() -> new NoSuchFileException(folder.file(RECIPE).toString(), null,
                "this folder is no run: it has no recipe"));
        return Recipe.parse(yaml, folder.file(RECIPE).toString());
    }
}

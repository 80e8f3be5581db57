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
import java.util.stream.StreamSupport;

/** The small files of a run's folder: {@code recipe.yaml}, {@code run.json}, {@code journal.csv}. */
public final class RunFiles {
    public static final String RECIPE = "recipe.yaml";
    public static final String RUN = "run.json";
    public static final String JOURNAL = "journal.csv";
    /** All of them. An interrupted replacement of one may be deleted. */
    public static final Set<String> TEXTS = Set.of(RECIPE, RUN, JOURNAL);

    private static final String DATA_FOLDERS = "data-folders";
    private static final String RECIPE_TEXT = "recipe-text";
    private static final String GRADES = "grades";
    /** What a later version adds does not stop this one. */
    private static final ObjectMapper JSON = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private RunFiles() {
    }

    /** Writes what a run is, before its first step. */
    static void describe(RunFolder folder, Recipe recipe, Map<String, String> facts, DataFolders data) throws IOException {
        // First: a folder with a recipe is a run, and one without is as good as empty.
        folder.writeText(RECIPE, recipe.toYaml());
        writeFacts(folder, recipe, facts, Optional.empty(), data.folders());
    }

    /** Writes what a run is that goes on from another one; its first checkpoint must be there. */
    static void describe(RunFolder folder, Recipe recipe, Map<String, String> facts, Lineage parent, DataFolders data)
            throws IOException {
        // Last: without its parent and its first checkpoint this would be a run that starts anew.
        writeFacts(folder, recipe, facts, Optional.of(parent), data.folders());
        folder.writeText(RECIPE, recipe.toYaml());
    }

    /** Where a run comes from, if it is recorded. */
    public static Optional<Lineage> parent(RunFolder folder) throws IOException {
        Optional<String> text = folder.readText(RUN);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode parent = JSON.readTree(text.get()).path("parent");
            return parent.isObject() ? Optional.of(JSON.treeToValue(parent, Lineage.class)) : Optional.empty();
        } catch (JsonProcessingException e) {
            throw unreadable(folder, e);
        }
    }

    /** Writes what a kill between the two texts left out. */
    static void complete(RunFolder folder, Recipe recipe, Map<String, String> facts, DataFolders data) throws IOException {
        if (folder.readText(RUN).isEmpty()) {
            writeFacts(folder, recipe, facts, Optional.empty(), data.folders());
        }
    }

    private static void writeFacts(RunFolder folder, Recipe recipe, Map<String, String> facts, Optional<Lineage> parent,
            List<Path> data) throws IOException {
        ObjectNode tree = JSON.createObjectNode().put("recipe", recipe.name()).put("recipe-digest", recipe.digest())
                .put(RECIPE_TEXT, recipe.toYaml());
        parent.ifPresent(p -> tree.set("parent", JSON.valueToTree(p)));
        ObjectNode environment = tree.putObject("environment");
        facts.forEach(environment::put);
        List<Path> usual = DataFolders.standard().folders();
        ArrayNode folders = tree.putArray(DATA_FOLDERS);
        data.stream().filter(f -> !usual.contains(f)).forEach(f -> folders.add(f.toString()));
        write(folder, tree);
    }

    private static void write(RunFolder folder, ObjectNode tree) throws IOException {
        try {
            folder.writeText(RUN, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can be written", e);
        }
    }

    /** Writes that from {@code step} on the bits may not be those of the unbroken training. A text that cannot be read is left alone. */
    static void record(RunFolder folder, long step, ResumeGrade grade) throws IOException {
        JsonNode tree = tree(folder);
        if (tree instanceof ObjectNode run) {
            ObjectNode entry = run.withArray("/" + GRADES).addObject().put("step", step).put("grade", grade.level().word());
            ArrayNode reasons = entry.putArray("reasons");
            grade.reasons().forEach(reason -> reasons.add(reason.toString()));
            write(folder, run);
        }
    }

    /** The text of the recipe that the run began with, if it is recorded. */
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

    /** Where its data was found beside the usual places; nothing if that is not known, for then the data is missed soon enough. */
    static List<Path> dataFolders(RunFolder folder) throws IOException {
        try {
            JsonNode folders = JSON.readTree(folder.readText(RUN).orElse("{}")).path(DATA_FOLDERS);
            return StreamSupport.stream(folders.spliterator(), false).map(f -> Path.of(f.asText())).toList();
        } catch (JsonProcessingException | InvalidPathException e) {
            return List.of();
        }
    }

    /** What {@code run.json} is to say of a run that takes over a part of the one in {@code folder}: what is said there, and where it leaves. */
    public static String factsOf(RunFolder folder, Lineage parent) throws IOException {
        Optional<String> text = folder.readText(RUN);
        try {
            ObjectNode tree = text.isPresent() && JSON.readTree(text.get()) instanceof ObjectNode there ? there : JSON.createObjectNode();
            tree.set("parent", JSON.valueToTree(parent));
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw unreadable(folder, e);
        }
    }

    private static IOException unreadable(RunFolder folder, JsonProcessingException e) {
        return new IOException(folder.file(RUN) + " does not say what it should: " + e.getOriginalMessage()
                + ". It is damaged, or another program's", e);
    }

    /** The recipe of a run. */
    public static Recipe recipe(RunFolder folder) throws IOException {
        String yaml = folder.readText(RECIPE).orElseThrow(() -> new NoSuchFileException(folder.file(RECIPE).toString(), null,
                "this folder is no run: it has no recipe"));
        return Recipe.parse(yaml, folder.file(RECIPE).toString());
    }

}

package cairn.train;

import cairn.checkpoint.RunFolder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/** The small files of a run's folder: {@code recipe.yaml}, {@code run.json}, {@code journal.csv}. */
final class RunFiles {
    static final String RECIPE = "recipe.yaml";
    static final String RUN = "run.json";
    static final String JOURNAL = "journal.csv";
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunFiles() {
    }

    /** Writes what a run is, before its first step. */
    static void describe(RunFolder folder, Recipe recipe, Map<String, String> facts) throws IOException {
        // First: a folder with a recipe is a run, and one without is as good as empty.
        folder.writeText(RECIPE, recipe.toYaml());
        writeFacts(folder, recipe, facts);
    }

    /** Writes what a kill between the two texts left out. */
    static void complete(RunFolder folder, Recipe recipe, Map<String, String> facts) throws IOException {
        if (folder.readText(RUN).isEmpty()) {
            writeFacts(folder, recipe, facts);
        }
    }

    private static void writeFacts(RunFolder folder, Recipe recipe, Map<String, String> facts) throws IOException {
        ObjectNode tree = JSON.createObjectNode().put("recipe", recipe.name()).put("recipe-digest", recipe.digest());
        ObjectNode environment = tree.putObject("environment");
        facts.forEach(environment::put);
        try {
            folder.writeText(RUN, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can be written", e);
        }
    }

    /** The recipe of a run. */
    static Recipe recipe(RunFolder folder) throws IOException {
        String yaml = folder.readText(RECIPE).orElseThrow(() -> new NoSuchFileException(folder.file(RECIPE).toString(), null,
                "this folder is no run: it has no recipe"));
        return Recipe.parse(yaml, folder.file(RECIPE).toString());
    }

}

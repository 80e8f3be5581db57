package cairn.page;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.Ranking;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.RecipeSummary;
import cairn.run.Lineage;
import cairn.run.Run;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What is said of all runs: read from their small files and the headers of their checkpoints. */
final class RunAnswers {
    private final PageSettings settings;
    private final Listing listing;
    private final Trainings trainings;
    private final Journals journals;
    /** The recipes that were read, because every page asks for them again and again. */
    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    /** What a recipe's text says. */
    private record Known(String text, String name, Ranking ranking) {
    }

    RunAnswers(PageSettings settings, Listing listing, Trainings trainings, Journals journals) {
        this.settings = settings;
        this.listing = listing;
        this.trainings = trainings;
        this.journals = journals;
    }

    ObjectNode state() throws IOException {
        ObjectNode state = Answer.object().put("readOnly", settings.isReadOnly()).put("version", settings.version())
                .put("folder", listing.folder().toString());
        // A run that is to be shown first may not have begun yet; if it never will, because its training has ended before, it is not awaited.
        Map<String, Path> runs = listing.runs();
        Answer.put(state, "open", settings.open().filter(run -> runs.containsKey(run) || trainings.of(run).isPresent()));
        Answer.texts(state, "recipes", BuiltInRecipes.names());
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        for (Map.Entry<String, Path> run : runs.entrySet()) {
            try {
                all.put(run.getKey(), run(run.getKey(), run.getValue()));
            } catch (IOException | RuntimeException unreadable) {
                // One damaged run hides no other; its own page says what is wrong.
                all.put(run.getKey(), unknown(run.getKey()));
            }
        }
        state.putArray("runs").addAll(families(all));
        return state;
    }

    /** The runs, each behind its parent, with the name of the run that all of its family descend from. */
    private static List<ObjectNode> families(Map<String, ObjectNode> all) {
        Map<String, List<ObjectNode>> children = new LinkedHashMap<>();
        List<ObjectNode> ordered = new ArrayList<>();
        Deque<ObjectNode> next = new ArrayDeque<>();
        for (ObjectNode run : all.values()) {
            children.computeIfAbsent(run.path("parent").asText(), name -> new ArrayList<>()).add(run);
            if (!all.containsKey(run.path("parent").asText())) {
                next.addLast(run.put("root", run.path("name").asText()).put("depth", 0));
            }
        }
        while (!next.isEmpty()) {
            ObjectNode run = next.removeFirst();
            ordered.add(run);
            children.getOrDefault(run.path("name").asText(), List.of()).stream()
                    .sorted(Comparator.comparingLong((ObjectNode child) -> child.path("from").asLong()).reversed())
                    .forEach(child -> next.addFirst(child.put("root", run.path("root").asText()).put("depth", run.path("depth").asInt() + 1)));
        }
        // Runs that descend from themselves are edited files; each is shown alone.
        all.values().stream().filter(run -> !run.has("root"))
                .forEach(run -> ordered.add(run.put("root", run.path("name").asText()).put("depth", 0)));
        return ordered;
    }

    private ObjectNode unknown(String name) {
        ObjectNode node = Answer.object().put("name", name).putNull("parent").putNull("from");
        node.putArray("changes");
        node.putNull("newest").putNull("best").put("recipe", "").put("training", false).put("paused", false).put("mine", false);
        return node;
    }

    private ObjectNode run(String name, Path folder) throws IOException {
        Optional<Lineage> parent = Run.parent(folder);
        Known recipe = known(folder);
        ObjectNode node = Answer.object().put("name", name);
        Answer.put(node, "parent", parent.map(Lineage::run));
        parent.ifPresentOrElse(p -> node.put("from", p.step()), () -> node.putNull("from"));
        Answer.texts(node, "changes", parent.map(Lineage::changes).orElse(List.of()));
        try (DirectoryStore store = DirectoryStore.reading(folder, listing.disk())) {
            CheckpointStore.Listing all = store.listing();
            List<CheckpointInfo> stored = all.checkpoints();
            put(node, "newest", stored.isEmpty() ? Optional.empty() : Optional.of(stored.get(stored.size() - 1)));
            put(node, "best", recipe.ranking().best(stored));
        }
        Optional<Child> mine = trainings.of(name);
        return node.put("recipe", recipe.name()).put("training", mine.isPresent() ? !mine.get().isPaused() : journals.isGrowing(name))
                .put("paused", mine.isPresent() && mine.get().isPaused()).put("mine", mine.isPresent());
    }

    private Known known(Path folder) throws IOException {
        String text = Run.recipeText(folder);
        Known before = known.get(folder);
        if (before != null && before.text().equals(text)) {
            return before;
        } else if (known.size() > 2 * Listing.MOST_RUNS) {
            known.clear();
        }
        String name = text.lines().filter(line -> line.startsWith("name:")).map(line -> line.substring("name:".length()).strip())
                .findFirst().orElse("");
        Known now = new Known(text, name, RecipeSummary.parse(text, folder.toString()).evaluate().ranking());
        known.put(folder, now);
        return now;
    }

    private static void put(ObjectNode node, String name, Optional<CheckpointInfo> at) {
        at.ifPresentOrElse(c -> node.put(name, c.step()), () -> node.putNull(name));
    }
}

package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.words.Printable;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What {@code run.json} says, read without trusting it. A value that cannot be right is an {@link IOException} which names the file and the
 * place in it. Properties that a later version adds are ignored and kept.
 */
final class RunFacts {
    private static final String DATA_FOLDERS = "data-folders";
    /** The same folders as seen from the folder of the run, so that a project can be moved as a whole. */
    private static final String DATA_FOLDERS_FROM_RUN = "data-folders-from-run";
    private static final String RECIPE_DIGEST = "recipe-digest";
    private static final String RECIPE_TEXT = "recipe-text";
    private static final String GRADES = "grades";
    private static final String STEP = "step";
    private static final String IDENTITY = "run-id";
    private static final String PARENT = "parent";
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private final Path file;
    private final ObjectNode tree;
    private final Optional<String> identity;
    private final Optional<Lineage> parent;
    private final SortedSet<Long> changes;

    private RunFacts(Path file, ObjectNode tree) throws IOException {
        this.file = file;
        this.tree = tree;
        this.identity = tree.has(IDENTITY)
                ? Optional.of(text(tree, IDENTITY, "", id -> id.matches("[0-9A-Za-z-]{1,64}"), "an identity of a run")) : Optional.empty();
        this.parent = parent(tree.path(PARENT));
        this.changes = new TreeSet<>();
        for (JsonNode entry : list(tree, GRADES, "")) {
            changes.add(step(entry, GRADES + "."));
        }
    }

    /** The facts of the run in {@code folder}; empty if it has no such file. Everything that is used is checked. */
    static Optional<RunFacts> read(RunFolder folder) throws IOException {
        Optional<String> text = folder.readText(RunFiles.RUN);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Path file = folder.file(RunFiles.RUN);
        try {
            if (JSON.readTree(text.get()) instanceof ObjectNode object) {
                return Optional.of(new RunFacts(file, object));
            }
            throw wrong(file, "it is no JSON object");
        } catch (JsonProcessingException e) {
            throw wrong(file, e.getOriginalMessage());
        }
    }

    /** Facts of a new run, in which nothing stands yet. */
    static RunFacts none(RunFolder folder) throws IOException {
        return new RunFacts(folder.file(RunFiles.RUN), JSON.createObjectNode());
    }

    /** The facts of a run: its recipe, its identity, its origin, the environment of its beginning, and where its data is. */
    RunFacts with(String recipe, String digest, String yaml, String identity, Optional<Lineage> parent, Map<String, String> environment,
            List<Path> data) {
        tree.put("recipe", recipe).put(IDENTITY, identity).put(RECIPE_DIGEST, digest).put(RECIPE_TEXT, yaml);
        parent.ifPresent(this::with);
        ObjectNode facts = tree.putObject("environment");
        environment.forEach(facts::put);
        return withData(data);
    }

    /** Where the data is. */
    RunFacts withData(List<Path> data) {
        ArrayNode folders = tree.putArray(DATA_FOLDERS);
        ArrayNode fromRun = tree.putArray(DATA_FOLDERS_FROM_RUN);
        for (Path folder : data) {
            folders.add(folder.toString());
            // On Windows, there is no relative path between two drives.
            if (folder.isAbsolute() && folder.getRoot().equals(here().getRoot())) {
                fromRun.add(here().relativize(folder.normalize()).toString().replace('\\', '/'));
            }
        }
        return this;
    }

    private Path here() {
        return file.toAbsolutePath().normalize().getParent();
    }

    RunFacts with(Lineage parent) {
        ObjectNode node = tree.putObject(PARENT).put("run", parent.run()).put("path", parent.path()).put(STEP, parent.step())
                .put("digest", parent.digest());
        ArrayNode changes = node.putArray("changes");
        parent.changes().forEach(changes::add);
        return this;
    }

    RunFacts with(String identity) {
        tree.put(IDENTITY, identity);
        return this;
    }

    /** Adds that from {@code step} on the bits may differ from those of an unbroken training. */
    RunFacts with(long step, ResumeGrade grade) {
        ObjectNode entry = tree.withArray("/" + GRADES).addObject().put(STEP, step).put("grade", grade.level().word());
        ArrayNode reasons = entry.putArray("reasons");
        grade.reasons().forEach(reason -> reasons.add(reason.toString()));
        return this;
    }

    String text() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can be written", e);
        }
    }

    /** The identity of the run, if it has one. */
    Optional<String> identity() {
        return identity;
    }

    /** Where the run begins, if it is a branch. */
    Optional<Lineage> parent() {
        return parent;
    }

    /** The steps after which another environment was recorded. */
    SortedSet<Long> changes() {
        return changes;
    }

    /** The digest of the first recipe of the run, if it is recorded. */
    Optional<String> firstDigest() {
        return Optional.ofNullable(tree.path(RECIPE_DIGEST).textValue());
    }

    /** The text of the first recipe of the run, if it is recorded. */
    Optional<String> firstRecipe() {
        return Optional.ofNullable(tree.path(RECIPE_TEXT).textValue());
    }

    /**
     * The folders of its data beside the standard ones: as they were recorded, and where they are if run and data were moved together. What
     * is no path is left out, because these are only places to look in.
     */
    List<Path> dataFolders() {
        Set<Path> folders = new LinkedHashSet<>();
        tree.path(DATA_FOLDERS).forEach(f -> Optional.ofNullable(f.textValue()).filter(RunFacts::isPath).map(Path::of)
                .ifPresent(folders::add));
        tree.path(DATA_FOLDERS_FROM_RUN).forEach(f -> Optional.ofNullable(f.textValue()).filter(text -> text.isEmpty() || isPath(text))
                .map(text -> here().resolve(text).normalize()).ifPresent(folders::add));
        return List.copyOf(folders);
    }

    private Optional<Lineage> parent(JsonNode node) throws IOException {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        } else if (!node.isObject()) {
            throw wrong(PARENT, "an object", node);
        }
        String in = PARENT + ".";
        List<String> lines = new ArrayList<>();
        for (JsonNode change : list(node, "changes", in)) {
            lines.add(text(change, in + "changes"));
        }
        return Optional.of(new Lineage(text(node, "run", in, name -> !name.isBlank(), "a name"),
                text(node, "path", in, RunFacts::isPath, "a path"), step(node, in),
                text(node, "digest", in, digest -> digest.matches("[0-9a-f]{64}"), "a digest of 64 hexadecimal digits"), lines));
    }

    private Iterable<JsonNode> list(JsonNode node, String name, String in) throws IOException {
        JsonNode list = node.path(name);
        if (!list.isMissingNode() && !list.isArray()) {
            throw wrong(in + name, "a list", list);
        }
        return list;
    }

    private long step(JsonNode node, String in) throws IOException {
        JsonNode step = node.path(STEP);
        if (!step.isIntegralNumber() || !step.canConvertToLong() || step.longValue() < 0) {
            throw wrong(in + STEP, "a whole number from 0", step);
        }
        return step.longValue();
    }

    private String text(JsonNode node, String name, String in, Predicate<String> isRight, String expected) throws IOException {
        String text = text(node.path(name), in + name);
        if (!isRight.test(text)) {
            throw wrong(in + name, expected, node.path(name));
        }
        return text;
    }

    /** A text that can be written into a file again: half of a surrogate pair cannot. */
    private String text(JsonNode node, String place) throws IOException {
        if (!node.isTextual() || node.textValue().codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw wrong(place, "a text", node);
        }
        return node.textValue();
    }

    private static boolean isPath(String text) {
        try {
            return !text.isBlank() && Path.of(text) != null;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private IOException wrong(String place, String expected, JsonNode found) {
        return wrong(file, place + ": expected " + expected + ", found "
                + (found.isMissingNode() ? "nothing" : Printable.brief(found.toString())));
    }

    private static IOException wrong(Path file, String problem) {
        return new IOException("cannot read " + Printable.line(file + ": " + problem) + ". It is damaged, or another program wrote it:"
                + " put it right, or move it away; then the checkpoints tell where the run comes from, if they are not of an older version");
    }
}

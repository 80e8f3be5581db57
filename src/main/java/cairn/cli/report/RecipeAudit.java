package cairn.cli.report;

import cairn.audit.CompletenessAudit;
import cairn.audit.Finding;
import cairn.cli.args.RecipeName;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.Screen;
import cairn.data.DataSet;
import cairn.data.Rows;
import cairn.data.source.DataFolders;
import cairn.data.source.MissingDataException;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.train.SelfTest;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The completeness audit of recipes. Each recipe is trained for a few steps, and every object that its trainer reaches is visited.
 * This finds fields outside the state. Then a training that is restored in the middle must reach the digest of one that was not.
 * This finds what no visit can see, such as temporary memory that is read before it is written.
 */
public record RecipeAudit(Screen screen, DataFolders folders) {
    private static final int STEPS = 2;
    private static final int COMPARED_STEPS = 6;
    private static final int ROWS = 16;

    /** Audits the recipe called {@code name}, or all built-in ones if it is empty; returns whether all are complete. */
    public boolean of(String name) throws IOException {
        boolean isOne = !name.isEmpty();
        List<String> names = isOne ? List.of(name) : BuiltInRecipes.names();
        Map<String, Integer> classes = new TreeMap<>();
        int incomplete = 0;
        int skipped = 0;
        for (String recipeName : names) {
            try {
                Recipe recipe = RecipeName.read(recipeName);
                incomplete += audit(recipe, TrainingData.open(recipe, folders), classes) ? 0 : 1;
            } catch (MissingDataException e) {
                if (isOne) {
                    throw e;
                }
                skipped++;
                screen.print("skipped    " + recipeName + ": its data set is missing (cairn data list)");
                screen.emit(Screen.event("skipped").put("recipe", recipeName).put("message", e.getMessage()));
            }
        }
        Columns table = new Columns(">objects", "class");
        classes.forEach((type, objects) -> table.add(Integer.toString(objects), type));
        screen.print("\n" + table);
        screen.print("\n" + (incomplete > 0 ? incomplete + " of " + names.size() + " would not be resumed exactly"
                : "every field that can change is in a slot or declared @Ephemeral"));
        screen.emit(Screen.event("end").put("complete", incomplete == 0).put("audited", names.size() - skipped).put("skipped", skipped));
        return incomplete == 0;
    }

    private boolean audit(Recipe recipe, TrainingData data, Map<String, Integer> classes) throws IOException {
        CompletenessAudit audit;
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            for (int i = 0; i < STEPS; i++) {
                trainer.step();
            }
            // The arrays of an evaluation are created by the first evaluation.
            DataSet rows = trainer.data().monitored();
            trainer.evaluate(new Rows("some " + rows.name(), rows, IntStream.range(0, Math.min(ROWS, rows.size())).toArray()));
            audit = CompletenessAudit.of(trainer);
        }
        audit.classes().forEach((type, objects) -> classes.merge(type, objects, Integer::sum));
        List<SelfTest.Check> broken = SelfTest.check(recipe, data, COMPARED_STEPS).stream().filter(c -> !c.holds()).toList();
        boolean isComplete = audit.findings().isEmpty() && broken.isEmpty();
        screen.print((isComplete ? "complete   " : "INCOMPLETE ") + recipe.name() + ": " + walked(audit));
        audit.findings().forEach(f -> screen.print("  " + f));
        broken.forEach(c -> screen.print("  DIFFERS  " + c.claim() + (audit.findings().isEmpty()
                ? ": no field is missing, so memory outside the slots is read before it is written. What a layer keeps between steps"
                + " must be in its buffers"
                : "")));
        emit(recipe, audit, broken, isComplete);
        return isComplete;
    }

    private static String walked(CompletenessAudit audit) {
        return audit.classes().values().stream().mapToInt(Integer::intValue).sum() + " objects of "
                + Format.count(audit.classes().size(), "kind") + ", " + audit.declared().size() + " fields declared @Ephemeral"
                + (audit.findings().isEmpty() ? "" : ", " + Format.count(audit.findings().size(), "finding"));
    }

    private void emit(Recipe recipe, CompletenessAudit audit, List<SelfTest.Check> broken, boolean isComplete) {
        for (Finding f : audit.findings()) {
            screen.emit(Screen.event("finding").put("recipe", recipe.name()).put("class", f.type()).put("field", f.field())
                    .put("what", f.what()).put("path", f.path()).put("advice", f.advice()));
        }
        broken.forEach(c -> screen.emit(Screen.event("check").put("recipe", recipe.name()).put("claim", c.claim()).put("holds", false)
                .put("expected", c.expected()).put("found", c.found())));
        ObjectNode event = Screen.event("audit").put("recipe", recipe.name()).put("complete", isComplete);
        ObjectNode counts = event.putObject("classes");
        audit.classes().forEach(counts::put);
        ObjectNode declared = event.putObject("ephemeral");
        audit.declared().forEach((place, ephemeral) -> declared.put(place, ephemeral.value()));
        screen.emit(event);
    }
}

package cairn.transfer;

import cairn.interop.WeightMatch;
import cairn.interop.file.FileMoments;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.recipe.ComponentRegistry;
import cairn.recipe.InitialWeights;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.state.State;
import cairn.state.Value;
import cairn.transfer.StateTransfer.Entry;
import cairn.transfer.StateTransfer.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a fresh training takes from another program's file: the weights of its layers and, on request, what its optimizer keeps. */
final class FileTransfer {
    private static final String MODEL = "model/";

    private FileTransfer() {
    }

    /**
     * @throws IllegalArgumentException if a layer is missing and may not be
     * @throws RecipeException if the optimizer of the file is another one than the target's, or is missing
     */
    static StateTransfer of(StateTransfer.Target target, TensorFile file, InitialWeights weights) {
        Recipe recipe = target.recipe();
        State start = State.of(target.training());
        long[] row = Arrays.stream(start.textOrEmpty("data/shape").split("[^0-9]+")).filter(size -> !size.isEmpty())
                .mapToLong(Long::parseLong).toArray();
        List<ModelPart> parts = ModelPart.of(recipe.network(), row);
        boolean asksForMoments = weights.optimizer().orElse(false);
        // What is not asked for is not turned into the order of here.
        WeightMatch match = WeightMatch.of(asksForMoments ? file : file.withoutMoments(), weights.from(), parts, recipe.dtype().type(), choice(weights));
        Map<String, Value> taken = new LinkedHashMap<>();
        match.tensors().forEach((path, tensor) -> taken.put(MODEL + path, tensor));
        List<Entry> entries = new ArrayList<>();
        for (WeightMatch.Row r : match.rows()) {
            entries.add(switch (r.status()) {
                case TAKEN -> new Entry(Status.COPIED, MODEL + r.name(), r.why());
                case SAME, NOT_CHOSEN, MISSING -> new Entry(Status.INITIALIZED, MODEL + r.name(), r.why());
                case LEFT_OVER -> new Entry(Status.UNUSED, r.name(), r.why());
            });
        }
        List<String> notes = new ArrayList<>(file.notes());
        notes.addAll(match.settings());
        if (asksForMoments) {
            FileMoments moments = requireMoments(recipe, file, weights.from());
            notes.addAll(moments.notes());
            notes.addAll(otherSettings(recipe, moments));
            takeMoments(start, match, taken, entries);
        } else {
            file.moments().ifPresent(m -> notes.add("the file also has what " + m.name() + " keeps for each weight; it was not asked for"));
        }
        return StateTransfer.ofValues(target, taken, entries, notes);
    }

    private static WeightMatch.Choice choice(InitialWeights weights) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String each : weights.rename()) {
            map.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        return new WeightMatch.Choice(weights.select(), map, weights.partial().orElse(false));
    }

    private static FileMoments requireMoments(Recipe recipe, TensorFile file, String from) {
        String rule = ComponentRegistry.all().nameOf(recipe.optimizer());
        FileMoments moments = file.moments().orElseThrow(() -> RecipeException.of(recipe.name(), "weights.optimizer", "there is nothing of"
                + " an optimizer in " + from + (file.notes().isEmpty() ? "" : ": " + String.join("; ", file.notes()))));
        if (moments.rules().isEmpty()) {
            throw RecipeException.of(recipe.name(), "weights.optimizer", "there is no rule here like " + moments.name() + " in " + from
                    + (moments.notes().isEmpty() ? "" : ": " + String.join("; ", moments.notes())));
        } else if (!moments.rules().contains(rule)) {
            throw RecipeException.of(recipe.name(), "optimizer.rule", "expected " + String.join(" or ", moments.rules()) + ", which "
                    + moments.name() + " in " + from + " is, found " + rule + ". Its vectors mean something else under another rule");
        }
        return moments;
    }

    /** The vectors of a tensor are those of the file only if all of them are there; its age too. */
    private static void takeMoments(State start, WeightMatch match, Map<String, Value> taken, List<Entry> entries) {
        for (Map.Entry<String, Value> entry : start.select("optimizer").entries().entrySet()) {
            String path = entry.getKey();
            FileMoments.Vectors vectors = match.moments().get(path.substring(StateFilter.parameterStart(path)));
            String slot = path.split("/")[1];
            if (vectors == null || !StateFilter.isAge(path) && !vectors.vectors().containsKey(slot)) {
                entries.add(new Entry(Status.INITIALIZED, path, "not in the file"));
            } else if (StateFilter.isAge(path)) {
                taken.put(path, new Value.Int(vectors.updates()));
                entries.add(new Entry(Status.COPIED, path, ""));
            } else {
                taken.put(path, vectors.vectors().get(slot).value());
                entries.add(new Entry(Status.COPIED, path, ""));
            }
        }
    }

    /** The settings that the file says otherwise than the recipe. */
    private static List<String> otherSettings(Recipe recipe, FileMoments moments) {
        Map<String, Double> own = ComponentRegistry.all().numbersOf(recipe.optimizer());
        List<String> notes = new ArrayList<>();
        moments.settings().forEach((name, value) -> {
            if (own.containsKey(name) && own.get(name).floatValue() != value.floatValue()) {
                notes.add("optimizer." + name + " is " + own.get(name) + " in the recipe and " + value + " in the file");
            }
        });
        return notes;
    }
}

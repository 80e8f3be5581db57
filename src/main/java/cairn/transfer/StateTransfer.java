package cairn.transfer;

import cairn.recipe.Recipe;
import cairn.state.Difference;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.Trainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a fresh training takes over from a saved state, entry by entry, and why not what it does not. An entry is taken if path,
 * kind, type and shape are equal and it still means the same:
 * <ul>
 *   <li>a layer of which one tensor has another shape is fresh, all of it;</li>
 *   <li>constants are the new training's own;</li>
 *   <li>an optimizer's vectors are fresh if the rule is another one, even where it has vectors of the same name, and those of a
 *       weight that is fresh are fresh too;</li>
 *   <li>an average that is not taken begins as a copy of the weights;</li>
 *   <li>what a recovery rule remembers is taken whole or not at all;</li>
 *   <li>the best metric and what goes with it are taken only if all of the model is and it is measured as before.</li>
 * </ul>
 * To ask for {@code optimizer} or {@code progress} by name in the selection takes them wherever they fit.
 */
public final class StateTransfer {

    /** What became of an entry. */
    public enum Fate {
        /** It has the saved value. */
        TAKEN,
        /** It is as in a training at step 0. */
        FRESH,
        /** A constant, which is the new training's own and differs from the saved one. */
        NEW,
        /** The saved state has it and the new training does not. */
        LEFT
    }

    /**
     * One entry, of the new training or, if left, of the saved state.
     *
     * @param why what there is to say of it, empty for what is taken under its own name
     */
    public record Entry(Fate fate, String path, String why) {
    }

    private final List<Entry> entries;
    private final State state;

    private StateTransfer(List<Entry> entries, State state) {
        this.entries = List.copyOf(entries);
        this.state = state;
    }

    /**
     * What {@code fresh} takes over from {@code saved}, a state of {@code recipe}; the step goes along.
     *
     * @throws IllegalArgumentException if the selection does not mean entries of the saved state
     */
    public static StateTransfer of(Trainer fresh, Recipe recipe, State saved, StateFilter selection) {
        // Constants are compared whatever is chosen, and the step is the only clock.
        State chosen = selection.of(saved, "the saved state").overlay(saved.select("train/step"))
                .overlay(saved.select("recipe")).overlay(saved.select("data"));
        return of(fresh, recipe, saved, chosen, selection);
    }

    /**
     * What {@code fresh} takes over of the model alone in {@code saved}; nothing is said of the rest.
     *
     * @param source what to call the saved state in errors
     */
    static StateTransfer ofWeights(Trainer fresh, State saved, StateFilter selection, String source) {
        State model = saved.select("model");
        StateTransfer all = of(fresh, fresh.recipe(), model, selection.of(model, source), selection);
        return new StateTransfer(all.entries.stream().filter(e -> e.path().startsWith("model/")).toList(), all.state);
    }

    private static StateTransfer of(Trainer fresh, Recipe recipe, State saved, State chosen, StateFilter selection) {
        Map<String, Difference> misfits = chosen.misfits(fresh).stream()
                .collect(Collectors.toMap(Difference::path, Function.identity(), (a, b) -> a, TreeMap::new));
        Map<String, String> before = new LinkedHashMap<>();
        saved.entries().keySet().forEach(path -> before.put(selection.renamed(path), path));

        Meaning meaning = new Meaning(recipe, fresh, selection, misfits);
        State start = fresh.snapshot();
        List<Entry> entries = new ArrayList<>();
        Map<String, Value> taken = new LinkedHashMap<>();
        Set<String> freshWeights = new LinkedHashSet<>();
        // The model comes first, for what else is taken depends on it.
        List<String> paths = start.entries().keySet().stream().sorted((a, b) -> Boolean.compare(b.startsWith("model/"), a.startsWith("model/"))).toList();
        for (String path : paths) {
            Difference misfit = misfits.get(path);
            Optional<String> why = meaning.changed(path, freshWeights)
                    .or(() -> Optional.ofNullable(misfit).map(m -> reason(m, before.get(path), selection)));
            if (misfit != null && misfit.kind() == Difference.Kind.DIFFERENT) {
                entries.add(new Entry(Fate.NEW, path, why.get()));
            } else if (why.isPresent()) {
                entries.add(new Entry(Fate.FRESH, path, why.get() + (path.startsWith("average/") ? "; it begins as the weights are" : "")));
                if (path.startsWith("model/")) {
                    freshWeights.add(path.substring("model/".length()));
                }
            } else {
                taken.put(path, chosen.entries().get(path));
                String old = before.getOrDefault(path, path);
                entries.add(new Entry(Fate.TAKEN, path, old.equals(path) ? "" : "was " + old));
            }
        }
        misfits.values().stream().filter(m -> m.kind() == Difference.Kind.UNEXPECTED)
                .forEach(m -> entries.add(new Entry(Fate.LEFT, m.path(), "not in the new training")));
        return new StateTransfer(entries, averaged(start.overlay(State.of(taken)), taken.keySet()));
    }

    /** Why an entry that does not fit is not taken. */
    private static String reason(Difference misfit, String before, StateFilter selection) {
        return switch (misfit.kind()) {
            case MISMATCHED -> "here " + misfit.live() + ", saved " + misfit.saved();
            case DIFFERENT -> brief(misfit.live()) + ", saved " + brief(misfit.saved());
            default -> before != null && !selection.takes(before) ? "not selected" : "not in the saved state";
        };
    }

    private static String brief(String text) {
        String value = text.replaceFirst("^text ", "");
        return value.length() <= 20 ? value : value.substring(0, 17) + "...";
    }

    /** An average that has nothing to go on from begins as the weights do. */
    private static State averaged(State state, Set<String> taken) {
        Map<String, Value> copies = new LinkedHashMap<>();
        state.select("average").entries().keySet().stream().filter(path -> !taken.contains(path))
                .forEach(path -> copies.put(path, state.entries().get("model/" + path.substring("average/".length()))));
        return state.overlay(State.of(copies));
    }

    /** Whether an entry that fits still means the same. */
    private record Meaning(Recipe recipe, Trainer fresh, StateFilter selection, Map<String, Difference> misfits) {

        /** Why the entry at {@code path} means something else now, if it does. */
        Optional<String> changed(String path, Set<String> freshWeights) {
            String own = path.substring(StateFilter.own(path));
            if (path.startsWith("model/")) {
                return misfits.containsKey(path) ? Optional.empty() : misfits.values().stream()
                        .filter(m -> m.kind() == Difference.Kind.MISMATCHED && layer(m.path()).equals(layer(path))).findFirst()
                        .map(m -> "its layer is another one: " + m.path().substring(layer(path).length() + 1) + " has another shape");
            } else if (path.startsWith("optimizer/") || path.startsWith("average/")) {
                Class<?> rule = recipe.optimizer().getClass();
                if (path.startsWith("optimizer/") && rule != fresh.recipe().optimizer().getClass() && !selection.asksFor("optimizer")) {
                    return Optional.of("the rule was another one");
                }
                return freshWeights.contains(own) ? Optional.of("its weight is fresh") : Optional.empty();
            } else if (path.startsWith("recovery/")) {
                return freshWeights.isEmpty() && misfits.keySet().stream().noneMatch(p -> p.startsWith("recovery/"))
                        && recipe.optimizer().getClass() == fresh.recipe().optimizer().getClass() ? Optional.empty()
                        : Optional.of("it remembers another training");
            } else if (!path.startsWith("progress/") || selection.asksFor("progress")) {
                return Optional.empty();
            } else if (!freshWeights.isEmpty() || !recipe.model().equals(fresh.recipe().model())) {
                return Optional.of("it was measured of another model");
            }
            return !misfits.containsKey("data/digest") && measuredAs(recipe).equals(measuredAs(fresh.recipe())) ? Optional.empty()
                    : Optional.of("it was measured in another way");
        }

        private static String layer(String path) {
            return path.substring(0, path.lastIndexOf('/'));
        }

        /** All that the monitored metric depends on, beside the weights. */
        private static List<Object> measuredAs(Recipe r) {
            Recipe.Data d = r.data();
            return List.of(d.set(), d.validation(), d.test(), d.normalize(), r.seed(), r.loss(), r.average().isPresent(),
                    r.evaluate().monitor());
        }
    }

    /** Everything, the model first. */
    public List<Entry> entries() {
        return entries;
    }

    /** What met {@code fate}. */
    public List<Entry> entries(Fate fate) {
        return entries.stream().filter(e -> e.fate() == fate).toList();
    }

    /** The state that the new training begins with. */
    public State state() {
        return state;
    }

    /**
     * Refuses to go on with a model of which nothing was taken.
     *
     * @throws IllegalArgumentException naming every entry of the model
     */
    public StateTransfer requireModel(String source) {
        List<Entry> model = entries.stream().filter(e -> e.path().startsWith("model/")).toList();
        if (model.stream().anyMatch(e -> e.fate() == Fate.TAKEN)) {
            return this;
        }
        int width = model.stream().mapToInt(e -> e.path().length()).max().orElse(1);
        throw new IllegalArgumentException("nothing of the model of " + source + " can be taken over"
                + model.stream().map(e -> String.format("%n  %-5s  %-" + width + "s   %s", e.fate().name().toLowerCase(java.util.Locale.ROOT),
                        e.path(), e.why())).collect(Collectors.joining())
                + "\nMap its names with --rename OLD=NEW, or start a new run.");
    }
}

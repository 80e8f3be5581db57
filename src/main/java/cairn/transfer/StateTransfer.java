package cairn.transfer;

import cairn.recipe.Recipe;
import cairn.state.Difference;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.state.Value;
import java.util.ArrayList;
import java.util.Comparator;
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
 * What a fresh training copies from a saved state, entry by entry, and why an entry is not copied. An entry is copied if path, kind, type
 * and shape are equal and if it still means the same:
 * <ul>
 *   <li>if one tensor of a layer has another shape, the whole layer is initialized;</li>
 *   <li>an output means a class: if the names of the classes differ, the last layers are initialized, from the one that makes the outputs
 *       ({@link Head}), unless the filter names them;</li>
 *   <li>constants are the new training's own;</li>
 *   <li>an optimizer's vectors are initialized if the rule differs, even where both rules have vectors of the same name; so are the
 *       vectors of a weight that is initialized;</li>
 *   <li>an age belongs to its vectors: it is copied if all of them are, and otherwise begins at 0 as they do;</li>
 *   <li>an average that is not copied begins as a copy of the weights;</li>
 *   <li>the state of a recovery rule is copied as a whole or not at all;</li>
 *   <li>the best metric and its counters are copied only if the whole model is copied and is measured in the same way.</li>
 * </ul>
 * A filter that names {@code optimizer} or {@code progress} copies them wherever they fit.
 */
public final class StateTransfer {

    /** What happened to an entry. */
    public enum Status {
        /** It has the saved value. */
        COPIED,
        /** It has the value of a training at step 0. */
        INITIALIZED,
        /** It is a constant of the new training and differs from the saved one. */
        OWN,
        /** The saved state has it, and the new training does not. */
        UNUSED
    }

    /**
     * One entry of the new training or, if unused, of the saved state.
     *
     * @param why the reason; empty for an entry that is copied under the same name
     */
    public record Entry(Status status, String path, String why) {
    }

    /** A fresh training, and the recipe that it was made from. */
    public record Target(Snapshottable training, Recipe recipe) {
    }

    private final List<Entry> entries;
    private final State state;
    private final List<String> notes;

    private StateTransfer(List<Entry> entries, State state, List<String> notes) {
        this.entries = List.copyOf(entries);
        this.state = state;
        this.notes = List.copyOf(notes);
    }

    private StateTransfer(List<Entry> entries, State state) {
        this(entries, state, List.of());
    }

    /**
     * What {@code target}, a fresh training, copies from {@code state}. The step is copied too.
     *
     * @param source the recipe that {@code state} is a state of
     * @throws IllegalArgumentException if a name of the filter is no entry of the saved state
     */
    public static StateTransfer of(Target target, Recipe source, State state, StateFilter filter) {
        State saved = OlderStates.completed(state, source);
        // Whatever the filter says: the step is copied, and the constants are compared.
        State chosen = filter.apply(saved, "the saved state").overlay(saved.select("train/step"))
                .overlay(saved.select("recipe")).overlay(saved.select("data"));
        return of(target, source, saved, saved, chosen, filter);
    }

    /**
     * What {@code target} copies from the model in {@code saved}; all other entries of {@code saved} are ignored.
     *
     * @param source the name of the saved state in errors
     */
    static StateTransfer ofWeights(Target target, State saved, StateFilter filter, String source) {
        State model = saved.select("model");
        StateTransfer all = of(target, target.recipe(), saved, model, filter.apply(model, source), filter);
        return new StateTransfer(all.entries.stream().filter(e -> e.path().startsWith("model/")).toList(), all.state);
    }

    /**
     * What {@code target}, a fresh training, takes over from elsewhere.
     *
     * @param taken the entries with their new values
     * @param entries what happened to each, in words
     */
    static StateTransfer ofValues(Target target, Map<String, Value> taken, List<Entry> entries, List<String> notes) {
        State start = State.of(target.training());
        return new StateTransfer(entries, averaged(start.overlay(State.of(taken)), taken.keySet()), notes);
    }

    /**
     * @param whole the state that says which classes its outputs are
     * @param saved what of it may be copied
     * @param chosen the entries of {@code saved} that the filter selects, under their new paths
     */
    private static StateTransfer of(Target target, Recipe source, State whole, State saved, State chosen, StateFilter filter) {
        Map<String, Difference> misfits = chosen.misfits(target.training()).stream()
                .collect(Collectors.toMap(Difference::path, Function.identity(), (a, b) -> a, TreeMap::new));
        Map<String, String> before = new LinkedHashMap<>();
        saved.entries().keySet().forEach(path -> before.put(filter.renamed(path), path));

        State start = State.of(target.training());
        Meaning meaning = new Meaning(source, target.recipe(), filter, misfits, start, chosen, NamedEnd.of(start, whole, filter));
        List<Entry> entries = new ArrayList<>();
        Map<String, Value> copied = new LinkedHashMap<>();
        Set<String> initialized = new LinkedHashSet<>();
        // The model comes first, because the other entries depend on it; ages come last, because they depend on their vectors.
        List<String> paths = start.entries().keySet().stream().sorted(Comparator.comparing(path -> path.startsWith("model/") ? 0
                : StateFilter.isAge(path) ? 2 : 1)).toList();
        for (String path : paths) {
            Difference misfit = misfits.get(path);
            Optional<Value> byName = meaning.byName(path);
            if (byName.isPresent()) {
                // What belongs to the tensor, such as the vectors of the optimizer, is initialized.
                initialized.add(path.substring("model/".length()));
                copied.put(path, byName.get());
                entries.add(new Entry(Status.COPIED, path, meaning.otherNames(path).orElseThrow()));
                continue;
            }
            Optional<String> why = meaning.changed(path, initialized).or(() -> fresh(path, start, copied))
                    .or(() -> Optional.ofNullable(misfit).map(m -> reason(m, before.get(path), saved, filter)));
            if (misfit != null && (misfit.kind() == Difference.Kind.DIFFERENT || path.startsWith("data/"))) {
                entries.add(new Entry(Status.OWN, path, why.get()));
            } else if (why.isPresent()) {
                entries.add(new Entry(Status.INITIALIZED, path, why.get()
                        + (path.startsWith("average/") ? "; it begins as a copy of the weights" : "")));
                if (path.startsWith("model/")) {
                    initialized.add(path.substring("model/".length()));
                }
            } else {
                copied.put(path, chosen.entries().get(path));
                String old = before.getOrDefault(path, path);
                entries.add(new Entry(Status.COPIED, path, old.equals(path) ? "" : "was " + old));
            }
        }
        misfits.values().stream().filter(m -> m.kind() == Difference.Kind.UNEXPECTED)
                .forEach(m -> entries.add(new Entry(Status.UNUSED, m.path(), "not in the new training")));
        return new StateTransfer(entries, averaged(start.overlay(State.of(copied)), copied.keySet()));
    }

    /** Why an age is not copied: a vector that it counts the updates of is not. */
    private static Optional<String> fresh(String path, State start, Map<String, Value> copied) {
        return !StateFilter.isAge(path) ? Optional.empty() : StateFilter.vectors(path, start)
                .filter(vector -> !copied.containsKey(vector)).findFirst().map(vector -> vector + " is initialized");
    }

    /** Why an entry that does not fit is not copied. */
    private static String reason(Difference misfit, String before, State saved, StateFilter filter) {
        return switch (misfit.kind()) {
            case MISMATCHED -> "here " + misfit.live() + ", saved " + misfit.saved();
            case DIFFERENT -> brief(misfit.live()) + ", saved " + brief(misfit.saved());
            default -> before != null && !filter.copies(before, saved) ? "not selected" : "not in the saved state";
        };
    }

    private static String brief(String text) {
        String value = text.replaceFirst("^text ", "");
        return value.length() <= 20 ? value : value.substring(0, 17) + "...";
    }

    /** An average that is not copied begins as a copy of the weights. */
    private static State averaged(State state, Set<String> copied) {
        Map<String, Value> copies = new LinkedHashMap<>();
        state.select("average").entries().keySet().stream().filter(path -> !copied.contains(path))
                .forEach(path -> copies.put(path, state.entries().get("model/" + path.substring("average/".length()))));
        return state.overlay(State.of(copies));
    }

    /** Whether an entry that fits still means the same. */
    private record Meaning(Recipe source, Recipe target, StateFilter filter, Map<String, Difference> misfits, State start, State chosen,
            List<NamedEnd> ends) {

        /** Why the entry at {@code path} means something else now, if it does. */
        Optional<String> changed(String path, Set<String> initialized) {
            String parameter = path.substring(StateFilter.parameterStart(path));
            if (path.startsWith("model/")) {
                return otherNames(path).or(() -> misfits.containsKey(path) ? Optional.empty() : misfits.values().stream()
                        .filter(m -> m.kind() == Difference.Kind.MISMATCHED && layer(m.path()).equals(layer(path)) && byName(m.path()).isEmpty())
                        .findFirst()
                        .map(m -> "its layer differs: " + m.path().substring(layer(path).length() + 1) + " has another shape"));
            } else if (path.startsWith("optimizer/") || path.startsWith("average/") || path.startsWith("average-age/")) {
                Class<?> rule = source.optimizer().getClass();
                if (path.startsWith("optimizer/") && rule != target.optimizer().getClass() && !filter.selects("optimizer")) {
                    return Optional.of("the rule differs");
                }
                return initialized.contains(parameter) ? Optional.of("its weight is initialized") : Optional.empty();
            } else if (path.startsWith("recovery/")) {
                return initialized.isEmpty() && misfits.keySet().stream().noneMatch(p -> p.startsWith("recovery/"))
                        && source.optimizer().getClass() == target.optimizer().getClass() ? Optional.empty()
                        : Optional.of("it belongs to another training");
            } else if (!path.startsWith("progress/") || filter.selects("progress")) {
                return Optional.empty();
            } else if (!initialized.isEmpty() || !source.model().equals(target.model())) {
                return Optional.of("it was measured with another model");
            }
            return !misfits.containsKey("data/digest") && !misfits.containsKey("data/split") && measuredAs(source).equals(measuredAs(target)) ? Optional.empty()
                    : Optional.of("it was measured in another way");
        }

        /** Why the numbers of {@code path} belong to other names, if they do. */
        Optional<String> otherNames(String path) {
            return concerned(path).stream().map(NamedEnd::reason).reduce((a, b) -> a + "; " + b);
        }

        /** The entry with those numbers that belong to names which the saved state has too. */
        Optional<Value> byName(String path) {
            return NamedEnd.byName(path, concerned(path), start.entries().get(path), chosen.entries().get(path)).map(tensor -> tensor);
        }

        private List<NamedEnd> concerned(String path) {
            return path.startsWith("model/") ? ends.stream().filter(end -> end.concerns(path, start.entries().get(path))).toList() : List.of();
        }

        private static String layer(String path) {
            return path.substring(0, path.lastIndexOf('/'));
        }

        /** Everything that the monitored metric depends on, except the weights. */
        private static List<Object> measuredAs(Recipe r) {
            Recipe.Data d = r.data();
            return List.of(d.set(), d.validation(), d.test(), d.normalize(), d.normalizeTargets(), r.seed(), r.loss(), r.average().isPresent(),
                    r.evaluate().monitor());
        }
    }

    /** All entries, the model first. */
    public List<Entry> entries() {
        return entries;
    }

    /** The entries with {@code status}. */
    public List<Entry> entries(Status status) {
        return entries.stream().filter(e -> e.status() == status).toList();
    }

    /** What else is to be said of the transfer, such as what was left out of a file. */
    public List<String> notes() {
        return notes;
    }

    /** The state that the new training begins with. */
    public State state() {
        return state;
    }

    /**
     * Refuses a transfer that copies nothing of the model.
     *
     * @param source the name of the saved state in errors
     * @throws IllegalArgumentException listing every entry of the model
     */
    public StateTransfer requireModel(String source) {
        List<Entry> model = entries.stream().filter(e -> e.path().startsWith("model/")).toList();
        if (model.stream().anyMatch(e -> e.status() == Status.COPIED)) {
            return this;
        }
        int width = model.stream().mapToInt(e -> e.path().length()).max().orElse(1);
        throw new IllegalArgumentException("nothing of the model of " + source + " can be copied"
                + model.stream().map(e -> String.format("%n  %-11s  %-" + width + "s   %s",
                e.status().name().toLowerCase(java.util.Locale.ROOT), e.path(), e.why())).collect(Collectors.joining())
                + "\nRename its layers (OLD=NEW), or start a new run.");
    }
}

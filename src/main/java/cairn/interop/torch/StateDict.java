package cairn.interop.torch;

import cairn.interop.file.ForeignFileException;
import cairn.interop.torch.Pickled.Dict;
import cairn.interop.torch.Pickled.Items;
import cairn.interop.torch.Pickled.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the model's tensors and the optimizer's state in what was saved. The rule, at the outermost dict and then at the one that was
 * found:
 *
 * <ol>
 *   <li>a dict with {@code state} and {@code param_groups} is an optimizer's, never the model's;</li>
 *   <li>if one entry with a name of {@link #NAMES} is a dict with tensors, that one is it; several are refused;</li>
 *   <li>else, if a tensor with a dimension stands in the dict itself, the dict is it, with all dicts in it;</li>
 *   <li>else, if one entry is a dict with tensors, that one is it; several are refused.</li>
 * </ol>
 */
final class StateDict {
    /** Names that a dict around a model's dict gives it: of PyTorch's tutorials, of Lightning, of well-known repositories. */
    static final List<String> NAMES = List.of("model_state_dict", "state_dict", "model_state", "model", "net", "network", "module",
            "weights", "params");
    private static final int MOST_FACTS = 200;
    /** Facts lie at most this deep; deeper ones are counters of loops and the like. */
    private static final int FACTS_DEPTH = 3;

    private final String file;
    private final Map<Object, Boolean> withTensors = new IdentityHashMap<>();
    private final Map<String, Dict> optimizers = new LinkedHashMap<>();
    private final Map<String, View> tensors = new LinkedHashMap<>();
    private final Map<String, Object> others = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param key where the model's dict is, names of dicts put together with {@code /}, or {@code /} alone for all that was saved; empty to find it
     *     by the rule
     * @throws IllegalArgumentException if an object contains itself, or there are too many
     */
    StateDict(String file, Object root, String key) throws ForeignFileException {
        this.file = file;
        Tree.check(root);
        Object model = key.isEmpty() ? model(root, "") : at(root, key);
        Tree.visit(model, (name, object) -> {
            if (object instanceof View view) {
                tensors.put(name.isEmpty() ? "tensor" : name, view);
            } else {
                others.put(name, object);
            }
        });
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        findOptimizers("", root, seen);
        rest("", root, model, FACTS_DEPTH);
        if (others.size() >= MOST_FACTS) {
            notes.add("of the numbers and texts of the file the first " + MOST_FACTS + " are shown");
        }
        if (tensors.isEmpty()) {
            throw problem("has no tensor" + (optimizers.isEmpty() ? ""
                    : " but those of an optimizer, which do not say to which tensor of a model they belong"),
                    "Save {\"model_state_dict\": model.state_dict(), ...}.");
        }
    }

    /** The model's tensors, by their names in its dict. */
    Map<String, View> tensors() {
        return tensors;
    }

    /** The dicts of optimizers, by their places. */
    Map<String, Dict> optimizers() {
        return optimizers;
    }

    /** What else the file has: numbers, texts, and tensors of which only a summary is shown. */
    Map<String, Object> others() {
        return others;
    }

    List<String> notes() {
        return notes;
    }

    private Object model(Object object, String path) throws ForeignFileException {
        if (!(object instanceof Dict dict)) {
            return object;
        }
        Map<String, Object> candidates = new LinkedHashMap<>();
        Map<String, Object> named = new LinkedHashMap<>();
        boolean hasOwn = false;
        for (Map.Entry<String, Object> e : Tree.parts(dict).entrySet()) {
            if (e.getValue() instanceof Dict inner && !isOptimizer(inner) && Tree.hasTensor(inner, withTensors)) {
                candidates.put(e.getKey(), inner);
                if (NAMES.contains(e.getKey())) {
                    named.put(e.getKey(), inner);
                }
            }
            hasOwn |= e.getValue() instanceof View view && view.shape().length > 0;
        }
        if (named.isEmpty() && (hasOwn || candidates.isEmpty())) {
            return dict;
        }
        Map<String, Object> found = named.isEmpty() ? candidates : named;
        String name = found.keySet().iterator().next();
        if (found.size() > 1) {
            String names = String.join(", ", found.keySet().stream().map(n -> path + n).toList());
            throw problem("has tensors in " + found.size() + " dicts: " + names,
                    "Name the one that is the model, or / if all of them are.");
        } else if (candidates.size() > 1) {
            List<String> left = candidates.keySet().stream().filter(n -> !n.equals(name)).map(n -> path + n).toList();
            notes.add("the model is " + path + name + "; left out, because " + (left.size() == 1 ? "it is" : "they are") + " beside it: "
                    + String.join(", ", left));
        }
        return model(found.get(name), path + name + "/");
    }

    private Object at(Object root, String key) throws ForeignFileException {
        Object object = root;
        String rest = key.equals("/") ? "" : key;
        while (!rest.isEmpty()) {
            Map<String, Object> parts = Tree.parts(object);
            String whole = rest;
            String name = parts.containsKey(whole) ? whole : whole.substring(0, Math.max(whole.indexOf('/'), 0));
            if (!parts.containsKey(name)) {
                throw problem("has no " + key + "; there are " + String.join(", ", parts.keySet().stream().limit(20).toList()),
                        "Name a dict that it has.");
            }
            object = parts.get(name);
            rest = whole.substring(Math.min(name.length() + 1, whole.length()));
        }
        return object;
    }

    static boolean isOptimizer(Dict dict) {
        return dict.entries.get("param_groups") instanceof Items && dict.entries.get("state") instanceof Dict;
    }

    private void findOptimizers(String path, Object object, Set<Object> seen) {
        if (!(object instanceof Dict || object instanceof Items) || !seen.add(object)) {
            return;
        } else if (object instanceof Dict dict && isOptimizer(dict)) {
            optimizers.put(path, dict);
            return;
        }
        Tree.parts(object).forEach((name, part) -> findOptimizers(path.isEmpty() ? name : path + "/" + name, part, seen));
    }

    /** Collects what is neither the model nor an optimizer. */
    private void rest(String path, Object object, Object model, int depth) {
        if (object == model || object instanceof Dict dict && isOptimizer(dict) || others.size() >= MOST_FACTS) {
            return;
        } else if (object instanceof Dict && depth > 0) {
            Tree.parts(object).forEach((name, part) -> rest(path.isEmpty() ? name : path + "." + name, part, model, depth - 1));
        } else if (object instanceof Items items && items.items.stream().noneMatch(Tree::isScalar)) {
            Tree.parts(object).forEach((name, part) -> rest(path + "." + name, part, model, depth - 1));
        } else if (!(object instanceof Dict)) {
            others.putIfAbsent(path, object);
        }
    }

    private ForeignFileException problem(String problem, String advice) {
        return new ForeignFileException(file, "", problem, advice);
    }
}

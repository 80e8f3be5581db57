package cairn.interop.torch;

import cairn.interop.torch.Pickled.Dict;
import cairn.interop.torch.Pickled.Items;
import cairn.interop.torch.Pickled.Shown;
import cairn.interop.torch.Pickled.View;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Looks into what was unpickled. The memo of a pickle lets an object stand in several places, and even within itself. So every walk here
 * has a bounded depth, and visits a bounded number of places.
 */
final class Tree {
    private static final int DEEPEST = 64;
    private static final int MOST_PLACES = 1_000_000;

    private Tree() {
    }

    /** What an object holds, by name: of a dict its values, of a list its items by their numbers; of anything else nothing. */
    static Map<String, Object> parts(Object object) {
        Map<String, Object> parts = new LinkedHashMap<>();
        if (object instanceof Dict dict) {
            dict.entries.forEach((key, value) -> parts.put(String.valueOf(key), value));
        } else if (object instanceof Items items) {
            for (int i = 0; i < items.items.size(); i++) {
                parts.put(Integer.toString(i), items.items.get(i));
            }
        }
        return parts;
    }

    /** @throws IllegalArgumentException if an object stands within itself, or objects within objects are too many */
    static void check(Object root) {
        check(root, 0, new IdentityHashMap<>());
    }

    private static void check(Object object, int depth, Map<Object, Boolean> done) {
        if (!(object instanceof Dict || object instanceof Items)) {
            return;
        }
        Boolean isDone = done.put(object, false);
        if (isDone != null && isDone) {
            done.put(object, true);
            return;
        } else if (isDone != null) {
            throw new IllegalArgumentException("a list or dict contains itself");
        } else if (depth > DEEPEST) {
            throw new IllegalArgumentException("lists and dicts stand within each other more than " + DEEPEST + " deep");
        }
        for (Object part : object instanceof Dict dict ? dict.entries.values() : ((Items) object).items) {
            check(part, depth + 1, done);
        }
        done.put(object, true);
    }

    /** Shows every object that is neither a list nor a dict with its name, names of parts put together with dots. */
    static void visit(Object object, BiConsumer<String, Object> visitor) {
        visit("", object, DEEPEST, visitor, new int[1]);
    }

    private static void visit(String name, Object object, int depth, BiConsumer<String, Object> visitor, int[] places) {
        if (++places[0] > MOST_PLACES) {
            throw new IllegalArgumentException("has more than " + MOST_PLACES + " named objects");
        } else if (object instanceof Dict || object instanceof Items items && !isPlain(items)) {
            if (depth == 0) {
                throw new IllegalArgumentException("lists and dicts stand within each other more than " + DEEPEST + " deep");
            }
            parts(object).forEach((part, value) -> visit(name.isEmpty() ? part : name + "." + part, value, depth - 1, visitor, places));
        } else {
            visitor.accept(name, object);
        }
    }

    /** Whether all items are numbers or texts, so that the list can be shown in a line. */
    private static boolean isPlain(Items items) {
        return items.items.stream().allMatch(Tree::isScalar);
    }

    static boolean isScalar(Object object) {
        return object instanceof String || object instanceof Number || object instanceof Boolean || object instanceof Shown;
    }

    /** A number, text or list of them in a line; the text is empty for anything else. */
    static String shown(Object object) {
        String text = "";
        if (object instanceof Shown other) {
            text = other.text();
        } else if (isScalar(object)) {
            text = object.toString();
        } else if (object instanceof Items items && !items.items.isEmpty()) {
            List<String> texts = new ArrayList<>();
            items.items.subList(0, Math.min(items.items.size(), 17)).forEach(item -> texts.add(shown(item)));
            text = String.join(", ", texts.size() == 17 ? texts.subList(0, 16) : texts) + (texts.size() == 17 ? ", ..." : "");
        }
        return text.length() <= 200 ? text : text.substring(0, 197) + "...";
    }

    /** Whether an object is, or holds, a tensor with a dimension. */
    static boolean hasTensor(Object object, Map<Object, Boolean> known) {
        if (object instanceof View view) {
            return view.shape().length > 0;
        } else if (!(object instanceof Dict || object instanceof Items)) {
            return false;
        }
        Boolean before = known.get(object);
        if (before == null) {
            before = parts(object).values().stream().anyMatch(part -> hasTensor(part, known));
            known.put(object, before);
        }
        return before;
    }
}

package cairn.nn;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Layers that training does not change. Their parameters have no gradient and no place in the optimizer's vectors, so weight decay,
 * momentum and clipping do not apply to them; their buffers (running statistics) do not change either, as in Keras. Everything else goes
 * on: dropout in a frozen block still drops.
 *
 * @param layers their paths, such as {@code 0.dense} or {@code 3.residual}, which freezes all that is in it
 */
public record Frozen(Set<String> layers) {
    /** Every layer is trained. */
    public static final Frozen NOTHING = new Frozen(Set.of());

    public Frozen {
        layers = Set.copyOf(layers);
    }

    public static Frozen of(List<String> layers) {
        return new Frozen(Set.copyOf(layers));
    }

    boolean isNothing() {
        return layers.isEmpty();
    }

    /** Whether {@code path}, of a layer, a parameter or a buffer, is one of these layers or lies in one of them. */
    public boolean has(String path) {
        for (String layer : layers) {
            if (path.startsWith(layer) && (path.length() == layer.length() || path.charAt(layer.length()) == '/')) {
                return true;
            }
        }
        return false;
    }

    /** The layers of {@code model} that can be frozen: those with parameters or buffers, and the containers of such layers. */
    public static Set<String> candidates(Layer model, long[] in) {
        Set<String> candidates = new TreeSet<>();
        model.parameters(in).forEach(p -> addFolders(p.name(), candidates));
        model.buffers(in).forEach(b -> addFolders(b.name(), candidates));
        return candidates;
    }

    private static void addFolders(String path, Set<String> folders) {
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            folders.add(path.substring(0, end));
        }
    }
}

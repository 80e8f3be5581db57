package cairn.train;

import cairn.nn.Activation;
import cairn.nn.Program;
import cairn.tensor.Array;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the first layer of a forward pass whose output is not finite. It reads every output, so it is used after a fault only. */
final class FirstNotFinite implements StepHook {
    private Optional<String> place = Optional.empty();

    /** In words; empty if no number is, or if the forward pass was not made. */
    Optional<String> place() {
        return place;
    }

    @Override
    public void forward(Program microBatch) {
        if (place.isEmpty()) {
            place = first(microBatch);
        }
    }

    private static Optional<String> first(Program program) {
        if (!isFinite(program.x())) {
            return Optional.of("the features of the batch are not finite after normalization" + rows(program.x()));
        }
        List<Activation> layers = program.activations();
        // A container is listed before the layers in it, and its output is made after theirs.
        for (Activation layer : layers.stream().sorted(Comparator.comparingInt(a -> lastWithin(layers, a))).toList()) {
            if (!isFinite(layer.y())) {
                return Optional.of((layer.path().isEmpty() ? "the output of the model" : "the output of layer " + layer.path())
                        + " is the first that is not finite" + rows(layer.y()));
            }
        }
        return Optional.of("the output of every layer is finite");
    }

    /** The place of the last layer within {@code container}, or its own; the sort is stable, so of two with one place the inner comes first. */
    private static int lastWithin(List<Activation> layers, Activation container) {
        int own = layers.indexOf(container);
        int last = own;
        for (int i = own + 1; i < layers.size() && isWithin(layers.get(i).path(), container.path()); i++) {
            last = i;
        }
        // After the last one within, and containers within each other from the inside out.
        return last * (layers.size() + 1) + (last == own ? 0 : layers.size() - own);
    }

    private static boolean isWithin(String path, String container) {
        return container.isEmpty() || path.startsWith(container + "/");
    }

    private static boolean isFinite(Array array) {
        for (double x : array.toDoubles()) {
            if (!Double.isFinite(x)) {
                return false;
            }
        }
        return true;
    }

    /** How many rows of the batch are concerned. */
    private static String rows(Array array) {
        double[] values = array.toDoubles();
        int width = Math.max(1, values.length / Math.toIntExact(array.size(0)));
        int rows = 0;
        for (int from = 0; from < values.length; from += width) {
            boolean isBad = false;
            for (int i = from; i < from + width; i++) {
                isBad |= !Double.isFinite(values[i]);
            }
            rows += isBad ? 1 : 0;
        }
        return ", in " + rows + " of " + array.size(0) + " rows";
    }
}

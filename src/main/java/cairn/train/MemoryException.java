package cairn.train;

import cairn.recipe.Recipe;
import cairn.tensor.device.FreeMemory;
import java.util.Locale;
import java.util.Optional;

/** A training needs more memory than is free. Nothing was allocated. */
public final class MemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final double MEBIBYTE = 1 << 20;

    /** @param fitting a batch size that would fit, if there is one */
    MemoryException(Recipe recipe, MemoryNeed vectors, long free, Optional<Integer> fitting) {
        super("cannot train " + recipe.name() + ": its arrays need more memory than is free " + FreeMemory.place()
                + "\n  free                   " + size(free)
                + "\n  weights                " + size(vectors.weights())
                + "\n  gradient and optimizer " + size(vectors.optimizer())
                + (vectors.kept() > 0 ? "\n  copies while saving    " + size(vectors.kept()) : "")
                + "\n  batches of " + recipe.data().batchSize() + " rows need more than the rest"
                + "\n" + fitting.map(rows -> "Batches of " + rows + " rows would fit: data.batch-size=" + rows)
                        .orElse("No batch size would fit: make the model smaller, or free some memory."));
    }

    private static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
    }
}

package cairn.look;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.recipe.Recipe;
import java.util.List;

/**
 * What stays the same at all steps of a run, as far as a look needs it.
 *
 * @param kind how its rows can be shown
 * @param classes the names of its classes, or of the labels or targets
 * @param areClasses whether a row is of exactly one of them
 * @param stepsPerEpoch updates of an epoch
 * @param until the step at which its training ends, as its recipe says
 */
public record RunShape(Kind kind, List<String> classes, boolean areClasses, int stepsPerEpoch, long until) {

    /** How rows can be shown. */
    public enum Kind {
        /** Rows of two features. */
        POINTS,
        /** Rows of height, width, and 1 or 3 channels. */
        IMAGES,
        /** All others. */
        TABLE
    }

    public RunShape {
        classes = List.copyOf(classes);
    }

    /** The shape of the run that is looked at. */
    public static RunShape of(RunView view) {
        Recipe recipe = view.recipe();
        DataSet rows = view.data().splits().train();
        long[] shape = rows.shape();
        Kind kind = shape.length == 1 && shape[0] == 2 ? Kind.POINTS
                : shape.length == 3 && (shape[2] == 1 || shape[2] == 3) ? Kind.IMAGES : Kind.TABLE;
        int stepsPerEpoch = view.data().batches(recipe).batchesPerEpoch();
        return new RunShape(kind, rows.labels().names(), rows.labels() instanceof Labels.Classes, stepsPerEpoch, recipe.run().length(stepsPerEpoch));
    }
}

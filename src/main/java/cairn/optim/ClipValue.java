package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.op.Updates;

/**
 * g_i = min(max(g_i, -value), value) for each element. The direction may change; a NaN stays a NaN.
 *
 * @param value the largest magnitude
 */
public record ClipValue(double value) implements Clipping {
    public ClipValue {
        Require.positive("value", value);
    }

    @Override
    public boolean onlyShortens() {
        return true;
    }

    @Override
    public Clip wire(Array grad) {
        return Updates.clamp(grad, value)::run;
    }
}

package cairn.nn;

import java.util.Arrays;

/**
 * What a layer asks for and lists while it is wired, to refuse one that forgets a part: arrays that nothing writes hold zeros, so the layers
 * around it would train on zeros, and no number would show it.
 */
final class WiringCheck {
    private final String path;
    private final Layer layer;
    private int listed;
    private boolean asksForY;
    private boolean asksForDx;
    private boolean declaresOutput;
    private boolean handsInputOn;

    WiringCheck(String path, Layer layer) {
        this.path = path;
        this.layer = layer;
    }

    void lists(int operations) {
        listed += operations;
    }

    void asksForY() {
        asksForY = true;
    }

    void asksForDx() {
        asksForDx = true;
    }

    /** Notes that the output is that of another layer, or the input. */
    void declaresOutput() {
        declaresOutput = true;
    }

    /** Notes that the input, with its gradient, is the input of another layer or the output of this one. */
    void handsInputOn() {
        handsInputOn = true;
    }

    /** Refuses a layer whose output nothing writes, or whose output has another shape than it says. */
    void requireOutput(long[] row, long[] said) {
        if (!declaresOutput && (!asksForY || listed == 0)) {
            throw refused("lists no operation of the forward pass that writes y(), so the layers after it would see zeros. Its method wire"
                    + " must list one, or call passThrough() or output(...)");
        } else if (!Arrays.equals(row, said)) {
            throw refused("has rows of shape " + Arrays.toString(row) + " as its output, but its method outputShape says "
                    + Arrays.toString(said));
        }
    }

    /** Refuses a layer that does not write the gradient which the layers before it need. */
    void requireDx(boolean hasBackward) {
        if (!handsInputOn && (!asksForDx || !hasBackward)) {
            throw refused("lists no operation of the backward pass that writes dx(), although a layer before it is trained: that layer would"
                    + " not learn. Its method wire must list one with backwardToInput or backward; a gradient of zero has to be written too");
        }
    }

    /** Refuses a layer that does not write the gradient of one of its parameters. */
    void requireDw(String parameter, boolean isAskedFor) {
        if (!isAskedFor) {
            throw refused("lists no operation of the backward pass that writes dw(\"" + parameter + "\"), so that this parameter would not"
                    + " learn. Its method wire must list one with backwardToWeights or backward");
        }
    }

    private IllegalArgumentException refused(String what) {
        return new IllegalArgumentException("the layer " + (path.isEmpty() ? "" : path + " ") + "(" + layer.getClass().getName() + ") "
                + what);
    }
}

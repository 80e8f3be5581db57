package cairn.interop.onnx;

import cairn.nn.layer.Padding;

/** How many pixels of padding a side gets. */
final class Pads {
    private Pads() {
    }

    /**
     * Pixels that are added to a side of {@code size} pixels: of the windows that make ceil(size / stride) pixels, those that reach beyond
     * it. The half of them, rounded down, comes before the first pixel.
     */
    static long missing(long size, long window, long stride, long dilation, Padding padding) {
        long output = (size + stride - 1) / stride;
        return padding == Padding.VALID ? 0 : Math.max(0, (output - 1) * stride + (window - 1) * dilation + 1 - size);
    }
}

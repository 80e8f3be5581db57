package cairn.tensorboard;

import cairn.look.Histogram;
import cairn.look.TensorView;
import java.nio.ByteBuffer;

/**
 * One thing to show at a step under a tag: {@code Summary.Value} of TensorFlow's summary.proto. What stands before the first {@code /} of a
 * tag groups it.
 */
record Item(Message value) {
    private static final int TAG = 1;
    private static final int SCALAR = 2;
    private static final int IMAGE = 4;
    private static final int HISTOGRAM = 5;
    private static final int TENSOR = 8;
    private static final int METADATA = 9;
    private static final int STRING_TYPE = 7;
    /** Where the width of a PNG begins, and behind it the height. */
    private static final int PNG_WIDTH = 16;
    private static final int RGB = 3;

    /** A number. TensorBoard keeps 32 bits of it. */
    static Item scalar(String tag, double value) {
        return new Item(new Message().text(TAG, tag).single(SCALAR, (float) value));
    }

    /** How the numbers of a tensor are distributed; its finite numbers. */
    static Item histogram(String tag, TensorView tensor) {
        Histogram h = tensor.histogram();
        double n = h.total();
        double squares = n * (tensor.deviation() * tensor.deviation() + tensor.mean() * tensor.mean());
        Message m = new Message().real(1, tensor.least()).real(2, tensor.greatest()).real(3, n).real(4, n * tensor.mean()).real(5, squares)
                .reals(6, h.edges().stream().skip(1).mapToDouble(Double::doubleValue).toArray())
                .reals(7, h.counts().stream().mapToDouble(Long::doubleValue).toArray());
        return new Item(new Message().text(TAG, tag).message(HISTOGRAM, m));
    }

    /** A picture. */
    static Item image(String tag, byte[] png) {
        ByteBuffer header = ByteBuffer.wrap(png);
        int width = header.getInt(PNG_WIDTH);
        int height = header.getInt(PNG_WIDTH + Integer.BYTES);
        return new Item(new Message().text(TAG, tag).message(IMAGE, new Message().whole(1, height).whole(2, width).whole(3, RGB).bytes(4, png)));
    }

    /** A text, which TensorBoard reads as Markdown. */
    static Item text(String tag, String markdown) {
        Message plugin = new Message().message(1, new Message().text(1, "text"));
        Message tensor = new Message().whole(1, STRING_TYPE).message(2, new Message().message(2, new Message().whole(1, 1))).text(8, markdown);
        return new Item(new Message().text(TAG, tag).message(METADATA, plugin).message(TENSOR, tensor));
    }
}

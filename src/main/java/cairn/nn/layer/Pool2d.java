package cairn.nn.layer;

import cairn.nn.Layer;
import cairn.tensor.op.Convolutions.Geometry;

/** A layer that gives one number for each window of each channel.   x [batch, height, width, channels]. */
interface Pool2d extends Layer {

    /** Pixels along a side of the square window. */
    int window();

    int stride();

    Padding padding();

    default Geometry geometry() {
        return new Geometry(stride(), 1, padding() == Padding.SAME);
    }

    @Override
    default long[] outputShape(long[] in) {
        return Image.output(kind(), "size", in, window(), geometry(), in.length == 3 ? in[2] : 0);
    }
}

package cairn.data;

import cairn.random.Key;
import java.util.Arrays;

/**
 * Random changes to images: moved by up to {@code shift} pixels along each axis, all distances with equal probability, and mirrored
 * left to right in half of the cases. A pure function of the key. It works on normalized pixels, and pixels moved in from outside
 * are 0: the mean of the channel after {@code standardize}, black after {@code scale} or {@code none}.
 *
 * @param shift the largest distance in pixels; 0 moves nothing
 * @param flip whether an image may be mirrored
 */
public record Augmentation(int shift, boolean flip) {

    public Augmentation {
        if (shift < 0) {
            throw new IllegalArgumentException("shift must be 0 or more pixels, found " + shift);
        }
    }

    public static Augmentation none() {
        return new Augmentation(0, false);
    }

    public boolean changesNothing() {
        return shift == 0 && !flip;
    }

    /** Refuses rows that are not images, and a shift that could move all of an image out of sight. */
    public void check(DataSet data) {
        long[] shape = data.shape();
        if (changesNothing()) {
            return;
        }
        if (shape.length != 3) {
            throw new IllegalArgumentException("cannot augment " + data.name() + ": its rows have the shape " + Shapes.text(shape)
                    + ", and only images (height, width, channels) can be moved or mirrored");
        }
        if (shift >= Math.min(shape[0], shape[1])) {
            throw new IllegalArgumentException("cannot augment " + data.name() + ": a shift of " + shift
                    + " pixels could move all of an image of " + Shapes.text(shape) + " out of sight");
        }
    }

    /** Writes the changed image of {@code from} to {@code to[offset ...]}; {@code shape} is height, width, channels. */
    public void apply(float[] from, float[] to, int offset, long[] shape, Key key) {
        int height = (int) shape[0];
        int width = (int) shape[1];
        int channels = (int) shape[2];
        int down = key.below(2 * shift + 1, 0) - shift;
        int right = key.below(2 * shift + 1, 1) - shift;
        boolean mirrored = flip && key.bits(2) < 0;
        Arrays.fill(to, offset, offset + height * width * channels, 0f);
        for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
            for (int x = Math.max(0, right); x < Math.min(width, width + right); x++) {
                int fromX = mirrored ? width - 1 - (x - right) : x - right;
                System.arraycopy(from, ((y - down) * width + fromX) * channels, to, offset + (y * width + x) * channels, channels);
            }
        }
    }
}

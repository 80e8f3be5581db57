package cairn.look;

import cairn.state.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a tensor of weights into {@link Tiles}.
 *
 * <pre>
 *     [kernel, kernel, channels, filters]    one tile for each filter if the channels are 1 or 3; otherwise one for each filter and channel
 *     [features, units]                      one tile for each unit in the shape of the input image, if the features are its pixels
 * </pre>
 */
final class TileCut {
    /** So many can be looked at. */
    private static final int MOST = 64;

    private TileCut() {
    }

    /**
     * The tiles of {@code tensor}; empty if its numbers are no pictures.
     *
     * @param image the shape of a row of input
     * @param isFirst whether the tensor is the first one of the model
     */
    static Optional<Tiles> of(String path, Value.Tensor tensor, long[] image, boolean isFirst) {
        long[] shape = tensor.shape();
        if (!path.endsWith("/weight")) {
            return Optional.empty();
        } else if (shape.length == 4 && shape[0] > 1) {
            int channels = isColour(shape[2]) ? (int) shape[2] : 1;
            return Optional.of(cut(path, tensor, (int) shape[0], (int) shape[1], channels, (int) (shape[2] / channels), (int) shape[3]));
        } else if (shape.length == 2 && isFirst && image.length == 3 && isColour(image[2]) && shape[0] == image[0] * image[1] * image[2]) {
            return Optional.of(cut(path, tensor, (int) image[0], (int) image[1], (int) image[2], 1, (int) shape[1]));
        }
        return Optional.empty();
    }

    private static boolean isColour(long channels) {
        return channels == 1 || channels == 3;
    }

    /** The number of pixel p, channel c, group g and filter f is at ((p · groups + g) · channels + c) · filters + f. */
    private static Tiles cut(String path, Value.Tensor t, int height, int width, int channels, int groups, int filters) {
        List<List<Float>> tiles = new ArrayList<>();
        double scale = 0;
        for (long i = 0; i < t.size(); i++) {
            double w = Math.abs(t.get(i));
            scale = Double.isFinite(w) ? Math.max(scale, w) : scale;
        }
        for (int f = 0; f < filters && tiles.size() < MOST; f++) {
            for (int g = 0; g < groups && tiles.size() < MOST; g++) {
                List<Float> tile = new ArrayList<>(height * width * channels);
                for (int p = 0; p < height * width; p++) {
                    for (int c = 0; c < channels; c++) {
                        tile.add((float) t.get((((long) p * groups + g) * channels + c) * filters + f));
                    }
                }
                tiles.add(tile);
            }
        }
        return new Tiles(path, height, width, channels, scale, filters * groups - tiles.size(), tiles);
    }
}

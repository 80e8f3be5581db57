package cairn.look;

import cairn.state.State;
import cairn.train.StateConstants;
import java.util.List;
import java.util.Optional;

/**
 * A tensor of weights as small pictures, one for each filter or unit: kernels of a convolution, or the weights of the first layer in the
 * shape of the image that they look at.
 *
 * @param path of the tensor
 * @param height of a tile, in numbers
 * @param channels 1 or 3; 3 are shown as red, green and blue
 * @param scale the greatest |w|: a tile shows -scale to scale, with 0 in the middle
 * @param left how many further tiles the tensor has, which are not here
 * @param tiles the numbers of each tile, [height, width, channels] row-major
 */
public record Tiles(String path, int height, int width, int channels, double scale, int left, List<List<Float>> tiles) {

    public Tiles {
        tiles = tiles.stream().map(List::copyOf).toList();
    }

    /**
     * The tiles of a tensor of a state; empty if its numbers are no pictures: no kernels, and not the first weights of a model that looks at
     * images.
     *
     * @param path its whole path
     */
    public static Optional<Tiles> of(State state, String path) {
        boolean isFirst = TensorView.paths(state).stream().filter(p -> p.endsWith("/weight")).findFirst().filter(path::equals).isPresent();
        return TileCut.of(path, state.tensor(path), StateConstants.shape(state), isFirst);
    }

    /** A picture of all tiles, a PNG. */
    public byte[] png() {
        return TilePicture.of(this);
    }
}

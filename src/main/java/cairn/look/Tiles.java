package cairn.look;

import java.util.List;

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

    /** A picture of all tiles, a PNG. */
    public byte[] png() {
        return TilePicture.of(this);
    }
}

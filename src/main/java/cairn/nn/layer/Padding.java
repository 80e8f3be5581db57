package cairn.nn.layer;

/** How windows are placed at the edge of an image. */
public enum Padding {
    /** Windows lie within the image: floor((size - reach) / stride) + 1 pixels remain. */
    VALID,
    /** The image is padded so that ceil(size / stride) pixels remain; an odd pixel of padding is at the end. */
    SAME
}

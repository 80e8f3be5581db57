package cairn.nn;

/**
 * State of a layer that is not trained.
 *
 * @param name its name within the layer, such as {@code running-mean}
 * @param initial the value of every element before the first step
 */
public record Buffer(String name, long[] shape, double initial) {

    /** This buffer as its layer's container names it. */
    public Buffer under(String prefix) {
        return new Buffer(prefix + "/" + name, shape, initial);
    }
}

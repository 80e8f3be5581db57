/**
 * Initializers: the first values of a weight, a pure function of shape and key.
 *
 * <p><b>Knows</b>: keys. <b>Must not know</b>: layers, arrays.
 * <br><b>Read</b>: Initializer, IndependentValues, Zeros, Constant, Uniform, Normal, TruncatedNormal, Glorot, He, Lecun, Orthogonal.
 */
package cairn.nn.init;

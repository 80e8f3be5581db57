/**
 * Randomness without generators.
 *
 * <p><b>Purpose</b>: every random number is a pure function of a key and an index, so there is no generator state to save, and
 * no caller can disturb another.
 * <br><b>Knows</b>: keys, folds, bits. <b>Must not know</b>: everything else.
 * <br><b>Read</b>: {@link cairn.random.Key}.
 */
package cairn.random;

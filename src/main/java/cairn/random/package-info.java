/**
 * Chance without generators.
 *
 * <p><b>Purpose</b>: every random number is a pure function of a key and an index, so there is nothing to save and nothing
 * that another caller can disturb.
 * <br><b>Knows</b>: keys, folds, bits. <b>Must not know</b>: everything else.
 * <br><b>Read</b>: {@link cairn.random.Key}.
 */
package cairn.random;

/**
 * The state of training as one value.
 *
 * <p><b>Purpose</b>: name, capture, compare, digest and restore everything that a computation's future depends on.
 * <br><b>Knows</b>: paths, values, slots, digests. <b>Must not know</b>: ND4J, files, the clock, training.
 * <br><b>Read in this order</b>: {@link cairn.state.ElementType}, {@link cairn.state.Value}, {@link cairn.state.Slots},
 * {@link cairn.state.Snapshottable}, {@link cairn.state.State}, {@link cairn.state.Difference}, {@link cairn.state.StateDigest},
 * {@link cairn.state.RestoreException}, {@link cairn.state.Change}, {@link cairn.state.Distance}.
 */
package cairn.state;

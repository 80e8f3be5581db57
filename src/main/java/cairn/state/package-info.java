/**
 * The state of training as one value: named, captured, compared, digested and restored.
 *
 * <p><b>Knows</b>: paths, values, slots, digests, the memory that a state takes. <b>Must not know</b>: ND4J, files of runs, the clock,
 * training, devices.
 * <br><b>Read</b>: ElementType, Value, StatePath, Slots, Snapshottable, RealVector, State, Difference, RestoreException; TensorDigest,
 * TensorDigests, EntryHash, StateDigest, EarlierDigest, SharedWork; Walk, Moves, KnownDigest, Place, StateImage, CaptureBuffers; StateMemory, ProcessMemory, ContainerMemory, MemoryException; Change, Distance; Ephemeral.
 */
package cairn.state;

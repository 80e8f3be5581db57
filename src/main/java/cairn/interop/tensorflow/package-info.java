/**
 * Checkpoints of TensorFlow, read only: an index, which is a sorted table, and the data files that it names by number.
 *
 * <p><b>Knows</b>: what readers share. <b>Must not know</b>: other formats, layers, training.
 * <br><b>Read</b>: MaskedCrc, Message, IndexTable, BundleEntry, TensorBundle; ObjectGraph, GraphModules; IndexPaths,
 * TensorFlowFile.
 */
package cairn.interop.tensorflow;

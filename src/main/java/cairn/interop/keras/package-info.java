/**
 * The files of Keras: {@code .keras}, {@code .weights.h5} and the older {@code .h5}, both ways. A library reads the structure of HDF5; this
 * package reads the numbers and writes the little of HDF5 that Keras needs.
 *
 * <p><b>Knows</b>: what readers and writers share, layers and their shapes. <b>Must not know</b>: other programs' files, runs.
 * <br><b>Read</b>: KerasFile; HdfBytes, HdfChannel, HdfTree, HdfArray; KerasLayer, LayerTensors, StoredWeights, LegacyWeights;
 * SlotVectors, KerasMoments, MergedOrder; KerasActivation, LayerReading, KerasGraph, KerasModel; Lookup3, HdfWriter, KerasNode, KerasNodes,
 * KerasRule, KerasArchive, KerasWriter.
 */
package cairn.interop.keras;

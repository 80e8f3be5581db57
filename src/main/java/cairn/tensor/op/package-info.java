/**
 * Prepared operations over arrays, each with its formula. Where ND4J is slow or inexact, a loop in Java does the work.
 *
 * <p><b>Knows</b>: arrays, the prepared calls of {@code tensor}, the device. <b>Must not know</b>: layers, optimizers, data, files.
 * <br><b>Read</b>: Elementwise, Products, Rows, Reductions, DropoutMask, Pooling, Convolutions; for optimizers ScalarOperation, Updates,
 * HostLoops; behind them HostThreads, BitLoops, HostReductions, HostDoubles, Patches, PaddedImage, OverlappingWindows, WindowMaxima; for
 * checks Magnitude, LargeDeviations; for rows on a device RowTable, RowNumbers, ByteRows.
 */
package cairn.tensor.op;

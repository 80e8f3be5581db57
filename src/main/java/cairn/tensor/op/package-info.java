/**
 * The vocabulary of prepared operations, each with its formula; where ND4J is slow, a loop in Java does the same.
 *
 * <p><b>Knows</b>: arrays and the bridge to ND4J. <b>Must not know</b>: layers, files.
 * <br><b>Read</b>: Elementwise, Products, Rows, Reductions, Updates, Pooling, Convolutions, DropoutMask; behind them HostLoops,
 * HostUpdates, HostReductions, HostCall, Patches, OverlappingWindows, PaddedImage; for rows on a device RowTable, RowNumbers,
 * ByteRows.
 */
package cairn.tensor.op;

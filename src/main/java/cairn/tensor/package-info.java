/**
 * The bridge to ND4J: flat memory with named views, and the vocabulary of prepared operations.
 *
 * <p><b>Purpose</b>: say where numbers lie and what may be done to them. ND4J's traps are known here and nowhere else.
 * <br><b>Knows</b>: arrays, layouts, offsets, views, operations, the native environment.
 * <br><b>Must not know</b>: layers, optimizers, data, files.
 * <br><b>Read in this order</b>: {@link cairn.tensor.Array}, {@link cairn.tensor.Residence}, {@link cairn.tensor.Layout},
 * {@link cairn.tensor.ParameterVector}, {@link cairn.tensor.KeptState},
 * {@link cairn.tensor.Operation}, {@link cairn.tensor.Native}, then the vocabulary: {@link cairn.tensor.Elementwise},
 * {@link cairn.tensor.Products}, {@link cairn.tensor.Rows}, {@link cairn.tensor.Convolutions}, {@link cairn.tensor.Pooling},
 * {@link cairn.tensor.PaddedImage}, {@link cairn.tensor.Patches}, {@link cairn.tensor.OverlappingWindows}, {@link cairn.tensor.RowTable}, {@link cairn.tensor.ByteRows},
 * {@link cairn.tensor.Chance}, {@link cairn.tensor.Reductions}, {@link cairn.tensor.Finiteness}, {@link cairn.tensor.Updates};
 * last {@link cairn.tensor.Backend}, {@link cairn.tensor.Cudnn}, {@link cairn.tensor.Threads} and, where to compute, {@link cairn.tensor.Selection};
 * how much fits there: {@link cairn.tensor.FreeMemory}, {@link cairn.tensor.Plan}.
 */
package cairn.tensor;

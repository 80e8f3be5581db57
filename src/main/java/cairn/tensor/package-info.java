/**
 * The bridge to ND4J: flat memory with named views, and the vocabulary of prepared operations.
 *
 * <p><b>Purpose</b>: say where numbers lie and what may be done to them. ND4J's traps are known here and nowhere else.
 * <br><b>Knows</b>: arrays, layouts, offsets, views, operations, the native environment.
 * <br><b>Must not know</b>: layers, optimizers, data, files.
 * <br><b>Read in this order</b>: {@link cairn.tensor.Array}, {@link cairn.tensor.device.ArrayMemory}, {@link cairn.tensor.Layout},
 * {@link cairn.tensor.ParameterVector}, {@link cairn.tensor.ShadowState},
 * {@link cairn.tensor.Operation}, {@link cairn.tensor.Native}, then the vocabulary: {@link cairn.tensor.op.Elementwise},
 * {@link cairn.tensor.op.Products}, {@link cairn.tensor.op.Rows}, {@link cairn.tensor.op.Convolutions}, {@link cairn.tensor.op.Pooling},
 * {@link cairn.tensor.op.PaddedImage}, {@link cairn.tensor.op.Patches}, {@link cairn.tensor.op.OverlappingWindows}, {@link cairn.tensor.op.RowTable}, {@link cairn.tensor.op.ByteRows},
 * {@link cairn.tensor.op.DropoutMask}, {@link cairn.tensor.op.Reductions}, {@link cairn.tensor.op.Finiteness}, {@link cairn.tensor.op.Updates};
 * last {@link cairn.tensor.device.Backend}, {@link cairn.tensor.op.Cudnn}, {@link cairn.tensor.device.Threads} and, where to compute, {@link cairn.tensor.device.ActiveBackend};
 * how much fits there: {@link cairn.tensor.device.FreeMemory}, {@link cairn.tensor.AllocationDryRun}.
 */
package cairn.tensor;

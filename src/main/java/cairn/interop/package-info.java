/**
 * Files of other programs: weights out of and into PyTorch's and NumPy's formats.
 *
 * <p><b>Knows</b>: states, the checkpoint format. <b>Must not know</b>: training, runs.
 * <br><b>Read</b>: TorchLayout, WeightsExport, WeightsImport.
 */
package cairn.interop;

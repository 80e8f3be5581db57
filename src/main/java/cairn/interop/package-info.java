/**
 * Files of other programs: weights out of and into the formats of PyTorch and NumPy.
 *
 * <p><b>Knows</b>: states, the bytes of the checkpoint format. <b>Must not know</b>: training, runs.
 * <br><b>Read</b>: TorchLayout, WeightsExport, WeightsImport; NamedLayers, SafetensorsHeader, SafetensorsFile, ShardedSafetensors,
 * NpyArray, NpzFile.
 */
package cairn.interop;

/**
 * Files of other programs: whatever format a file has, its tensors and what it says of them; which of them is which tensor of a model; and a
 * training's weights in their formats. Each program has a package of its own below this one.
 *
 * <p><b>Knows</b>: layers and their shapes, states, the bytes of the checkpoint format. <b>Must not know</b>: training, runs.
 * <br><b>Read</b>: TensorFiles; ModuleNames, WeightMatch, Numbers, MissingLayers, ProposedLayers, TensorSummary; FileFormat, WeightsExport,
 * WeightsImport; NamedLayers, SafetensorsHeader, SafetensorsFile, ShardedSafetensors, NpyArray, NpzFile.
 */
package cairn.interop;

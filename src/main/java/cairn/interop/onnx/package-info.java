/**
 * ONNX files: a model of Cairn written as a graph, and the tensors and the model of a graph read.
 *
 * <p><b>Knows</b>: layers, what all readers and writers share. <b>Must not know</b>: training, runs, other formats.
 * <br><b>Read</b>: Message, Nodes, Flow; ActivationNodes, NormNodes, ImageNodes, LayerNodes; OnnxOptions, ScalingNodes, OnnxWriter.
 * Fields, TensorMessage, GraphNode, OnnxGraph, GraphMessage, Layouts, NormPattern, WeightNodes, OnnxReader; Place, DataPaths,
 * Formula, KnownFunctions, Windows, ImageLayers, ShapeValues, ShapeSteps, NodeLayers, GraphModel.
 */
package cairn.interop.onnx;

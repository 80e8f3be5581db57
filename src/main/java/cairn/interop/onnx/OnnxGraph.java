package cairn.interop.onnx;

import cairn.interop.file.FileTensor;
import java.util.List;
import java.util.Map;

/**
 * A graph that was read.
 *
 * @param nodes in the file's order, in which each comes after those whose values it takes
 * @param tensors by the names of the values that they are
 * @param inputs values that are given, without those that are tensors
 * @param producer the program that made the file
 * @param operatorSet the version of the operators
 */
record OnnxGraph(List<GraphNode> nodes, Map<String, FileTensor> tensors, List<GraphValue> inputs, List<GraphValue> outputs, String producer,
        long operatorSet) {

    /**
     * An input or output.
     *
     * @param type of its elements, a number of {@code TensorProto.DataType}
     * @param sizes of its dimensions; negative where the size is open
     */
    record GraphValue(String name, int type, long[] sizes) {
    }
}

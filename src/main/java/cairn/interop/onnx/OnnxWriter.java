package cairn.interop.onnx;

import cairn.disk.Disk;
import cairn.interop.file.ModelPart;
import cairn.nn.Layer;
import cairn.state.ElementType;
import cairn.state.Value;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A model as an ONNX file (onnx.proto, intermediate representation 8, operator set 17), which computes what an evaluation computes. Its
 * input {@code input} is [batch, ...] with rows as everywhere here, images [height, width, channels]; its output is {@code output}. The
 * size of the batch is open. Nodes, values and tensors have the paths of layers and parameters as their names. Dropout is left out.
 *
 * <p>Laws: the same arguments give the same bytes; what cannot be written is refused before a byte is.
 */
public final class OnnxWriter {
    /** What a file names as the program that made it. */
    static final String PRODUCER = "cairn";
    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    private OnnxWriter() {
    }

    /**
     * Writes {@code model} for rows of the shape {@code row}.
     *
     * @param weights its parameters and buffers by their names, such as {@code 0.conv2d/weight}; all float32, or all float64
     * @throws IllegalArgumentException if a layer has no form in ONNX, a tensor is missing, or the file would have more than 2 GiB
     */
    public static void write(Layer model, long[] row, Map<String, Value.Tensor> weights, OnnxOptions options, Disk.Output out)
            throws IOException {
        ElementType type = check(model, row, weights);
        Nodes nodes = new Nodes(type);
        ScalingNodes scaling = new ScalingNodes(nodes);
        Flow x = scaling.before(options.inputs(), Flow.channelsLast(INPUT, row));
        Flow y = new LayerNodes(nodes, weights).layer("", model, x);
        String last = scaling.after(options, Flow.channelsLast(y.last(nodes), y.row()));
        String result = last.equals(INPUT) ? nodes.add("Identity", "identity", INPUT) : last;

        Message graph = new Message();
        nodes.into(graph, result, OUTPUT);
        graph.message(11, value(INPUT, type, row)).message(12, value(OUTPUT, type, y.row()));
        Message file = new Message().integer(1, IR_VERSION).text(2, PRODUCER).message(7, graph)
                .message(8, new Message().text(1, "").integer(2, OPERATOR_SET));
        options.metadata().forEach((key, text) -> file.message(14, new Message().text(1, key).text(2, text)));
        if (file.size() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the file would have " + file.size() + " bytes; one ONNX file may have up to "
                    + Integer.MAX_VALUE + ". Write the weights in another format");
        }
        file.write(out);
    }

    /** A value [batch, ...]. */
    private static Message value(String name, ElementType type, long[] row) {
        Message shape = new Message().message(1, new Message().text(2, "batch"));
        for (long size : row) {
            shape.message(1, new Message().integer(1, size));
        }
        Message tensor = new Message().integer(1, Nodes.dataType(type)).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** The type of all tensors, which must be there. */
    private static ElementType check(Layer model, long[] row, Map<String, Value.Tensor> weights) {
        model.outputShape(row);
        Optional<ElementType> type = Optional.empty();
        for (ModelPart part : ModelPart.of(model, row)) {
            for (Map.Entry<String, long[]> e : part.tensors().entrySet()) {
                String name = LayerNodes.join(part.name(), e.getKey());
                Value.Tensor t = weights.get(name);
                if (t == null || !Arrays.equals(t.shape(), e.getValue())) {
                    throw new IllegalArgumentException("the model has a tensor " + name + " of shape " + Arrays.toString(e.getValue())
                            + ", and the weights " + (t == null ? "have none of that name" : "have " + t.describe() + " there"));
                } else if (t.type() != ElementType.F32 && t.type() != ElementType.F64 || t.type() != type.orElse(t.type())) {
                    throw new IllegalArgumentException("expected weights that are all f32, or all f64, found " + name + " of "
                            + t.describe());
                }
                type = Optional.of(t.type());
            }
        }
        return type.orElse(ElementType.F32);
    }
}

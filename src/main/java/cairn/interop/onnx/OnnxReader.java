package cairn.interop.onnx;

import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModule;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * An ONNX file read (onnx.proto; own code for protobuf): its tensors, the layers that its nodes make of them, and the model that its graph
 * is. Tensors that a file keeps in other files are refused.
 */
public final class OnnxReader {
    private static final String FORMAT = "ONNX model";
    /** Of {@code ModelProto}. */
    private static final Set<Integer> FIELDS = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26);
    private static final int GRAPH = 7;
    private static final int MOST_LOOKED_AT = 100_000;

    private OnnxReader() {
    }

    /**
     * Reads all tensors. The model is read when it is asked for.
     *
     * @throws ForeignFileException if the file is damaged, or has numbers outside of itself
     */
    public static TensorFile read(FileBytes file) throws IOException {
        try {
            GraphMessage.Contents contents = GraphMessage.read(file);
            OnnxGraph graph = contents.graph();
            Map<String, String> facts = contents.facts();
            facts.put("inputs", values(graph.inputs()));
            facts.put("outputs", values(graph.outputs()));
            Layouts layouts = Layouts.of(graph);
            WeightNodes weights = WeightNodes.of(graph, layouts);
            List<FileModule> modules = weights.modules();
            return new TensorFile(FORMAT, contents.program(), graph.tensors(), facts, modules, Optional.empty(),
                    Optional.of(() -> GraphModel.read(file.name(), graph, layouts, weights)), contents.notes());
        } catch (IOException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw ForeignFileException.because(file.name(), FORMAT, e);
        }
    }

    /**
     * Whether a file can be an ONNX model. The format has no sign at its beginning, so this looks at the whole outside of the file: it has
     * the fields of a model, a graph among them, and no other.
     */
    public static boolean looksLike(FileBytes file) {
        try {
            boolean hasGraph = false;
            Fields f = Fields.of(file, FORMAT);
            for (int i = 0; i < MOST_LOOKED_AT && f.next(); i++) {
                if (!FIELDS.contains(f.field())) {
                    return false;
                }
                hasGraph |= f.field() == GRAPH && f.kind() == Fields.LENGTH;
            }
            return hasGraph;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static String values(List<OnnxGraph.GraphValue> values) {
        return values.stream().map(v -> v.name() + TensorMessage.type(v.type()).map(t -> " " + t.label()).orElse("")
                + LongStream.of(v.sizes()).mapToObj(s -> s < 0 ? "?" : Long.toString(s)).collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(", "));
    }
}

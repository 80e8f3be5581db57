package cairn.interop.onnx;

import cairn.nn.Network;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.LayerCases.Case;
import cairn.nn.layer.Sequential;
import cairn.state.ElementType;
import cairn.tensor.op.Samples;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Writes a file for every layer and recipe, in float32 and float64, with inputs and outputs, into a folder. ONNX's own checker and
 * reference then look at them: check_onnx.py. */
final class WriteCases {
    private WriteCases() {
    }

    public static void main(String[] folder) throws IOException {
        List<Case> cases = new ArrayList<>(OnnxWriterTest.layers().toList());
        OnnxWriterTest.recipes().forEach(name -> cases.add(OnnxWriterTest.recipe(name)));
        Map<String, Map<String, Object>> expected = new LinkedHashMap<>();
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (int i = 0; i < cases.size(); i++) {
                Case c = type == ElementType.F32 ? cases.get(i)
                        : new Case(Sequential.of(BatchNorm.of(), cases.get(i).layer()), cases.get(i).batch(), true, cases.get(i).in());
                Network network = Judge.network(c.layer(), c.in(), type);
                double[] x = Samples.numbers(c.batch() * LongStream.of(c.in()).reduce(1, (a, b) -> a * b), "x");
                String name = type.label() + "-" + i + ".onnx";
                Files.write(Path.of(folder[0], name), Judge.written(c.layer(), c.in(), Judge.weights(network), OnnxOptions.NONE));
                expected.put(name, Map.of("case", c.toString(), "batch", c.batch(), "row", c.in(), "x", x, "out", network.outputShape(),
                        "y", Judge.cairn(network, c.batch(), x)));
            }
        }
        new ObjectMapper().writeValue(Path.of(folder[0], "expected.json").toFile(), expected);
    }
}

package cairn.interop.torch;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.nn.loss.MeanSquaredError;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.Value;
import cairn.tensor.Array;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Files that PyTorch made (see make_torch.py beside them), and what networks of here compute with what they hold. */
final class TorchSamples {
    static final Path FOLDER = Path.of("src/test/resources/interop/torch");

    private TorchSamples() {
    }

    static TensorFile read(String name) throws IOException {
        return read(FOLDER.resolve(name), "");
    }

    static TensorFile read(Path path, String key) throws IOException {
        try (FileBytes file = FileBytes.open(path, new RealDisk()); ZipParts zip = ZipParts.of(file)) {
            return TorchFile.read(file, zip, key);
        }
    }

    static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve(name).toFile());
    }

    static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).asDouble();
        }
        return numbers;
    }

    static long[] shape(JsonNode tensor) {
        long[] shape = new long[tensor.get("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.get("shape").get(i).asLong();
        }
        return shape;
    }

    static double[] numbers(Value.Tensor tensor) {
        return LongStream.range(0, tensor.size()).mapToDouble(tensor::get).toArray();
    }

    static double[] numbers(FileTensor tensor) {
        return numbers(tensor.value());
    }

    /** The weights of {@code model} from the modules of a file, one after the other. */
    static Map<String, Value.Tensor> weights(Layer model, long[] row, TensorFile file) {
        List<FileModule> modules = new ArrayList<>(file.modules());
        Map<String, Value.Tensor> weights = new LinkedHashMap<>();
        for (ModelPart part : ModelPart.of(model, row)) {
            if (part.tensors().isEmpty()) {
                continue;
            }
            FileModule module = modules.remove(0);
            assertThat(module.kind().layer()).isEqualTo(part.layer().kind());
            part.tensors().forEach((name, shape) -> {
                Value.Tensor there = file.tensors().get(module.tensors().get(name)).value();
                Value.Tensor own = module.order().toOwn(part, name, there).tensor();
                assertThat(own.shape()).isEqualTo(shape);
                weights.put(part.name() + "/" + name, own);
            });
        }
        assertThat(modules).isEmpty();
        return weights;
    }

    /** What {@code model} computes in an evaluation, for rows {@code x}. */
    static double[] outputs(Layer model, long[] row, ElementType type, Map<String, Value.Tensor> weights, double[] x) {
        Network network = new Network(model, row, type, Key.of(1));
        weights.forEach((path, tensor) -> {
            boolean isParameter = model.parameters(row).stream().anyMatch(p -> p.name().equals(path));
            Array array = (isParameter ? network.parameters() : network.buffers()).view(path);
            array.set(numbers(tensor));
        });
        int rows = x.length / (int) LongStream.of(row).reduce(1, (a, b) -> a * b);
        Program evaluation = network.evaluation(rows, new MeanSquaredError(), network.parameters());
        evaluation.x().set(x);
        evaluation.forward();
        return evaluation.output().toDoubles();
    }
}

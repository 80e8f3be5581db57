package cairn.interop.keras;

import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.nn.layer.Sequential;
import cairn.nn.loss.MeanSquaredError;
import cairn.optim.Optimizer;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.Value;
import cairn.tensor.Array;
import cairn.tensor.ParameterVector;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Files that Keras made, and what Keras computes with them. */
final class Keras {
    private Keras() {
    }

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = Keras.class.getResourceAsStream("/interop/keras/" + name)) {
            return in.readAllBytes();
        }
    }

    static TensorFile read(byte[] bytes, Path folder) throws IOException {
        return read(Files.write(folder.resolve("file"), bytes));
    }

    static TensorFile read(Path path) throws IOException {
        try (FileBytes file = FileBytes.open(path, new RealDisk())) {
            ByteBuffer head = file.read(0, Math.min(2, file.size()), "head");
            if (head.remaining() == 2 && head.get(0) == 'P' && head.get(1) == 'K') {
                try (ZipParts parts = ZipParts.of(file)) {
                    return KerasFile.read(file, parts);
                }
            }
            return KerasFile.read(file);
        }
    }

    /** Numbers of a list in the json file beside a model. */
    static double[] numbers(String model, String list) throws IOException {
        JsonNode all = new ObjectMapper().readTree(bytes(model + ".json")).path(list);
        return StreamSupport.stream(all.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }

    /** The model of a file with its weights. */
    static Network network(TensorFile file) throws IOException {
        return network(file, file.model().orElseThrow().read());
    }

    static Network network(TensorFile file, FileModel model) {
        Sequential layers = new Sequential(model.layers());
        Network network = new Network(layers, model.row(), ElementType.F32, Key.of(1));
        for (ModelPart part : ModelPart.of(layers, model.row())) {
            part.tensors().forEach((role, shape) -> {
                FileModule module = file.modules().stream().filter(m -> m.name().equals(model.modules().get(part.name()))).findFirst()
                        .orElseThrow(() -> new AssertionError(part.name() + " in " + model.modules()));
                String tensor = module.tensors().get(role);
                if (tensor != null) {
                    Value.Tensor own = module.order().toOwn(part, role, file.tensors().get(tensor).value()).tensor();
                    view(network, part.name() + "/" + role).set(doubles(own));
                }
            });
        }
        return network;
    }

    private static Array view(Network network, String name) {
        boolean isTrained = network.parameters().layout().places().stream().anyMatch(p -> p.name().equals(name));
        ParameterVector vector = isTrained ? network.parameters() : network.buffers();
        return vector.view(name);
    }

    static double[] doubles(Value.Tensor t) {
        ByteBuffer bytes = t.bytes().order(ByteOrder.LITTLE_ENDIAN);
        double[] numbers = new double[(int) t.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = switch (t.type()) {
                case F64 -> bytes.getDouble(8 * i);
                case F32 -> bytes.getFloat(4 * i);
                case I64 -> bytes.getLong(8 * i);
                case I32 -> bytes.getInt(4 * i);
                case U8 -> bytes.get(i);
            };
        }
        return numbers;
    }

    static double[] outputs(Network network, int batch, double[] x) {
        Program evaluation = network.evaluation(batch, new MeanSquaredError(), network.parameters());
        evaluation.x().set(x);
        evaluation.forward();
        return evaluation.output().toDoubles();
    }

    /** One update towards {@code target}, the {@code t}-th one. */
    static void update(Network network, Optimizer rule, Map<String, Array> slots, int batch, double[] x, double[] target, long t) {
        ParameterVector gradient = new ParameterVector(network.parameters().layout(), network.parameters().flat().type());
        Program program = network.training(batch, new MeanSquaredError(), gradient);
        program.x().set(x);
        program.target().set(target);
        program.forward(Key.of(1));
        program.backward(Key.of(1), 1.0 / batch);
        rule.wire(new Vectors(network.parameters().flat(), gradient.flat(), slots)).apply(rule.learningRate(), t);
    }

    /** Everything decays, as in Keras. */
    private record Vectors(Array theta, Array grad, Map<String, Array> slots) implements Optimizer.Vectors {
        @Override
        public Array slot(String name) {
            return slots.get(name);
        }

        @Override
        public Array scratch() {
            return Array.zeros(theta.type(), theta.shape());
        }

        @Override
        public List<Optimizer.Decaying> decaying() {
            return List.of(new Optimizer.Decaying(theta, grad));
        }
    }
}

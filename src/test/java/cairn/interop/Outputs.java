package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a network computes here with another program's weights, compared with what it computed there. */
public final class Outputs {
    /** Where the files of other programs are. */
    public static final Path FILES = Path.of("src/test/resources/interop");

    private Outputs() {
    }

    /** The arrays of a NumPy archive. */
    public static Map<String, FileTensor> arrays(String file) throws IOException {
        try (FileBytes bytes = FileBytes.open(FILES.resolve(file), new RealDisk()); ZipParts zip = ZipParts.of(bytes)) {
            return NpzFile.read(bytes, zip).tensors();
        }
    }

    /** Gives the layers of {@code model} the modules of the file, in the order of both, and compares what they compute from x with y. */
    public static void assertSame(Layer model, long[] row, TensorFile file, Map<String, FileTensor> arrays) {
        List<ModelPart> parts = new ArrayList<>(ModelPart.of(model, row));
        parts.removeIf(part -> part.tensors().isEmpty());
        List<FileModule> modules = file.modules().stream().filter(m -> m.kind() != FileModule.Kind.OTHER).toList();
        assertThat(modules.stream().map(m -> m.kind().layer())).isEqualTo(parts.stream().map(p -> p.layer().kind()).toList());
        Network network = new Network(model, row, ElementType.F32, Key.of(1));
        for (int i = 0; i < parts.size(); i++) {
            ModelPart part = parts.get(i);
            FileModule module = modules.get(i);
            assertThat(module.tensors()).containsOnlyKeys(part.tensors().keySet());
            part.tensors().forEach((name, shape) -> {
                Value.Tensor own = module.order().toOwn(part, name, file.tensors().get(module.tensors().get(name)).value()).tensor();
                assertThat(own.shape()).isEqualTo(shape);
                String path = part.name() + "/" + name;
                boolean isTrained = network.parameters().layout().places().stream().anyMatch(p -> p.name().equals(path));
                Array place = isTrained ? network.parameters().view(path) : network.buffers().view(path);
                place.set(numbers(own));
            });
        }
        Value.Tensor x = arrays.get("x").value();
        Program program = network.evaluation((int) x.shape()[0], new MeanSquaredError(), network.parameters());
        program.x().set(numbers(x));
        program.forward();
        double[] expected = numbers(arrays.get("y").value());
        double[] found = program.output().toDoubles();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("output %s", i).isCloseTo(expected[i], within(1e-5 * (1 + Math.abs(expected[i]))));
        }
    }

    public static double[] numbers(Value.Tensor tensor) {
        double[] all = new double[(int) tensor.size()];
        java.util.Arrays.setAll(all, tensor::get);
        return all;
    }
}

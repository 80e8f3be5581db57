package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cairn.interop.WeightMatch.Choice;
import cairn.interop.WeightMatch.Status;
import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.nn.Layer;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Tanh;
import cairn.state.ElementType;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules of another program are found by name, or by order and kind; shapes decide nothing, and what is missing is said. */
class WeightMatchTest {
    private static final long[] IMAGE = {6, 5, 2};

    /** A model and the shape of its rows. */
    record Model(String name, long[] row, Layer layer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Model> models() {
        return Stream.of(
                new Model("square", new long[] {4}, Sequential.of(Dense.of(4), new Relu(), Dense.of(4))),
                new Model("conv", IMAGE, Sequential.of(Conv2d.of(3, 3), BatchNorm.of(), new Relu(), MaxPool2d.of(2), new Flatten(),
                        BatchNorm.of(), Dense.of(7), LayerNorm.of(), Dense.of(4))),
                new Model("dense on images", IMAGE, Sequential.of(Conv2d.of(4, 3), Dense.of(5))),
                new Model("residual", IMAGE, Sequential.of(new Residual(List.of(Conv2d.of(4, 3), BatchNorm.of()), List.of(Conv2d.of(4, 1))),
                        new GlobalAveragePool2d(), Dense.of(3))));
    }

    /** The tensors of a model as a file of {@code order} has them, each number another one, module by module. */
    private static TensorFile file(Model model, TensorOrder order, List<ModelPart> parts, Map<String, Value.Tensor> own) {
        Map<String, FileTensor> tensors = new LinkedHashMap<>();
        List<FileModule> modules = new ArrayList<>();
        int next = 1;
        for (ModelPart part : parts) {
            Map<String, String> names = new LinkedHashMap<>();
            for (Map.Entry<String, long[]> t : part.tensors().entrySet()) {
                int size = (int) Value.Tensor.bytesOf(ElementType.F32, t.getValue()) / 4;
                ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < size; i++) {
                    bytes.putFloat(next++);
                }
                Value.Tensor tensor = new Value.Tensor(ElementType.F32, t.getValue(), bytes.flip());
                own.put(part.name() + "/" + t.getKey(), tensor);
                String name = "layers.m" + modules.size() + "." + t.getKey();
                names.put(t.getKey(), name);
                tensors.put(name, new FileTensor(FileTensor.Type.FLOAT32, order.fromOwn(part, t.getKey(), tensor).tensor()));
            }
            if (!names.isEmpty()) {
                Kind kind = Stream.of(Kind.values()).filter(k -> k.layer().equals(part.layer().kind())).findFirst().orElseThrow();
                modules.add(new FileModule("layers.m" + modules.size(), kind, order, names));
            }
        }
        return file(tensors, modules);
    }

    private static TensorFile file(Map<String, FileTensor> tensors, List<FileModule> modules) {
        return new TensorFile("test", "", tensors, Map.of(), modules, Optional.empty(), Optional.empty(), List.of());
    }

    private static TensorFile with(TensorFile file, List<FileModule> modules) {
        return file(file.tensors(), modules);
    }

    private static WeightMatch match(TensorFile file, List<ModelPart> parts, Choice choice) {
        return WeightMatch.of(file, "some.pt", parts, ElementType.F32, choice);
    }

    @ParameterizedTest
    @MethodSource("models")
    void inAnyOrderOfNumbersAModelGetsItsOwnTensorsBack(Model model) {
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        for (TensorOrder order : List.of(TensorOrder.CHANNELS_LAST, TensorOrder.PYTORCH, new TensorOrder(true, false, false),
                new TensorOrder(false, true, true), new TensorOrder(false, true, false))) {
            Map<String, Value.Tensor> own = new LinkedHashMap<>();
            TensorFile file = file(model, order, parts, own);
            WeightMatch match = match(file, parts, Choice.ALL);
            assertThat(match.tensors()).isEqualTo(own);
            assertThat(match.rows()).hasSameSizeAs(own.keySet()).allMatch(r -> r.status() == Status.TAKEN);
        }
    }

    /** Modules that are written down kind by kind, as PyTorch classes often have them. */
    @ParameterizedTest
    @MethodSource("models")
    void modulesThatStandKindByKindAreFoundByTheOrderOfTheirKind(Model model) {
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        Map<String, Value.Tensor> own = new LinkedHashMap<>();
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, own);
        List<FileModule> byKind = file.modules().stream().sorted(java.util.Comparator.comparing(FileModule::kind)).toList();
        WeightMatch match = match(with(file, byKind), parts, Choice.ALL);
        assertThat(match.tensors()).isEqualTo(own);
        if (!byKind.equals(file.modules())) {
            assertThat(match.rows()).allMatch(r -> r.why().endsWith("by order of its kind"));
        }
    }

    /** Names win over the order: modules with the names of here, backwards. */
    @ParameterizedTest
    @MethodSource("models")
    void modulesWithTheNamesOfHereAreFoundByNameInAnyOrder(Model model) {
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        Map<String, Value.Tensor> own = new LinkedHashMap<>();
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, own);
        List<String> names = parts.stream().filter(p -> !p.tensors().isEmpty()).map(ModelPart::name).toList();
        for (boolean isPlaces : new boolean[] {false, true}) {
            List<FileModule> named = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                FileModule m = file.modules().get(i);
                String places = names.get(i).replaceAll("(\\d+)\\.[a-z0-9-]+", "$1").replace('/', '.');
                named.add(new FileModule(isPlaces ? places : names.get(i), m.kind(), m.order(), m.tensors()));
            }
            Collections.reverse(named);
            assertThat(match(with(file, named), parts, Choice.ALL).tensors()).isEqualTo(own);
        }
    }

    @Test
    void aMapSaysWhichModuleIsWhichLayer() {
        Model model = models().findFirst().orElseThrow();
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        Map<String, Value.Tensor> own = new LinkedHashMap<>();
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, own);
        WeightMatch match = match(file, parts, new Choice(List.of(), Map.of("layers.m1", "0.dense", "layers.m0", "2.dense"), false));
        assertThat(match.tensors().get("0.dense/weight")).isEqualTo(own.get("2.dense/weight"));
        assertThat(match.tensors().get("2.dense/weight")).isEqualTo(own.get("0.dense/weight"));
        for (Map<String, String> wrong : List.of(Map.of("layers.m7", "0.dense"), Map.of("layers.m1", "1.relu"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> match(file, parts, new Choice(List.of(), wrong, false)))
                    .withMessageContaining("some.pt").withMessageContaining("as mapped");
        }
    }

    @Test
    void aLayerThatTheFileDoesNotHaveIsAnErrorUnlessLayersMayBeMissing() {
        Model model = new Model("", IMAGE, Sequential.of(Conv2d.of(3, 3), new Flatten(), Dense.of(7), Dense.of(4)));
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        Map<String, Value.Tensor> own = new LinkedHashMap<>();
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, own);
        List<ModelPart> other = ModelPart.of(Sequential.of(Conv2d.of(3, 3), new Flatten(), Dense.of(7), Dense.of(9)), IMAGE);
        assertThatIllegalArgumentException().isThrownBy(() -> match(file, other, Choice.ALL)).withMessageContainingAll("some.pt",
                "3.dense/weight", "here [7, 9], layers.m2.weight is float32[4,7], which is [7, 4] here",
                "layers.m1 fits 2.dense");
        WeightMatch partial = match(file, other, new Choice(List.of(), Map.of(), true));
        assertThat(partial.tensors()).containsOnlyKeys("0.conv2d/weight", "0.conv2d/bias", "2.dense/weight", "2.dense/bias");
        assertThat(partial.rows().stream().filter(r -> r.status() == Status.LEFT_OVER).map(WeightMatch.Row::name))
                .containsExactly("layers.m2.weight", "layers.m2.bias");
        for (Map<String, String> map : List.of(Map.<String, String>of(), Map.of("layers.m0", "0.conv2d"))) {
            assertThat(match(file, other, new Choice(List.of("0.conv2d"), map, false)).tensors())
                    .containsOnlyKeys("0.conv2d/weight", "0.conv2d/bias");
        }
        // Another head, of another kind: the layers before it are found by their order all the same.
        List<ModelPart> shorter = ModelPart.of(Sequential.of(Conv2d.of(3, 3), new GlobalAveragePool2d(), Dense.of(5)), IMAGE);
        assertThat(match(file, shorter, new Choice(List.of("0.conv2d"), Map.of(), false)).rows()).filteredOn(r -> r.status() == Status.TAKEN)
                .allMatch(r -> r.why().endsWith("by order from the beginning"));
        assertThatIllegalArgumentException().isThrownBy(() -> match(file, other, new Choice(List.of("8.dense"), Map.of(), false)))
                .withMessageContaining("no layer with tensors has this name");
    }

    /** A bias here that the file lacks begins at 0, which is the same; a bias in the file that is not here would be lost. */
    @Test
    void aBiasIsTheSameAsNoneOnlyWhereItBeginsAtZero() {
        Layer with = Sequential.of(Dense.of(3));
        Layer without = Sequential.of(new Dense(3, false, new cairn.nn.init.He()));
        long[] row = {2};
        TensorFile bare = file(new Model("", row, without), TensorOrder.PYTORCH, ModelPart.of(without, row), new LinkedHashMap<>());
        WeightMatch match = match(bare, ModelPart.of(with, row), Choice.ALL);
        assertThat(match.rows()).extracting(WeightMatch.Row::status).containsExactly(Status.TAKEN, Status.SAME);
        TensorFile full = file(new Model("", row, with), TensorOrder.PYTORCH, ModelPart.of(with, row), new LinkedHashMap<>());
        assertThatIllegalArgumentException().isThrownBy(() -> match(full, ModelPart.of(without, row), Choice.ALL))
                .withMessageContaining("layers.m0.bias in the file, and 0.dense has none");
    }

    @Test
    void numbersOfAnotherTypeAreRoundedOrWidenedAndItIsSaid() {
        Layer layer = Sequential.of(new Dense(1, false, new cairn.nn.init.He()));
        List<ModelPart> parts = ModelPart.of(layer, new long[] {1});
        ByteBuffer third = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(1 / 3.0).flip();
        TensorFile file = file(Map.of("w", FileTensor.of(FileTensor.Type.FLOAT64, new long[] {1, 1}, third)),
                List.of(new FileModule("m", Kind.DENSE, TensorOrder.PYTORCH, Map.of("weight", "w"))));
        WeightMatch match = match(file, parts, Choice.ALL);
        assertThat(match.tensors().get("0.dense/weight").get(0)).isEqualTo((double) (float) (1 / 3.0));
        assertThat(match.rows().get(0).why()).contains("rounded from float64");
        ByteBuffer half = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) 0x3555).flip();
        TensorFile small = file(Map.of("w", FileTensor.of(FileTensor.Type.FLOAT16, new long[] {1, 1}, half)), file.modules());
        assertThat(match(small, parts, Choice.ALL).rows().get(0).why()).contains("widened from float16");
    }

    /** A format that sorts by name does not tell which of two equal modules comes first; numbers in the names do. */
    @Test
    void modulesThatOnlyTheOrderOfASortedFileTellsApartAreRefused() {
        Model model = models().findFirst().orElseThrow();
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        Map<String, Value.Tensor> own = new LinkedHashMap<>();
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, own);
        TensorFile sorted = new TensorFile("safetensors", "", file.tensors(), Map.of(), renamed(file, "encoder", "decoder"), Optional.empty(),
                Optional.empty(), List.of());
        assertThatIllegalArgumentException().isThrownBy(() -> match(sorted, parts, Choice.ALL))
                .withMessageContainingAll("encoder and decoder fit alike", "say which is which");
        Choice said = new Choice(List.of(), Map.of("encoder", "0.dense", "decoder", "2.dense"), false);
        assertThat(match(sorted, parts, said).tensors()).isEqualTo(own);
        TensorFile numbered = new TensorFile("safetensors", "", file.tensors(), Map.of(), renamed(file, "fc1", "fc2"), Optional.empty(),
                Optional.empty(), List.of());
        assertThat(match(numbered, parts, Choice.ALL).tensors()).isEqualTo(own);
        assertThat(match(with(file, renamed(file, "encoder", "decoder")), parts, Choice.ALL).tensors()).as("a format that keeps the order")
                .isEqualTo(own);
    }

    private static List<FileModule> renamed(TensorFile file, String... names) {
        List<FileModule> all = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            FileModule m = file.modules().get(i);
            all.add(new FileModule(names[i], m.kind(), m.order(), m.tensors()));
        }
        return all;
    }

    /** The two ways of a block may be written down in any order: equal convolutions in both are told apart by names or by the file's model. */
    @Test
    void theWaysOfAResidualBlockAreNotToldByTheirOrder() {
        Model model = new Model("", IMAGE, Sequential.of(new Residual(List.of(Conv2d.of(4, 1)), List.of(Conv2d.of(4, 1)))));
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        Map<String, Value.Tensor> own = new LinkedHashMap<>();
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, own);
        TensorFile shortcutFirst = with(file, renamed(file, "shortcut", "conv"));
        assertThatIllegalArgumentException().isThrownBy(() -> match(shortcutFirst, parts, Choice.ALL)).withMessageContaining("fit alike");
        FileModel there = new FileModel(IMAGE, ((Sequential) model.layer()).layers(),
                Map.of("0.residual/body/0.conv2d", "conv", "0.residual/projection/0.conv2d", "shortcut"), List.of());
        TensorFile described = new TensorFile("test", "", file.tensors(), Map.of(), shortcutFirst.modules(), Optional.empty(),
                Optional.of(() -> there), List.of());
        WeightMatch match = match(described, parts, Choice.ALL);
        assertThat(match.tensors().get("0.residual/body/0.conv2d/weight")).isEqualTo(own.get("0.residual/projection/0.conv2d/weight"));
        assertThat(match.rows()).allMatch(r -> r.why().endsWith("by the file's model"));
    }

    /** Module 0.0 is layer 0 only if nothing else is in module 0. */
    @Test
    void aModuleWithinAnotherIsNoLayerByItsPlace() {
        Model model = new Model("", new long[] {4}, Sequential.of(Dense.of(4), Dense.of(4)));
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, new LinkedHashMap<>());
        FileModule first = file.modules().get(0);
        FileModule second = file.modules().get(1);
        List<FileModule> nested = List.of(new FileModule("0.0", first.kind(), first.order(), first.tensors()),
                new FileModule("0.1", second.kind(), second.order(), second.tensors()),
                new FileModule("1.0", first.kind(), first.order(), first.tensors()));
        assertThatIllegalArgumentException().isThrownBy(() -> match(with(file, nested), parts, Choice.ALL)).withMessageContaining("3 dense");
    }

    /** Where channels first and last would give a vector's numbers to other pixels, a file of weights cannot be taken. */
    @Test
    void vectorsThatBecomeImagesAreTakenOnlyInTheOrderOfHere() {
        Layer decoder = Sequential.of(Dense.of(24), new Relu(), Reshape.of(3, 4, 2), Conv2d.of(3, 3));
        Layer block = Sequential.of(Conv2d.of(3, 3), new Flatten(), Residual.of(Dense.of(90)), Dense.of(2));
        for (Model model : List.of(new Model("decoder", new long[] {5}, decoder), new Model("block", IMAGE, block))) {
            List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
            TensorFile torch = file(model, TensorOrder.PYTORCH, parts, new LinkedHashMap<>());
            assertThatIllegalArgumentException().as(model.name()).isThrownBy(() -> match(torch, parts, Choice.ALL))
                    .withMessageContaining("pixels of an image");
            Map<String, Value.Tensor> own = new LinkedHashMap<>();
            assertThat(match(file(model, TensorOrder.CHANNELS_LAST, parts, own), parts, Choice.ALL).tensors()).isEqualTo(own);
        }
    }

    /** The same weights in another function: an epsilon, an activation. */
    @Test
    void settingsOfTheFilesModelThatDifferAreSaid() {
        Model model = new Model("", new long[] {4}, Sequential.of(Dense.of(4), BatchNorm.of(), new Relu()));
        List<ModelPart> parts = ModelPart.of(model.layer(), model.row());
        TensorFile file = file(model, TensorOrder.PYTORCH, parts, new LinkedHashMap<>());
        assertThat(match(file, parts, Choice.ALL).settings()).singleElement().asString().contains("compare the outputs");
        List<Layer> other = List.of(Dense.of(4), new BatchNorm(0.1, 1e-3), new Tanh(), new Softmax());
        TensorFile described = new TensorFile("test", "", file.tensors(), Map.of(), file.modules(), Optional.empty(),
                Optional.of(() -> new FileModel(new long[] {4}, other, Map.of(), List.of())), List.of());
        assertThat(match(described, parts, Choice.ALL).settings()).hasSize(2).anyMatch(d -> d.contains("epsilon=0.001")).anyMatch(d -> d.contains("Tanh"));
    }
}

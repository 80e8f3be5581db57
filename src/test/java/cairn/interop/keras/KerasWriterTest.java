package cairn.interop.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.RuleState;
import cairn.interop.file.TensorFile;
import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Wiring;
import cairn.nn.init.He;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.LayerCases.Case;
import cairn.nn.layer.LayerCases;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Tanh;
import cairn.optim.AdaGrad;
import cairn.optim.Adam;
import cairn.optim.AdamW;
import cairn.optim.AmsGrad;
import cairn.optim.Lion;
import cairn.optim.Momentum;
import cairn.optim.NAdam;
import cairn.optim.Nesterov;
import cairn.optim.Optimizer;
import cairn.optim.RmsProp;
import cairn.optim.Sgd;
import cairn.random.Key;
import cairn.recipe.BuiltInRecipes;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Samples;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written here is read here; {@code check_keras.py} reads it with Keras itself. */
class KerasWriterTest {
    @TempDir
    Path folder;

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>(LayerCases.all());
        cases.add(new Case(branches(), 3, true, new long[] {6, 6, 3}));
        for (String recipe : List.of("digits", "wine")) {
            cases.add(new Case(new Sequential(BuiltInRecipes.get(recipe).model()), 3, true, recipe.equals("wine") ? new long[] {13}
                    : new long[] {8, 8, 1}));
        }
        return cases;
    }

    /** Layers of one kind on both sides of sums, so that their order in Keras is not that of their paths. */
    private static Layer branches() {
        Layer inner = new Residual(List.of(Conv2d.of(4, 1)), List.of(Conv2d.of(4, 3), BatchNorm.of(), Conv2d.of(4, 3)));
        return Sequential.of(
                new Residual(List.of(Conv2d.of(4, 3), BatchNorm.of(), new Relu(), inner, Conv2d.of(5, 3)),
                        List.of(Conv2d.of(5, 1), BatchNorm.of())),
                Conv2d.of(2, 2), new Residual(List.of(Dense.of(4)), List.of(Dense.of(3), new Relu(), Dense.of(4))), Dense.of(2));
    }

    private static Network network(Case c) {
        Network network = new Network(c.layer(), c.in(), ElementType.F32, Key.of(99));
        fill(network.parameters());
        fill(network.buffers());
        return network;
    }

    /** Sample numbers in every tensor: a gain of 1 would hide a missing one. */
    private static void fill(ParameterVector vector) {
        for (Layout.Place p : vector.layout().places()) {
            DoubleStream numbers = DoubleStream.of(Samples.numbers(p.size(), p.name())).map(v -> v * 0.5);
            vector.view(p.name()).set((p.name().endsWith("running-var") ? numbers.map(v -> 0.3 + Math.abs(v)) : numbers).toArray());
        }
    }

    private static Map<String, Value.Tensor> weights(Network network) {
        Map<String, Value.Tensor> weights = new LinkedHashMap<>();
        State.of(network).entries().forEach((name, value) -> weights.put(name, (Value.Tensor) value));
        return weights;
    }

    private interface Writing {
        void write(Layer model, long[] row, Map<String, Value.Tensor> weights, Optional<RuleState> rule, Disk.Output out)
                throws IOException;
    }

    private static Path written(Case c, Network network, Writing writing, Path file) throws IOException {
        return written(c, network, Optional.empty(), writing, file);
    }

    private static Path written(Case c, Network network, Optional<RuleState> rule, Writing writing, Path file) throws IOException {
        try (Disk.Output out = new RealDisk().create(file)) {
            writing.write(c.layer(), c.in(), weights(network), rule, out);
        }
        return file;
    }

    private static double[] x(Case c) {
        return Samples.numbers(c.batch() * LongStream.of(c.in()).reduce(1, (a, b) -> a * b), "x");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aWrittenModelIsReadAsTheSameFunction(Case c) throws IOException {
        Network network = network(c);
        TensorFile read = Keras.read(written(c, network, KerasWriter::writeModel, folder.resolve("a.keras")));
        if (c.layer().equals(Sequential.of())) {
            assertThatThrownBy(() -> Keras.network(read)).hasMessageContaining("has no layers that compute anything");
            return;
        }
        double[] here = Keras.outputs(network, c.batch(), x(c));
        assertThat(Keras.outputs(Keras.network(read), c.batch(), x(c))).containsExactly(here, within(2e-6));
        assertThat(read.tensors()).hasSameSizeAs(weights(network));
    }

    @Test
    void theSameModelGivesTheSameBytes() throws IOException {
        Case c = cases().get(cases().size() - 3);
        for (Writing writing : List.<Writing>of(KerasWriter::writeModel, KerasWriter::writeWeights)) {
            Path one = written(c, network(c), writing, folder.resolve("one" + writing.hashCode()));
            Path other = written(c, network(c), writing, folder.resolve("other" + writing.hashCode()));
            assertThat(Files.readAllBytes(one)).isEqualTo(Files.readAllBytes(other));
        }
    }

    @Test
    void weightsAloneHaveTheNumbersThatKerasCounts() throws IOException {
        Case c = new Case(branches(), 3, true, new long[] {6, 6, 3});
        Network network = network(c);
        TensorFile read = Keras.read(written(c, network, KerasWriter::writeWeights, folder.resolve("a.weights.h5")));
        // Far from the output comes first: the projection of the first block is as far as the last layer of its body but one.
        assertThat(read.modules()).extracting(FileModule::name).contains("layers/conv2d_6", "layers/dense_3")
                .doesNotContain("layers/conv2d_7");
        assertThat(read.tensors().get("layers/conv2d/vars/0").value()).isEqualTo(weights(network).get("0.residual/body/0.conv2d/weight"));
        assertThat(read.tensors().get("layers/conv2d_1/vars/0").value()).isEqualTo(
                weights(network).get("0.residual/body/3.residual/projection/0.conv2d/weight"));
    }

    @Test
    void emptyScalarAndLongNamedArraysAreWritten() throws IOException {
        Value.Tensor empty = new Value.Tensor(ElementType.F32, new long[] {0, 3}, ByteBuffer.allocate(0));
        Value.Tensor one = new Value.Tensor(ElementType.I64, new long[0], ByteBuffer.allocate(8));
        Value.Tensor bytes = new Value.Tensor(ElementType.U8, new long[] {5}, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        Value.Tensor whole = new Value.Tensor(ElementType.I32, new long[] {1}, ByteBuffer.allocate(4));
        HdfWriter file = new HdfWriter().array("a/vars/0", empty).array("a/vars/1", one).array("a/vars/2", bytes).array("a/vars/3", whole)
                .text("a", "name", "ä".repeat(200)).group("b/c");
        for (int i = 0; i < 3000; i++) {
            file.array("many/" + "long".repeat(60) + i + "/vars/0", bytes);
        }
        Path path = folder.resolve("odd.h5");
        try (Disk.Output out = new RealDisk().create(path)) {
            assertThat(file.write(out)).isEqualTo(Files.size(path));
        }
        TensorFile read = Keras.read(path);
        assertThat(read.tensors()).hasSize(3004);
        assertThat(read.tensors().get("a/vars/0").value()).isEqualTo(empty);
        assertThat(read.tensors().get("a/vars/1").value()).isEqualTo(one);
        assertThat(read.tensors().get("a/vars/2").value()).isEqualTo(bytes);
        assertThat(read.tensors().get("a/vars/3").value()).isEqualTo(whole);
    }

    /** Values of lookup3.c's own test driver: an empty text, and "Four score and seven years ago". */
    @Test
    void theChecksumIsThatOfItsAuthor() {
        assertThat(Lookup3.hash(new byte[0], 0)).isEqualTo(0xdeadbeef);
        byte[] text = "Four score and seven years ago".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(Lookup3.hash(text, text.length)).isEqualTo(0x17770551);
    }

    @Test
    void whatKerasDoesNotHaveIsRefusedByName() {
        Layer both = Sequential.of(new Relu(), new Conv2d(2, 2, 2, Padding.VALID, 2, true, new He()));
        long[] image = {6, 6, 1};
        assertThatThrownBy(() -> write(both, image, weights(new Network(both, image, ElementType.F32, Key.of(1)))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1.conv2d").hasMessageContaining("dilation 2");
        assertThatThrownBy(() -> write(Sequential.of(new LeakyRelu(0.1), new Own()), new long[] {2}, Map.of()))
                .hasMessageContaining("1.own").hasMessageContaining(Own.class.getName());
        assertThatThrownBy(() -> write(Sequential.of(Dense.of(3)), new long[] {2}, Map.of()))
                .hasMessageContaining("0.dense/weight of shape [2, 3]").hasMessageContaining("none of that name");
    }

    private void write(Layer model, long[] row, Map<String, Value.Tensor> weights) throws IOException {
        try (Disk.Output out = new RealDisk().create(folder.resolve("refused" + System.nanoTime()))) {
            KerasWriter.writeModel(model, row, weights, out);
        }
    }

    /** A rule, and its settings as a recipe has them. */
    private record Trained(String name, Optimizer rule, Map<String, Double> settings) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Trained> rules() {
        Map<String, Double> adam = Map.of("learning-rate", 0.01, "beta1", 0.8, "beta2", 0.99, "epsilon", 1e-12);
        return List.of(new Trained("adam", new Adam(0.01, 0.8, 0.99, 1e-12, 0), adam),
                new Trained("amsgrad", new AmsGrad(0.01, 0.8, 0.99, 1e-12, 0), adam),
                new Trained("adamw", new AdamW(0.01, 0.8, 0.99, 1e-12, 0.3), with(adam, "weight-decay", 0.3)),
                new Trained("nadam", new NAdam(0.01, 0.8, 0.99, 1e-12, 1, 0), with(adam, "momentum-decay", 1)),
                new Trained("sgd", new Sgd(0.05, 0), Map.of("learning-rate", 0.05)),
                new Trained("momentum", new Momentum(0.05, 0.7, 0), Map.of("learning-rate", 0.05, "momentum", 0.7)),
                new Trained("nesterov", new Nesterov(0.05, 0.7, 0), Map.of("learning-rate", 0.05, "momentum", 0.7)),
                new Trained("rmsprop", new RmsProp(0.01, 0.9, 1e-12, 0), Map.of("learning-rate", 0.01, "decay", 0.9, "epsilon", 1e-12)),
                new Trained("adagrad", new AdaGrad(0.01, 1e-12, 0), Map.of("learning-rate", 0.01, "epsilon", 1e-12)),
                new Trained("lion", new Lion(0.01, 0.8, 0.99, 0), Map.of("learning-rate", 0.01, "beta1", 0.8, "beta2", 0.99)));
    }

    private static Map<String, Double> with(Map<String, Double> settings, String name, double value) {
        Map<String, Double> more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return more;
    }

    private static final Case SMALL = new Case(Sequential.of(Dense.of(5), new Tanh(), BatchNorm.of(), Dense.of(3)), 8, false,
            new long[] {4});

    /** Sample vectors of a rule after 3 updates; squares are not negative. */
    private static Map<String, ParameterVector> slots(Trained trained, Network network) {
        Map<String, ParameterVector> slots = new LinkedHashMap<>();
        for (String slot : trained.rule().slots()) {
            ParameterVector vector = new ParameterVector(network.parameters().layout(), ElementType.F32);
            double[] numbers = Samples.numbers(vector.flat().size(), slot);
            vector.flat().set("vhs".contains(slot) ? DoubleStream.of(numbers).map(v -> 0.1 + v * v).toArray() : numbers);
            slots.put(slot, vector);
        }
        return slots;
    }

    private static RuleState written(Trained trained, Network network) {
        Map<String, Map<String, Value.Tensor>> vectors = new LinkedHashMap<>();
        Map<String, Long> updates = new LinkedHashMap<>();
        slots(trained, network).forEach((slot, vector) -> {
            Map<String, Value.Tensor> own = new LinkedHashMap<>();
            State.of(vector).entries().forEach((name, value) -> own.put(name, (Value.Tensor) value));
            vectors.put(slot, own);
            own.keySet().forEach(name -> updates.put(name, 3L));
        });
        return new RuleState(trained.name(), trained.settings(), vectors, updates);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aWrittenOptimizerIsReadAsTheSameVectors(Trained trained) throws IOException {
        Network network = network(SMALL);
        RuleState rule = written(trained, network);
        Path file = written(SMALL, network, Optional.of(rule), KerasWriter::writeModel, folder.resolve("a.keras"));
        FileMoments read = Keras.read(file).moments().orElseThrow();
        assertThat(read.rules()).containsExactly(trained.name());
        assertThat(read.settings()).containsAllEntriesOf(with(trained.settings(), "learning-rate",
                trained.settings().get("learning-rate").floatValue()));
        rule.vectors().forEach((slot, vectors) -> {
            assertThat(read.byTensor()).hasSameSizeAs(vectors);
            assertThat(Keras.doubles(read.byTensor().get("layers/dense_1/vars/0").vectors().get(slot).value()))
                    .containsExactly(Keras.doubles(vectors.get("3.dense/weight")), within(1e-6));
            assertThat(read.byTensor().get("layers/batch_normalization/vars/1").updates()).isEqualTo(3);
        });
    }

    @ParameterizedTest
    @MethodSource("rules")
    void frozenLayersAreNotTrainedThereAndHaveNoVectors(Trained trained) throws IOException {
        Network network = network(SMALL);
        RuleState all = written(trained, network);
        for (String layer : List.of("0.dense", "2.batch-norm", "3.dense")) {
            Set<String> frozen = network.parameters().layout().places().stream().map(p -> p.name()).filter(p -> p.startsWith(layer + "/"))
                    .collect(Collectors.toSet());
            Map<String, Map<String, Value.Tensor>> vectors = new LinkedHashMap<>();
            all.vectors().forEach((slot, own) -> {
                vectors.put(slot, new LinkedHashMap<>(own));
                vectors.get(slot).keySet().removeAll(frozen);
            });
            RuleState rule = new RuleState(all.rule(), all.settings(), vectors, all.updates(), frozen);
            Path file = written(SMALL, network, Optional.of(rule), KerasWriter::writeModel, folder.resolve(layer + ".keras"));
            TensorFile read = Keras.read(file);
            assertThat(read.moments().orElseThrow().byTensor()).hasSize(4);
            assertThat(read.tensors()).hasSameSizeAs(weights(network));
        }
        RuleState part = new RuleState(all.rule(), all.settings(), all.vectors(), all.updates(), Set.of("3.dense/bias"));
        assertThatThrownBy(() -> written(SMALL, network, Optional.of(part), KerasWriter::writeModel, folder.resolve("part.keras")))
                .hasMessageContaining("3.dense: of its tensors only 3.dense/bias is frozen");
    }

    @Test
    void anOptimizerThatKerasDoesNotHaveIsRefused() {
        Map<String, Double> settings = Map.of("learning-rate", 0.1, "beta1", 0.9, "beta2", 0.99, "weight-decay", 0.1,
                "momentum-decay", 0.004);
        assertThatThrownBy(() -> new KerasRule("adam", settings, Map.of(), Map.of()).config()).hasMessageContaining("weight-decay 0.1");
        assertThatThrownBy(() -> new KerasRule("nadam", with(settings, "weight-decay", 0), Map.of(), Map.of()).config())
                .hasMessageContaining("momentum-decay 0.004");
        KerasRule uneven = new KerasRule("sgd", Map.of("learning-rate", 0.1), Map.of(), Map.of("a", 3L, "b", 5L));
        assertThatThrownBy(() -> uneven.variables(List.of("a")))
                .hasMessageContaining("from 3 to 5");
        assertThatThrownBy(() -> new KerasRule("own", Map.of(), Map.of(), Map.of()).config()).hasMessageContaining("no rule own");
    }

    /** Writes every case for check_keras.py into the folder that the system property {@code keras.folder} names. */
    @Test
    void filesForKeras() throws IOException {
        String given = System.getProperty("keras.folder", "");
        assumeTrue(!given.isEmpty());
        List<Map<String, Object>> all = new ArrayList<>();
        List<Case> cases = cases();
        for (int i = 0; i < cases.size(); i++) {
            Case c = cases.get(i);
            Network network = network(c);
            written(c, network, KerasWriter::writeModel, Path.of(given, i + ".keras"));
            written(c, network, KerasWriter::writeWeights, Path.of(given, i + ".weights.h5"));
            all.add(Map.of("name", c.toString(), "row", c.in(), "batch", c.batch(), "x", x(c), "y", Keras.outputs(network, c.batch(), x(c)),
                    "tensors", weights(network).values().stream().map(t -> Arrays.toString(t.shape())).toList()));
        }
        new ObjectMapper().writeValue(Path.of(given, "cases.json").toFile(), all);
        List<Map<String, Object>> updates = new ArrayList<>();
        double[] x = x(SMALL);
        double[] target = Samples.numbers(24, "target");
        for (Trained trained : rules()) {
            Network network = network(SMALL);
            RuleState rule = written(trained, network);
            written(SMALL, network, Optional.of(rule), KerasWriter::writeModel, Path.of(given, trained.name() + ".keras"));
            written(SMALL, network, Optional.of(rule), KerasWriter::writeWeights, Path.of(given, trained.name() + ".weights.h5"));
            Map<String, Array> slots = new LinkedHashMap<>();
            slots(trained, network).forEach((slot, vector) -> slots.put(slot, vector.flat()));
            Keras.update(network, trained.rule(), slots, 8, x, target, 4);
            updates.add(Map.of("name", trained.name(), "x", x, "target", target, "after", network.parameters().flat().toDoubles()));
        }
        new ObjectMapper().writeValue(Path.of(given, "updates.json").toFile(), updates);
    }

    /** A layer of a user's own. */
    private record Own() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.passThrough();
        }
    }
}

package cairn.interop.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.file.FileMoments;
import cairn.interop.file.RuleState;
import cairn.interop.file.TensorFile;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.init.He;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import cairn.optim.Sgd;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.Value;
import cairn.tensor.Array;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written for PyTorch. The files of the nets stay in target/interop-torch, where check_torch.py loads them into PyTorch. */
class TorchWriterTest {
    private static final Path LEFT = Path.of("target/interop-torch");

    @TempDir
    Path folder;

    /** Every layer, with every padding, on images, vectors and rows of two dimensions. */
    enum Net {
        IMAGES(new long[] {8, 9, 3}, new Conv2d(4, 3, 2, Padding.SAME, 1, true, new He()), BatchNorm.of(), LeakyRelu.of(), LayerNorm.of(),
                new MaxPool2d(2, 2, Padding.SAME), Elu.of(), new AveragePool2d(2, 1, Padding.SAME),
                new Conv2d(5, 3, 1, Padding.SAME, 2, false, new He()),
                new Residual(List.of(Conv2d.of(6, 3), new BatchNorm(0.2, 1e-3)), List.of(Conv2d.of(6, 1))), new Silu(), new Flatten(),
                new Tanh(),
                LayerNorm.of(), new BatchNorm(0.1, 1e-4), new Dense(7, false, new He()), Gelu.of(), Dropout.of(0.5),
                Residual.of(Dense.of(7), new Gelu(Gelu.Form.TANH)), new Softplus(), BatchNorm.of(), Dense.of(3), new Softmax()),
        POOLS(new long[] {5, 8, 2}, new Conv2d(3, 2, 1, Padding.VALID, 1, true, new He()), new MaxPool2d(3, 1, Padding.SAME),
                new AveragePool2d(3, 1, Padding.SAME), new MaxPool2d(2, 1, Padding.VALID), new AveragePool2d(2, 2, Padding.VALID),
                new Conv2d(4, 1, 2, Padding.SAME, 1, true, new He()), new GlobalAveragePool2d(), Dense.of(5)),
        VECTORS(new long[] {24}, Dense.of(24), Reshape.of(4, 3, 2), Conv2d.of(5, 3), new Softmax(), Reshape.of(3, 5, 4),
                new Conv2d(2, 2, 1, Padding.VALID, 1, true, new He()), Reshape.of(16), new Relu(), Reshape.of(4, 2, 2), Conv2d.of(3, 3)),
        DIRECTLY(new long[] {4, 6, 2}, Dense.of(7), new Sigmoid(), Sequential.of(Dense.of(5), new Relu()), new Sequential(List.of()),
                new LeakyRelu(-0.25), new Elu(0.5)),
        FLATTENED(new long[] {4, 3, 2}, Conv2d.of(3, 1), new Flatten(), new Relu()),
        TWO(new long[] {4, 3, 2}, new Flatten(), Residual.of(Dense.of(24)), Reshape.of(6, 4), LayerNorm.of(), BatchNorm.of(), new Softmax(),
                Dense.of(3), Reshape.of(3, 1)),
        MIXED(new long[] {4, 3, 2}, new Residual(List.of(Conv2d.of(3, 3), new Flatten(), BatchNorm.of()),
                List.of(Conv2d.of(3, 1), new Flatten())), Dense.of(2));

        final long[] row;
        final Sequential model;

        Net(long[] row, Layer... layers) {
            this.row = row;
            this.model = Sequential.of(layers);
        }

        Map<String, Value.Tensor> weights(ElementType type) {
            Trained trained = new Trained(model, row, type, Sgd.of(0));
            Map<String, Value.Tensor> weights = trained.weights();
            weights.replaceAll((path, tensor) -> {
                Array numbers = Array.zeros(type, tensor.shape());
                double[] drawn = new double[(int) tensor.size()];
                for (int i = 0; i < drawn.length; i++) {
                    double draw = 0.5 * Key.of(9).fold(path).gaussian(i);
                    drawn[i] = path.endsWith("running-var") ? 0.5 + Math.abs(draw) : draw;
                }
                numbers.set(drawn);
                return Trained.tensor(numbers);
            });
            return weights;
        }

        double[] input(int rows) {
            double[] x = new double[rows * (int) LongStream.of(row).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < x.length; i++) {
                x[i] = Key.of(8).gaussian(i);
            }
            return x;
        }
    }

    private static Path written(Path file, Write write) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        try (Disk.Output out = new RealDisk().create(file)) {
            write.to(out);
        }
        return file;
    }

    private interface Write {
        void to(Disk.Output out) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsReadAgain(Net net) throws IOException {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Map<String, Value.Tensor> weights = net.weights(type);
            String name = net + "-" + type.label();
            Path file = written(LEFT.resolve(name + ".pt"), out -> TorchWriter.write(net.model, net.row, weights, 7, out));
            TensorFile read = TorchSamples.read(file, "");
            Map<String, Value.Tensor> expected = TorchNames.of(net.model, net.row, weights, 7);
            assertThat(read.tensors().keySet()).containsExactlyElementsOf(expected.keySet());
            expected.forEach((tensor, value) -> assertThat(read.tensors().get(tensor).value()).isEqualTo(value));
            assertThat(TorchSamples.weights(net.model, net.row, read)).isEqualTo(weights);
            Files.writeString(LEFT.resolve(name + ".py"), TorchCode.of(net.model, net.row));
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("row", net.row);
            facts.put("x", net.input(3));
            facts.put("out", net.model.outputShape(net.row));
            facts.put("y", TorchSamples.outputs(net.model, net.row, type, weights, net.input(3)));
            new ObjectMapper().writeValue(LEFT.resolve(name + ".json").toFile(), facts);
        }
    }

    @Test
    void namesAreThoseOfTheSequence() {
        assertThat(TorchNames.paths(Net.IMAGES.model, Net.IMAGES.row).keySet()).containsExactly("0.1.weight", "0.1.bias", "1.weight",
                "1.bias",
                "1.running_mean", "1.running_var", "3.0.weight", "3.0.bias", "7.weight", "8.body.0.weight", "8.body.0.bias",
                "8.body.1.weight",
                "8.body.1.bias", "8.body.1.running_mean", "8.body.1.running_var", "8.projection.0.weight", "8.projection.0.bias",
                "12.weight",
                "12.bias", "13.weight", "13.bias", "13.running_mean", "13.running_var", "14.weight", "17.body.0.weight", "17.body.0.bias",
                "19.weight", "19.bias", "19.running_mean", "19.running_var", "20.weight", "20.bias");
        assertThat(TorchNames.paths(Net.IMAGES.model, Net.IMAGES.row)).containsEntry("8.body.1.running_var",
                "8.residual/body/1.batch-norm/running-var");
        Map<String, Value.Tensor> named = TorchNames.of(Net.IMAGES.model, Net.IMAGES.row, Net.IMAGES.weights(ElementType.F32), 7);
        assertThat(named.get("1.num_batches_tracked").get(0)).isEqualTo(7);
        assertThat(named.get("0.1.weight").shape()).containsExactly(4, 3, 3, 3);
    }

    @Test
    void theSameTensorsGiveTheSameBytesAndEachBeginsAtAMultipleOf64() throws IOException {
        Net net = Net.MIXED;
        Map<String, Value.Tensor> weights = net.weights(ElementType.F32);
        byte[] one = Files.readAllBytes(written(folder.resolve("one.pt"), out -> TorchWriter.write(net.model, net.row, weights, 7, out)));
        byte[] other = Files.readAllBytes(written(folder.resolve("other.pt"), out -> TorchWriter.write(net.model, net.row, weights, 7,
                out)));
        assertThat(one).isEqualTo(other);
        ByteBuffer bytes = ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        int entries = 0;
        // Local headers: signature, 14 bytes, CRC-32, sizes, length of the name, of the extra field.
        while (bytes.getInt(at) == 0x04034b50) {
            assertThat(bytes.getShort(at + 6) & 8).as("sizes stand before the data").isZero();
            int data = at + 30 + bytes.getShort(at + 26) + bytes.getShort(at + 28);
            assertThat(data % 64).as(new String(one, at + 30, bytes.getShort(at + 26), StandardCharsets.US_ASCII)).isZero();
            at = data + bytes.getInt(at + 18);
            entries++;
        }
        assertThat(entries).isEqualTo(6 + 11);
    }

    @Test
    void layersThatPyTorchLacksAreRefusedByName() {
        record Mine() implements Layer {
            @Override
            public long[] outputShape(long[] in) {
                return in;
            }

            @Override
            public void wire(Wiring t) {
                t.passThrough();
            }
        }
        Layer model = Sequential.of(new Relu(), Residual.of(new Mine()));
        assertThatThrownBy(() -> TorchCode.of(model, new long[] {3})).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PyTorch has no modules for 1.residual/body/0.mine: it is a class of your own");
        Layer deep = Sequential.of(Reshape.of(2, 2, 2, 2), BatchNorm.of());
        assertThatThrownBy(() -> TorchCode.of(deep, new long[] {16})).hasMessageContaining("1.batch-norm: its rows have 4 dimensions");
        assertThatThrownBy(() -> TorchNames.of(Sequential.of(Dense.of(2)), new long[] {3}, Map.of(), 0))
                .hasMessage("there is no tensor 0.dense/weight");
        assertThatThrownBy(() -> TorchCode.of(model, new long[] {3}, new RuleState("lion", Map.of(), Map.of(), Map.of())))
                .hasMessageContaining("PyTorch has no optimizer for the rule lion");
        assertThatThrownBy(() -> TorchCode.of(model, new long[] {3},
                new RuleState("adam", Map.of("learning-rate", 0.1, "beta1", 0.9), Map.of(), Map.of())))
                .hasMessage("the rule adam has no beta2, epsilon");
    }

    @Test
    void theSourceTextIsAsShortAsTheModel() {
        assertThat(TorchCode.of(Sequential.of(Dense.of(4), new Relu(), Dense.of(2)), new long[] {3})).isEqualTo("""
                import torch
                from torch import nn


                model = nn.Sequential(
                    nn.Linear(3, 4, bias=True),
                    nn.ReLU(),
                    nn.Linear(4, 2, bias=True),
                )
                """);
    }

    @Test
    void theStateOfARuleIsReadAgain() throws IOException {
        Trained trained = new Trained(Net.MIXED.model, Net.MIXED.row, ElementType.F32, cairn.optim.AdamW.of(0.01));
        for (int t = 1; t <= 3; t++) {
            trained.step(t, Net.MIXED.input(4), new double[8]);
        }
        RuleState state = trained.state("adamw", Map.of("learning-rate", 0.01, "beta1", 0.9, "beta2", 0.999, "epsilon", 1e-8,
                "weight-decay", 0.25), 3);
        Path file = written(folder.resolve("a.pt"), out -> TorchWriter.write(Net.MIXED.model, Net.MIXED.row, trained.weights(), 3, state,
                Map.of("note", new Value.Text("grüße"), "loss", new Value.Real(0.25)), out));
        TensorFile read = TorchSamples.read(file, "");
        assertThat(read.facts()).containsEntry("step", "3").containsEntry("note", "grüße").containsEntry("loss", "0.25");
        FileMoments moments = read.moments().orElseThrow();
        assertThat(moments.rules()).containsExactly("adamw");
        assertThat(moments.settings()).isEqualTo(state.settings());
        assertThat(moments.byTensor().get("0.body.2.weight").updates()).isEqualTo(3);
        assertThat(moments.byTensor().get("1.weight").vectors().get("v").shape()).containsExactly(2, 36);
        assertThat(TorchSamples.numbers(moments.byTensor().get("1.bias").vectors().get("m")))
                .containsExactly(TorchSamples.numbers(state.vectors().get("m").get("1.dense/bias")), within(0.0));
    }

    @Test
    void frozenTensorsHaveNoNumberAndNoGradient() throws IOException {
        Layer model = Sequential.of(Dense.of(4), BatchNorm.of(), Dense.of(4), Dense.of(4));
        long[] row = {4};
        Trained trained = new Trained(model, row, ElementType.F32, cairn.optim.AdamW.of(0.01));
        RuleState all = trained.state("adamw", Map.of("learning-rate", 0.01, "beta1", 0.9, "beta2", 0.999, "epsilon", 1e-8,
                "weight-decay", 0.25), 3);
        Set<String> frozen = Set.of("0.dense/weight", "0.dense/bias", "1.batch-norm/gamma", "1.batch-norm/beta");
        Map<String, Map<String, Value.Tensor>> vectors = new LinkedHashMap<>();
        all.vectors().forEach((slot, ofSlot) -> {
            Map<String, Value.Tensor> left = new LinkedHashMap<>(ofSlot);
            left.keySet().removeAll(frozen);
            vectors.put(slot, left);
        });
        RuleState state = new RuleState("adamw", all.settings(), vectors, all.updates(), frozen);
        Path file = written(folder.resolve("frozen.pt"), out -> TorchWriter.write(model, row, trained.weights(), 3, state, Map.of(), out));
        // Two layers of the same shapes: only the names tell which is trained.
        assertThat(TorchSamples.read(file, "").moments().orElseThrow().byTensor().keySet()).containsExactlyInAnyOrder("2.weight", "2.bias",
                "3.weight", "3.bias");
        assertThat(TorchCode.of(model, row, state)).isEqualTo("""
                model.get_parameter("0.weight").requires_grad_(False)
                model.get_parameter("0.bias").requires_grad_(False)
                model.get_parameter("1.weight").requires_grad_(False)
                model.get_parameter("1.bias").requires_grad_(False)
                model.get_submodule("1").eval()  # again after each model.train()
                trained = [p for p in model.parameters() if p.requires_grad]
                optimizer = torch.optim.AdamW(
                    [{"params": [p for p in trained if p.dim() > 1]},
                     {"params": [p for p in trained if p.dim() == 1], "weight_decay": 0.0}], lr=0.01, betas=(0.9, 0.999), eps=1.0E-8, \
                weight_decay=0.25)
                """);
    }
}

package cairn.interop.torch;

import static cairn.interop.torch.TorchSamples.json;
import static cairn.interop.torch.TorchSamples.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.file.FileMoments;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.nn.init.He;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Tanh;
import cairn.optim.AdaGrad;
import cairn.optim.Adam;
import cairn.optim.AdamW;
import cairn.optim.AmsGrad;
import cairn.optim.Momentum;
import cairn.optim.NAdam;
import cairn.optim.Nesterov;
import cairn.optim.Optimizer;
import cairn.optim.RmsProp;
import cairn.optim.Sgd;
import cairn.state.ElementType;
import cairn.state.Value;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The law of going on: k steps in PyTorch, then n steps here, are k + n steps in PyTorch on the same batches; in float64 to 1e-10 of the
 * largest weight, in float32 to 1e-5. The reverse is left in target/interop-torch for check_torch.py.
 */
class TorchLawTest {
    private static final Path LEFT = Path.of("target/interop-torch");

    private static Optimizer rule(String name, FileMoments moments) {
        Map<String, Double> s = moments.settings();
        double lr = s.get("learning-rate");
        double decay = s.get("weight-decay");
        return switch (name) {
            case "adam" -> new Adam(lr, s.get("beta1"), s.get("beta2"), s.get("epsilon"), decay);
            case "adamw" -> new AdamW(lr, s.get("beta1"), s.get("beta2"), s.get("epsilon"), decay);
            case "amsgrad" -> new AmsGrad(lr, s.get("beta1"), s.get("beta2"), s.get("epsilon"), decay);
            case "nadam" -> new NAdam(lr, s.get("beta1"), s.get("beta2"), s.get("epsilon"), s.get("momentum-decay"), decay);
            case "rmsprop" -> new RmsProp(lr, s.get("decay"), s.get("epsilon"), decay);
            case "adagrad" -> new AdaGrad(lr, s.get("epsilon"), decay);
            case "momentum" -> new Momentum(lr, s.get("momentum"), decay);
            case "nesterov" -> new Nesterov(lr, s.get("momentum"), decay);
            default -> new Sgd(lr, decay);
        };
    }

    private static Sequential model(boolean isImage) {
        return isImage ? Sequential.of(new Conv2d(3, 3, 1, Padding.SAME, 1, false, new He()), BatchNorm.of(), new Tanh(),
                AveragePool2d.of(2), new Flatten(), Dense.of(2))
                : Sequential.of(Dense.of(7), new Tanh(), Dense.of(3));
    }

    /** A training of here that stands where the file's one does. */
    private static Trained takenOver(Sequential model, long[] row, ElementType type, Optimizer rule, TensorFile file) {
        Trained trained = new Trained(model, row, type, rule);
        trained.setWeights(TorchSamples.weights(model, row, file));
        Map<String, String> paths = TorchNames.paths(model, row);
        file.moments().orElseThrow().byTensor().forEach((name, vectors) -> {
            String path = paths.get(name);
            ModelPart part = ModelPart.of(model, row).stream().filter(p -> path.startsWith(p.name() + "/")).findFirst().orElseThrow();
            vectors.vectors().forEach((slot, vector) -> trained.setSlot(slot, path,
                    TensorOrder.PYTORCH.toOwn(part, path.substring(part.name().length() + 1), vector.value()).tensor()));
        });
        return trained;
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adamw", "amsgrad", "nadam", "rmsprop", "adagrad", "momentum", "nesterov", "sgd", "conv-adam"})
    void stepsOfPyTorchGoOnHere(String name) throws IOException {
        for (String law : List.of("law/" + name + "-float64", "law/" + name + "-float32", "law-1.13/" + name + "-float64")) {
            JsonNode facts = json(law + ".json");
            TensorFile file = TorchSamples.read(law + ".pt");
            boolean isImage = name.startsWith("conv");
            Sequential model = model(isImage);
            long[] row = isImage ? new long[] {4, 6, 2} : new long[] {5};
            ElementType type = law.endsWith("64") ? ElementType.F64 : ElementType.F32;
            String rule = facts.get("rule").asText();
            Trained trained = takenOver(model, row, type, rule(rule, file.moments().orElseThrow()), file);
            int k = facts.get("k").asInt();
            for (int i = k; i < k + facts.get("n").asInt(); i++) {
                JsonNode batch = facts.get("batches").get(i);
                trained.step(i + 1, numbers(batch.get("x")), numbers(batch.get("y")));
            }
            Map<String, Value.Tensor> after = TorchNames.of(model, row, trained.weights(), 0);
            double worst = 0;
            for (Map.Entry<String, Value.Tensor> e : after.entrySet()) {
                if (!e.getKey().endsWith("num_batches_tracked")) {
                    worst = Math.max(worst, distance(numbers(e.getValue()), numbers(facts.get("after").get(e.getKey()).get("data"))));
                }
            }
            assertThat(worst).as(law).isLessThan(type == ElementType.F64 ? 1e-10 : 1e-5);
        }
    }

    /** The largest difference, as a share of the largest number. */
    private static double distance(double[] found, double[] expected) {
        double difference = 0;
        double largest = 1e-3;
        for (int i = 0; i < expected.length; i++) {
            difference = Math.max(difference, Math.abs(found[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        return difference / largest;
    }

    private interface Write {
        void to(Disk.Output out) throws IOException;
    }

    private static void written(String file, Write write) throws IOException {
        Files.deleteIfExists(Path.of(file));
        try (Disk.Output out = new RealDisk().create(Path.of(file))) {
            write.to(out);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adamw", "amsgrad", "nadam", "rmsprop", "adagrad", "momentum", "nesterov", "sgd", "conv-adam"})
    void stepsOfHereAreLeftForPyTorchToGoOn(String name) throws IOException {
        for (ElementType type : List.of(ElementType.F64, ElementType.F32)) {
            String law = "law/" + name + "-float" + (type == ElementType.F64 ? "64" : "32");
            JsonNode facts = json(law + ".json");
            FileMoments moments = TorchSamples.read(law + ".pt").moments().orElseThrow();
            boolean isImage = name.startsWith("conv");
            Sequential model = model(isImage);
            long[] row = isImage ? new long[] {4, 6, 2} : new long[] {5};
            String rule = facts.get("rule").asText();
            Trained trained = new Trained(model, row, type, rule(rule, moments));
            int k = facts.get("k").asInt();
            Files.createDirectories(LEFT);
            Path left = LEFT.resolve("law-" + name + "-" + type.label());
            JsonNode batches = facts.get("batches");
            for (int i = 0; i < batches.size(); i++) {
                if (i == k) {
                    written(left + ".pt", out -> TorchWriter.write(model, row, trained.weights(), k, trained.state(rule,
                            moments.settings(), k),
                            Map.of(), out));
                }
                trained.step(i + 1, numbers(batches.get(i).get("x")), numbers(batches.get(i).get("y")));
            }
            written(left + "-after.pt-weights", out -> TorchWriter.write(model, row, trained.weights(), k, out));
            Files.writeString(Path.of(left + ".py"), TorchCode.of(model, row)
                    + TorchCode.of(model, row, trained.state(rule, moments.settings(), k)));
            List<Object> rest = new ArrayList<>();
            for (int i = k; i < batches.size(); i++) {
                rest.add(batches.get(i));
            }
            new ObjectMapper().writeValue(Path.of(left + ".json").toFile(), Map.of("row", row, "batches", rest));
            TensorFile read = TorchSamples.read(Path.of(left + ".pt"), "");
            assertThat(read.moments().orElseThrow().rules()).contains(rule);
            Trained again = takenOver(model, row, type, rule(rule, read.moments().orElseThrow()), read);
            for (int i = k; i < batches.size(); i++) {
                again.step(i + 1, numbers(batches.get(i).get("x")), numbers(batches.get(i).get("y")));
            }
            assertThat(again.weights()).as("out and in again is no change").isEqualTo(trained.weights());
        }
    }
}

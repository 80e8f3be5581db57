package cairn.interop.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.TensorFile;
import cairn.nn.Network;
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
import cairn.tensor.Array;
import cairn.tensor.ParameterVector;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The optimizers of files that Keras made after three updates. */
class KerasMomentsTest {
    private static final int BATCH = 8;

    @TempDir
    Path folder;

    /** The rule here with the settings of the file; epsilon where the formulas differ as the notes say. */
    private static Optimizer rule(FileMoments moments) {
        Map<String, Double> s = moments.settings();
        double lr = s.get("learning-rate");
        double early = 1e-7 / Math.sqrt(1 - Math.pow(0.999, 4));
        return switch (moments.rules().get(0)) {
            case "adam" -> new Adam(lr, s.get("beta1"), s.get("beta2"), early, 0);
            case "adamw" -> new AdamW(lr, s.get("beta1"), s.get("beta2"), early, s.get("weight-decay"));
            case "amsgrad" -> new AmsGrad(lr, s.get("beta1"), s.get("beta2"), early, 0);
            case "nadam" -> new NAdam(lr, s.get("beta1"), s.get("beta2"), s.get("epsilon"), s.get("momentum-decay"), 0);
            case "momentum" -> new Momentum(lr, s.get("momentum"), 0);
            case "nesterov" -> new Nesterov(lr, s.get("momentum"), 0);
            case "sgd" -> new Sgd(lr, 0);
            case "rmsprop" -> new RmsProp(lr, s.get("decay"), 1e-9, 0);
            case "adagrad" -> new AdaGrad(lr, 1e-10, 0);
            case "lion" -> new Lion(lr, s.get("beta1"), s.get("beta2"), 0);
            default -> throw new AssertionError(moments.rules().toString());
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adamw", "amsgrad", "nadam", "sgd", "nesterov", "plain-sgd", "rmsprop", "adagrad", "lion"})
    void theNextUpdateHereIsThatOfKeras(String name) throws IOException {
        goesOn(Keras.read(Keras.bytes("opt-" + name + ".keras"), folder), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "sgd"})
    void theNextUpdateAfterAnOlderFileIsThatOfKeras(String name) throws IOException {
        goesOn(Keras.read(Keras.bytes("opt-" + name + ".h5"), folder), name);
    }

    private static void goesOn(TensorFile file, String name) throws IOException {
        FileMoments moments = file.moments().orElseThrow();
        FileModel model = file.model().orElseThrow().read();
        Network network = Keras.network(file, model);
        Optimizer rule = rule(moments);
        Map<String, Array> slots = new HashMap<>();
        for (String slot : rule.slots()) {
            ParameterVector vector = new ParameterVector(network.parameters().layout(), network.parameters().flat().type());
            tensors(file, model).forEach((own, theirs) -> vector.view(own).set(
                    Keras.doubles(moments.byTensor().get(theirs).vectors().get(slot).value())));
            slots.put(slot, vector.flat());
        }
        assertThat(moments.byTensor().values()).allMatch(v -> v.updates() == 3);

        JsonNode step = new ObjectMapper().readTree(Keras.bytes("opt.json")).path(name);
        double[] before = network.parameters().flat().toDoubles();
        Keras.update(network, rule, slots, BATCH, numbers(step.path("x")), numbers(step.path("y")), 4);

        List<Double> expected = new ArrayList<>();
        step.path("after").forEach(tensor -> StreamSupport.stream(tensor.spliterator(), false).forEach(v -> expected.add(v.asDouble())));
        double[] after = network.parameters().flat().toDoubles();
        double furthest = 0;
        for (int i = 0; i < after.length; i++) {
            furthest = Math.max(furthest, Math.abs(after[i] - before[i]));
            assertThat(after[i]).as(name + " " + i).isCloseTo(expected.get(i), within(name.equals("rmsprop") ? 1e-4 : 1e-6));
        }
        assertThat(furthest).as("the update is no small thing").isGreaterThan(5e-4);
    }

    /** The tensors that are trained: by their names here, those in the file. */
    private static Map<String, String> tensors(TensorFile file, FileModel model) {
        Map<String, String> tensors = new HashMap<>();
        model.modules().forEach((path, name) -> {
            FileModule module = file.modules().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
            module.tensors().forEach((role, tensor) -> {
                if (!role.startsWith("running-")) {
                    tensors.put(path + "/" + role, tensor);
                }
            });
        });
        return tensors;
    }

    private static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }

    @Test
    void momentumOfRmsPropHasNoRuleHere() throws IOException {
        FileMoments moments = Keras.read(Keras.bytes("opt-rmsprop-centered.keras"), folder).moments().orElseThrow();
        assertThat(moments.rules()).isEmpty();
        assertThat(moments.notes()).anyMatch(n -> n.contains("centered"));
    }

    @Test
    void weightsAloneWithAnOptimizerTellTheOrderOfLayersAndItsName() throws IOException {
        TensorFile file = Keras.read(Keras.bytes("opt-nadam.weights.h5"), folder);
        assertThat(file.modules()).extracting(FileModule::name).containsExactly("layers/dense", "layers/batch_normalization",
                "layers/dense_1");
        assertThat(file.moments().orElseThrow().rules()).containsExactly("nadam");
        assertThat(file.moments().orElseThrow().byTensor()).hasSize(6);
        FileMoments sgd = Keras.read(Keras.bytes("opt-sgd.weights.h5"), folder).moments().orElseThrow();
        assertThat(sgd.rules()).containsExactly("momentum", "nesterov");
        assertThat(sgd.settings()).containsKey("learning-rate").doesNotContainKey("momentum");
    }

    @Test
    void differencesOfTheFormulasAreSaid() throws IOException {
        assertThat(Keras.read(Keras.bytes("opt-adam.keras"), folder).moments().orElseThrow().notes()).anyMatch(n -> n.contains("epsilon"));
        assertThat(Keras.read(Keras.bytes("opt-adagrad.keras"), folder).moments().orElseThrow().notes()).anyMatch(n -> n.contains("0.1"));
        assertThat(Keras.read(Keras.bytes("opt-adamw.keras"), folder).moments().orElseThrow().notes()).anyMatch(n -> n.contains("biases"));
    }
}

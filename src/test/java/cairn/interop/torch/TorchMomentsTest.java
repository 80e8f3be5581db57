package cairn.interop.torch;

import static cairn.interop.torch.TorchSamples.json;
import static cairn.interop.torch.TorchSamples.numbers;
import static cairn.interop.torch.TorchSamples.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.interop.file.FileMoments;
import cairn.interop.file.TensorFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** States of optimizers in checkpoints of PyTorch 1.13 (law-1.13) and 2.13 (law). */
class TorchMomentsTest {

    @ParameterizedTest
    @CsvSource({"adam,m v,5", "adamw,m v,5", "amsgrad,m v h,5", "momentum,b,0", "nesterov,b,0", "rmsprop,v,5", "nadam,m v,5",
            "adagrad,s,5"})
    void everyRuleIsKnownByItsSettings(String rule, String slots, long updates) throws IOException {
        for (String folder : List.of("law-1.13/", "law/")) {
            TensorFile file = read(folder + rule + "-float64.pt");
            FileMoments moments = file.moments().orElseThrow();
            assertThat(moments.rules()).as(folder).isEqualTo(folder.equals("law/") || !rule.matches("adamw?") ? List.of(rule)
                    : List.of("adam",
                    "adamw"));
            assertThat(moments.byTensor().keySet()).containsExactlyInAnyOrder("0.weight", "0.bias", "2.weight", "2.bias");
            moments.byTensor().forEach((name, vectors) -> {
                assertThat(vectors.updates()).isEqualTo(updates);
                assertThat(vectors.vectors().keySet()).containsExactlyInAnyOrder(slots.split(" "));
                vectors.vectors().values().forEach(v -> assertThat(v.shape()).isEqualTo(file.tensors().get(name).shape()));
            });
            json(folder + rule + "-float64.json").get("settings").fields().forEachRemaining(e -> {
                Map<String, String> names = Map.of("lr", "learning-rate", "eps", "epsilon", "weight_decay", "weight-decay", "momentum",
                        "momentum",
                        "alpha", "decay");
                if (names.containsKey(e.getKey())) {
                    assertThat(moments.settings()).containsEntry(names.get(e.getKey()), e.getValue().asDouble());
                } else if (e.getKey().equals("betas")) {
                    assertThat(moments.settings()).containsEntry("beta1", e.getValue().get(0).asDouble()).containsEntry("beta2",
                            e.getValue().get(1).asDouble());
                }
            });
        }
    }

    /** The vectors go on as PyTorch's own do: one value of each is in the state after the next step, by the rule's formula. */
    @Test
    void groupsThatDecayAndGroupsThatDoNotAreToldByShapes() throws IOException {
        FileMoments moments = read("law/adamw-float64.pt").moments().orElseThrow();
        assertThat(moments.notes()).anyMatch(note -> note.equals("its 2 groups differ in weight_decay: 0.05, 0.0; the first is taken"))
                .anyMatch(note -> note.startsWith("weight decay shrinks every tensor there"));
        FileMoments plain = read("law/nadam-float64.pt").moments().orElseThrow();
        assertThat(plain.notes()).isEmpty();
        assertThat(plain.settings()).containsEntry("momentum-decay", 4e-3);
    }

    @Test
    void buffersAreNotTrained() throws IOException {
        TensorFile file = read("law/conv-adam-float32.pt");
        FileMoments moments = file.moments().orElseThrow();
        assertThat(moments.byTensor().keySet()).containsExactly("0.weight", "1.weight", "1.bias", "5.weight", "5.bias");
        assertThat(moments.byTensor().get("5.weight").vectors().get("m").shape()).containsExactly(2, 18);
        assertThat(file.facts()).containsEntry("epoch", "1").containsEntry("step", "5");
    }

    @Test
    void plainDescentHasNoVectors() throws IOException {
        FileMoments moments = read("law/sgd-float32.pt").moments().orElseThrow();
        assertThat(moments.rules()).containsExactly("sgd");
        assertThat(moments.settings()).containsEntry("learning-rate", 0.05);
    }

    /** Recorded by make_torch.py: which optimizers are refused, and what else the state can be. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rmsprop-centered | it is RMSprop with momentum 0.9 and centered", "adagrad-decay | it is Adagrad with lr_decay 0.1",
        "sgd-dampening | it is SGD with dampening 0.5", "maximize | it maximizes", "radam | no rule here has the settings lr, betas, eps",
        "groups-alike | the shapes do not tell which tensor is in which group",
        "part-alike | more than one choice of them has these shapes",
        "adamw-amsgrad | it is AdamW with amsgrad", "two | the file has 2 optimizers (a, b)"})
    void whatHasNoLikeHereIsNotTakenAndTheReasonIsSaid(String name, String reason) throws IOException {
        TensorFile file = read("2.13/optimizer-" + name + ".pt");
        assertThat(file.moments()).isEmpty();
        assertThat(file.tensors()).hasSize(6);
        assertThat(file.notes()).anyMatch(note -> note.contains(reason));
    }

    @Test
    void anOptimizerOfAPartOfTheModelIsKnownByItsShapesIfOnlyOneChoiceFits() throws IOException {
        FileMoments moments = read("2.13/optimizer-other-count.pt").moments().orElseThrow();
        assertThat(moments.byTensor().keySet()).containsExactly("3.weight", "3.bias");
        assertThat(moments.notes()).containsExactly("it trains 2 of the model's 6 tensors; they are known by their shapes, which no other "
                + "choice of 2 has in this order");
    }

    @Test
    void namesInTheFileAreTaken() throws IOException {
        TensorFile file = read("2.13/optimizer-named.pt");
        assertThat(file.moments().orElseThrow().byTensor().keySet()).containsExactly("3.weight", "3.bias", "0.weight", "0.bias", "2.weight",
                "2.bias");
    }

    @Test
    void aBufferThatHasNotBegunIsZeroAndChangedMomentaAreNoted() throws IOException {
        FileMoments momentum = read("2.13/optimizer-frozen-part.pt").moments().orElseThrow();
        assertThat(momentum.byTensor()).hasSize(2);
        assertThat(momentum.notes()).containsExactly(
                "the file numbers the tensors of the optimizer; they are taken in the order of the model",
                "4 of its tensors have no state yet, because they have had no gradient");
        FileMoments nadam = read("2.13/optimizer-nadam-changed.pt").moments().orElseThrow();
        assertThat(nadam.notes()).hasSize(2).last().asString().contains("the product of the momenta of 0.weight is 0.");
    }

    @Test
    void theVectorsAreThoseOfTheNextStep() throws IOException {
        // After one step of Adam from zero m = (1-β1)·g and v = (1-β2)·g², so v = (1-β2)·(m/(1-β1))².
        TensorFile file = read("2.13/optimizer-named.pt");
        file.moments().orElseThrow().byTensor().forEach((name, vectors) -> {
            double[] m = numbers(vectors.vectors().get("m"));
            double[] v = numbers(vectors.vectors().get("v"));
            for (int i = 0; i < m.length; i++) {
                assertThat(v[i]).as(name).isCloseTo(0.001 * Math.pow(m[i] / 0.1, 2), within(1e-9 + 1e-5 * v[i]));
            }
        });
    }
}

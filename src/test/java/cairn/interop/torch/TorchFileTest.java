package cairn.interop.torch;

import static cairn.interop.torch.TorchSamples.json;
import static cairn.interop.torch.TorchSamples.numbers;
import static cairn.interop.torch.TorchSamples.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sequential;
import cairn.state.ElementType;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of PyTorch 1.13 and 2.13. */
class TorchFileTest {

    @ParameterizedTest
    @ValueSource(strings = {"1.13", "2.13"})
    void aConvolutionalNetComputesWhatPyTorchComputed(String version) throws IOException {
        TensorFile file = read(version + "/conv.pt");
        JsonNode expected = json(version + "/conv.json");
        Sequential model = Sequential.of(Conv2d.of(4, 3), BatchNorm.of(), new Relu(), MaxPool2d.of(2), new Flatten(), Dense.of(5));
        long[] row = {4, 6, 3};
        double[] y = TorchSamples.outputs(model, row, ElementType.F32, TorchSamples.weights(model, row, file), numbers(expected.get("x")));
        assertThat(y).containsExactly(numbers(expected.get("y")), within(2e-6));
        assertThat(file.format()).isEqualTo("PyTorch zip archive");
        assertThat(file.notes())
                .containsExactly("num_batches_tracked of 1 batch norm is left out, because a batch norm here counts no batches");
        assertThat(file.tensors().keySet()).startsWith("0.weight", "0.bias", "1.weight").contains("1.num_batches_tracked");
        assertThat(file.moments()).isEmpty();
        assertThat(file.model()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.13", "2.13"})
    void everyTypeAndViewIsReadAsItIs(String version) throws IOException {
        TensorFile file = read(version + "/odd.pt");
        JsonNode expected = json(version + "/odd.json");
        assertThat(file.tensors()).hasSize(expected.size());
        for (Iterator<Map.Entry<String, JsonNode>> all = expected.fields(); all.hasNext();) {
            Map.Entry<String, JsonNode> e = all.next();
            FileTensor tensor = file.tensors().get(e.getKey());
            assertThat(tensor.dtype().label()).as(e.getKey()).isEqualTo(e.getValue().get("dtype").asText());
            assertThat(numbers(tensor)).as(e.getKey()).isEqualTo(numbers(e.getValue().get("data")));
            assertThat(tensor.shape()).as(e.getKey()).isEqualTo(TorchSamples.shape(e.getValue()));
        }
        assertThat(file.notes()).hasSize(1).first().asString().contains("1 tensor of float16 read as f32",
                "1 tensor of bfloat16 read as f32");
    }

    @Test
    void aTensorThatCoversItsStorageIsNotCopied() throws IOException {
        Map<String, FileTensor> tensors = read("2.13/odd.pt").tensors();
        assertThat(numbers(tensors.get("part"))).containsExactly(6, 7, 8, 9, 10, 11);
        assertThat(tensors.get("part").value().bytes().remaining()).isEqualTo(24);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.13", "2.13"})
    void theModelsDictIsFoundAndTheRestIsShown(String version) throws IOException {
        TensorFile file = read(version + "/nested.pt");
        assertThat(file.tensors().keySet()).containsExactly("0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias");
        assertThat(file.facts()).containsEntry("epoch", "7").containsEntry("best", "0.75").containsEntry("done", "false")
                .containsEntry("note", "trained on rows").containsEntry("sizes", "5, 4, 3");
        assertThat(file.notes()).containsExactly("the model is state_dict; left out, because it is beside it: model_ema");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.13", "2.13"})
    void severalModelsAreRefusedUntilOneIsNamed(String version) throws IOException {
        assertThatThrownBy(() -> read(version + "/gan.pt")).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("has tensors in 2 dicts: generator, discriminator")
                .hasMessageEndingWith("Name the one that is the model, or / if all of them are.");
        Path file = TorchSamples.FOLDER.resolve(version + "/gan.pt");
        assertThat(read(file, "discriminator").tensors()).hasSize(6);
        assertThat(read(file, "/").tensors()).hasSize(12).containsKey("generator.0.weight");
        assertThatThrownBy(() -> read(file, "critic")).hasMessageContaining("has no critic; there are generator, discriminator");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.13", "2.13"})
    void lightningsFilesAreRead(String version) throws IOException {
        TensorFile file = read(version + "/lightning.pt");
        assertThat(file.program()).isEqualTo("PyTorch with Lightning 2.1.0");
        assertThat(file.tensors().keySet()).startsWith("model.0.weight", "model.0.bias").hasSize(6);
        assertThat(file.facts()).containsEntry("epoch", "3").containsEntry("global_step", "42").containsEntry("hyper_parameters.lr",
                "0.001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.13", "2.13"})
    void prefixesOfWrappersAreTakenOffWithANote(String version) throws IOException {
        TensorFile file = read(version + "/wrapped.pt");
        assertThat(file.tensors().keySet()).startsWith("0.weight");
        assertThat(file.notes()).hasSize(2);
        assertThat(read(version + "/list.pt").tensors().keySet()).containsExactly("0", "1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "evil-system.pt | it names posix.system, which no file of weights needs",
        "evil-eval.pt | it names builtins.eval",
        "module.pt | it names the class torch.nn.modules.container.Sequential; no class of a file is used here",
        "module.pt | It seems to be a whole model. Save model.state_dict() instead.",
        "complex.pt | ComplexFloatStorage; there is no such type here",
        "sparse.pt | it has a sparse tensor (torch._utils._rebuild_sparse_tensor)",
        "quantized.pt | it has a quantized tensor (torch._utils._rebuild_qtensor)",
        "expanded.pt | tensor a: its strides expand 1 numbers to 100000000; at most 64 times as many are read",
        "optimizer-alone.pt | has no tensor but those of an optimizer",
        "script.pt | it is TorchScript, a program and not only tensors"})
    void whatIsNotATensorIsRefusedByName(String name, String message) {
        for (String version : new String[] {"1.13", "2.13"}) {
            assertThatThrownBy(() -> read(version + "/" + name)).as(version).isInstanceOf(ForeignFileException.class)
                    .hasMessageContaining("cannot read src").hasMessageContaining(message);
        }
    }

    @Test
    void nestedTensorsAndBigEndianFilesAreRefused() {
        assertThatThrownBy(() -> read("2.13/nested-tensor.pt")).isInstanceOf(ForeignFileException.class).hasMessageContaining("nested");
        assertThatThrownBy(() -> read("2.13/big-endian.pt")).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("odd/byteorder: expected little, found big");
    }

    @Test
    void theFormBeforeOneDotSixIsKnownByItsFirstBytes() throws IOException {
        for (String version : new String[] {"1.13", "2.13"}) {
            byte[] bytes = Files.readAllBytes(TorchSamples.FOLDER.resolve(version + "/legacy.pt"));
            assertThat(TorchFile.isLegacy(bytes)).isTrue();
            assertThat(TorchFile.isLegacy(Files.readAllBytes(TorchSamples.FOLDER.resolve(version + "/conv.pt")))).isFalse();
        }
        assertThat(TorchFile.isLegacy(new byte[3])).isFalse();
        assertThat(TorchFile.legacy("old.pth")).hasMessageContaining("before version 1.6").hasMessageContaining("save it again");
    }
}

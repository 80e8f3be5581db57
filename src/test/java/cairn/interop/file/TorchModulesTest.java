package cairn.interop.file;

import static cairn.interop.file.FileModule.Kind.BATCH_NORM;
import static cairn.interop.file.FileModule.Kind.CONV2D;
import static cairn.interop.file.FileModule.Kind.DENSE;
import static cairn.interop.file.FileModule.Kind.LAYER_NORM;
import static cairn.interop.file.FileModule.Kind.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.Value;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchModulesTest {
    private final Map<String, FileTensor> tensors = new LinkedHashMap<>();

    private TorchModulesTest with(String name, long... shape) {
        int bytes = (int) Value.Tensor.bytesOf(FileTensor.Type.FLOAT32.own(), shape);
        tensors.put(name, FileTensor.of(FileTensor.Type.FLOAT32, shape, ByteBuffer.allocate(bytes)));
        return this;
    }

    private List<FileModule.Kind> kinds() {
        return TorchModules.of(tensors).modules().stream().map(FileModule::kind).toList();
    }

    @Test
    void kindsAreToldByNamesAndRanks() {
        with("a.weight", 5, 3, 2, 2).with("a.bias", 5).with("b.weight", 5).with("b.bias", 5).with("b.running_mean", 5)
                .with("b.running_var", 5).with("b.num_batches_tracked").with("c.weight", 7, 5).with("d.0.weight", 7).with("d.0.bias", 7);
        assertThat(kinds()).containsExactly(CONV2D, BATCH_NORM, DENSE, LAYER_NORM);
        TorchModules read = TorchModules.of(tensors);
        assertThat(read.modules().get(1).tensors()).isEqualTo(Map.of("gamma", "b.weight", "beta", "b.bias", "running-mean", "b.running_mean",
                "running-var", "b.running_var"));
        assertThat(read.modules().get(3)).isEqualTo(new FileModule("d.0", LAYER_NORM, TensorOrder.PYTORCH,
                Map.of("gamma", "d.0.weight", "beta", "d.0.bias")));
        assertThat(read.notes()).containsExactly(
                "num_batches_tracked of 1 batch norm is left out, because a batch norm here counts no batches");
    }

    @Test
    void aBatchNormMayHaveNoGains() {
        with("b.running_mean", 5).with("b.running_var", 5).with("b.num_batches_tracked");
        assertThat(TorchModules.of(tensors).modules().get(0).tensors().keySet()).containsExactly("running-mean", "running-var");
    }

    @Test
    void whatDoesNotFitIsNoLayer() {
        with("transposed.weight", 5, 3, 2, 2).with("transposed.bias", 3).with("rms.weight", 5).with("pe", 4, 4).with("lstm.weight_ih_l0", 8, 4)
                .with("conv1d.weight", 5, 3, 2).with("images.weight", 5, 3).with("images.bias", 5, 3).with("half.weight", 5)
                .with("half.running_mean", 5).with("scalar.weight");
        assertThat(kinds()).containsOnly(OTHER).hasSize(8);
        assertThat(TorchModules.of(tensors).modules().get(2)).isEqualTo(new FileModule("", OTHER, TensorOrder.PYTORCH, Map.of("pe", "pe")));
    }

    @Test
    void theNamesThatWrappersGiveAreTakenOffWithANote() {
        with("module._orig_mod.0.weight", 2, 3).with("module._orig_mod.0.bias", 2);
        TorchModules read = TorchModules.of(tensors);
        assertThat(read.tensors().keySet()).containsExactly("0.weight", "0.bias");
        assertThat(read.notes()).hasSize(2).first().asString().startsWith("every name begins with module.");
        with("head.weight", 2, 3);
        assertThat(TorchModules.of(tensors).tensors()).isEqualTo(tensors);
    }

    @Test
    void sortedTensorsAreTakenByTheSizeOfTheirNumbers() {
        with("10.weight", 2, 3).with("2.weight", 2, 3).with("2.bias", 2).with("a.9.weight", 2, 3).with("a.10.weight", 2, 3)
                .with("a.009.bias", 2);
        assertThat(TorchModules.ofSorted(tensors).modules().stream().map(FileModule::name)).containsExactly("2", "10", "a.009", "a.9", "a.10");
    }
}

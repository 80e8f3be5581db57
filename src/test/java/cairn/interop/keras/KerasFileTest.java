package cairn.interop.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.nn.layer.Residual;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are made by Keras itself (make_keras.py), with what it computes from them. */
class KerasFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"cnn.keras,cnn", "cnn.h5,cnn", "residual.keras,residual", "residual.h5,residual", "deep.keras,deep",
            "nested.keras,nested", "nested.h5,nested",            "tf-cnn.keras,tf-cnn", "keras2.h5,keras2"})
    void aModelComputesHereWhatItComputesInKeras(String file, String expected) throws IOException {
        TensorFile read = Keras.read(Keras.bytes(file), folder);
        double[] y = Keras.outputs(Keras.network(read), 3, Keras.numbers(expected, "x"));
        double[] there = Keras.numbers(expected, "y");
        assertThat(y).hasSameSizeAs(there);
        for (int i = 0; i < y.length; i++) {
            assertThat(y[i]).as(file + " " + i).isCloseTo(there[i], within(1e-5));
        }
    }

    @Test
    void layersStandInTheOrderOfTheModelUnderTheirOwnNames() throws IOException {
        TensorFile read = Keras.read(Keras.bytes("cnn.keras"), folder);
        assertThat(read.format()).isEqualTo("Keras archive");
        assertThat(read.program()).isEqualTo("Keras 3.15.1");
        assertThat(read.modules()).extracting(FileModule::name).containsExactly("first", "batch_normalization", "conv2d",
                "batch_normalization_1", "dense", "layer_normalization", "last");
        assertThat(read.modules().get(0)).isEqualTo(new FileModule("first", Kind.CONV2D, TensorOrder.CHANNELS_LAST,
                java.util.Map.of("weight", "layers/conv2d/vars/0", "bias", "layers/conv2d/vars/1")));
        assertThat(read.modules().get(3).tensors()).containsOnlyKeys("beta", "running-mean", "running-var");
        FileModel model = read.model().orElseThrow().read();
        assertThat(model.row()).containsExactly(7, 6, 2);
        assertThat(model.modules()).containsEntry("0.conv2d", "first").containsEntry("5.batch-norm", "batch_normalization_1");
        assertThat(model.notes()).anyMatch(note -> note.contains("batch_normalization_1: has no gamma"));
    }

    @Test
    void aResidualSumIsOneBlock() throws IOException {
        FileModel model = Keras.read(Keras.bytes("residual.keras"), folder).model().orElseThrow().read();
        assertThat(model.layers().stream().filter(Residual.class::isInstance)).hasSize(2);
        assertThat(model.modules()).containsEntry("2.residual/body/0.conv2d", "conv2d_1").containsEntry("4.residual/projection/0.conv2d",
                "conv2d_3");
    }

    @Test
    void layersWithinAModelHaveItsNameBeforeTheirOwn() throws IOException {
        for (String file : new String[] {"nested.keras", "nested.h5"}) {
            TensorFile read = Keras.read(Keras.bytes(file), folder);
            assertThat(read.modules()).extracting(FileModule::name).startsWith("dense_4", "core/dense", "core/batch_normalization",
                    "core/dense_1", "inner/dense_2", "inner/dense_3", "dense_5");
        }
    }

    @Test
    void weightsAloneAreOrderedKindByKindAndByNumber() throws IOException {
        TensorFile read = Keras.read(Keras.bytes("cnn.weights.h5"), folder);
        assertThat(read.modules()).extracting(FileModule::name).containsExactly("layers/dense", "layers/dense_1", "layers/conv2d",
                "layers/conv2d_1", "layers/batch_normalization", "layers/batch_normalization_1", "layers/layer_normalization");
        assertThat(read.notes()).anyMatch(n -> n.contains("order of layers of different kinds"))
                .anyMatch(n -> n.contains("batch_normalization_1") && n.contains("gamma or beta"));
        assertThat(Keras.read(Keras.bytes("deep.weights.h5"), folder).modules()).extracting(FileModule::name).containsSubsequence(
                "layers/dense_2", "layers/dense_9", "layers/dense_10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"packed.weights.h5", "packed-latest.weights.h5", "big-endian.weights.h5"})
    void numbersAreTheSameHoweverTheyArePacked(String file) throws IOException {
        TensorFile plain = Keras.read(Keras.bytes("small.weights.h5"), folder);
        TensorFile packed = Keras.read(Keras.bytes(file), folder);
        assertThat(packed.tensors()).isEqualTo(plain.tensors()).hasSize(8);
        assertThat(packed.modules()).isEqualTo(plain.modules());
    }

    @Test
    void shorterFloatsAreWidenedWithANote() throws IOException {
        TensorFile half = Keras.read(Keras.bytes("half.weights.h5"), folder);
        FileTensor one = half.tensors().get("layers/dense/vars/0");
        assertThat(one.describe()).isEqualTo("float16[4,5]");
        double[] whole = Keras.doubles(Keras.read(Keras.bytes("small.weights.h5"), folder).tensors().get("layers/dense/vars/0").value());
        assertThat(Keras.doubles(one.value())).containsExactly(whole, within(1e-3));
        assertThat(half.notes()).contains("8 tensors of float16 are read as f32");
        assertThatThrownBy(() -> Keras.read(Keras.bytes("bfloat16.weights.h5"), folder)).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("layers/dense/vars").hasMessageContaining("bfloat16").hasMessageContaining("float32");
    }

    @Test
    void emptyScalarAndOtherTensorsAreRead() throws IOException {
        TensorFile odd = Keras.read(Keras.bytes("odd.weights.h5"), folder);
        assertThat(odd.tensors().get("layers/dense/vars/0").shape()).containsExactly(0, 3);
        assertThat(Keras.doubles(odd.tensors().get("layers/other/vars/0").value())).containsExactly(2.5);
        assertThat(odd.tensors().get("layers/other/vars/1").describe()).isEqualTo("int64[1,2]");
        assertThat(odd.tensors().get("layers/other/vars/2").describe()).isEqualTo("bool[2]");
    }

    @Test
    void weightsOfKeras2AreReadByItsOwnLists() throws IOException {
        for (String file : new String[] {"keras2.h5", "keras2-weights.h5"}) {
            TensorFile read = Keras.read(Keras.bytes(file), folder);
            assertThat(read.program()).isEqualTo("Keras 2.15.0");
            assertThat(read.modules()).extracting(FileModule::name).containsExactly("conv2d", "batch_normalization", "dense");
            assertThat(read.modules()).extracting(FileModule::kind).containsExactly(Kind.CONV2D, Kind.BATCH_NORM, Kind.DENSE);
        }
    }

    @ParameterizedTest
    @CsvSource({"loop.weights.h5,stands at another place too", "soft-link.weights.h5,is a link", "external-link.weights.h5,is a link",
            "huge.weights.h5,claims to have the shape", "external-data.weights.h5,layers/dense"})
    void aFileThatLeadsElsewhereOrNowhereIsRefused(String file, String problem) {
        assertThatThrownBy(() -> Keras.read(Keras.bytes(file), folder)).isInstanceOf(ForeignFileException.class)
                .hasMessageContaining(problem);
    }
}

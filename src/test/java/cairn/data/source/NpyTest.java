package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.MalformedDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The archives were written by NumPy 1.24.2: {@code numpy.savez("arrays.npz", f4=numpy.array([[1, -2, 3], [4, 5, -6]],
 * dtype="<f4"), ...)}.
 */
class NpyTest {
    private static final Path ARRAYS = Path.of("src/test/resources/cairn/data/arrays.npz");
    private static final String HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"f4", "f8", "i1", "i2", "i4", "i8"})
    void everyElementTypeIsReadAsNumpyWroteIt(String type) throws IOException {
        Npy array = Npy.read(ARRAYS, type);
        assertThat(array.shape()).containsExactly(2, 3);
        assertThat(array.doubles()).containsExactly(1, -2, 3, 4, 5, -6);
        assertThat(array.element().name()).isEqualToIgnoringCase(type);
        assertThat(array.isWhole()).isEqualTo(type.startsWith("i"));
    }

    @Test
    void unsignedBytesAndScalarsAreRead() throws IOException {
        assertThat(Npy.read(ARRAYS, "u1").doubles()).containsExactly(1, 254, 3, 4, 5, 6);
        assertThat(Npy.read(ARRAYS, "scalar").shape()).isEmpty();
        assertThat(Npy.read(ARRAYS, "scalar").get(0)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"fortran,ascontiguousarray", "big,astype('<f4')", "objects,Python objects", "structured,structured arrays",
            "complex,elements of type <c16",
            "nothing,there is no array", "f5,did you mean 'f4'?"})
    void whatIsNotReadIsRefusedWithWhatToDo(String name, String says) {
        assertThatThrownBy(() -> Npy.read(ARRAYS, name)).isInstanceOf(MalformedDataException.class).hasMessageContaining("arrays.npz")
                .hasMessageContaining(says);
    }

    @Test
    void aFileOfVersionOneTwoOrThreeIsRead() throws IOException {
        for (int version = 1; version <= 3; version++) {
            assertThat(Npy.read(write(array(version, HEADER, 8))).shape()).containsExactly(2);
        }
    }

    @Test
    void damagedFilesAreRefusedNamingTheByte() throws IOException {
        byte[] good = array(1, HEADER, 8);
        refuses(Arrays.copyOf(good, 5), "byte 0");
        refuses(Arrays.copyOf(good, 40), "byte 8: the header claims");
        refuses(Arrays.copyOf(good, good.length - 1), "does not take the 7 bytes that follow");
        refuses(Arrays.copyOf(good, good.length + 1), "does not take the 9 bytes that follow");
        byte[] other = good.clone();
        other[1] = 'X';
        refuses(other, "begins with 93 4E 55");
        other = good.clone();
        other[6] = 9;
        refuses(other, "found 9");
    }

    @Test
    void aHeaderThatClaimsTooMuchCostsNoMemory() throws IOException {
        refuses(array(2, HEADER.replace("(2,)", "(9999999999, 9999999999)"), 8), "9999999999");
        refuses(array(1, HEADER.replace("(2,)", "(99999999999999999999,)"), 8), "fits in memory");
        byte[] longHeader = array(2, HEADER, 8);
        Arrays.fill(longHeader, 8, 12, (byte) 0xff);
        refuses(longHeader, "4294967295 bytes");
        refuses(array(1, "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", 8), "run code");
        refuses(array(1, "__import__('os').system('false')", 8), "no readable 'descr'");
    }

    @Test
    void aDamagedArchiveIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(ARRAYS);
        Path cut = folder.resolve("cut.npz");
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> Npy.read(cut, "f4")).isInstanceOf(MalformedDataException.class).hasMessageContaining("damaged");
    }

    @Test
    void arraysBecomeADataSet() throws IOException {
        LoadedData data = new DataSource.Npz("pictures.npz", "x", "y", "x_test", "y_test", 0).open(DataFolders.of(ARRAYS.getParent()));
        assertThat(data.train().shape()).containsExactly(3, 2, 1);
        assertThat(data.train().size()).isEqualTo(5);
        assertThat(data.train().labels()).isEqualTo(Labels.Classes.numbered(3));
        assertThat(data.test().orElseThrow().labels()).isEqualTo(Labels.Classes.numbered(3));
        assertThat(data.train().label(1)).isEqualTo(2);
        float[] row = new float[6];
        data.train().features(4, row, 0);
        assertThat(row).containsExactly(24, 25, 26, 27, 28, 29);
    }

    @Test
    void realLabelsBecomeTargets() throws IOException {
        DataSet data = new DataSource.Npz("pictures.npz", "floats", "reals", "", "", 0).open(DataFolders.of(ARRAYS.getParent())).train();
        assertThat(data.labels()).isEqualTo(new Labels.Reals(1));
        float[] target = new float[1];
        data.targets(3, target, 0);
        assertThat(target).containsExactly(3.5f);
    }

    @ParameterizedTest
    @CsvSource({"x,short,0,as there are 5 rows", "y,y,0,features need a shape", "x,negative,0,row 1 has the class -1",
            "x,y,2,row 1 has the class 2",
            "nan,y,0,element 1 is NaN", "x,x,0,labels need a shape"})
    void arraysThatDoNotFitAreRefused(String features, String labels, int classes, String says) {
        DataSource.Npz source = new DataSource.Npz("pictures.npz", features, labels, "", "", classes);
        assertThatThrownBy(() -> source.open(DataFolders.of(ARRAYS.getParent()))).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(says);
    }

    private void refuses(byte[] bytes, String says) throws IOException {
        Path file = write(bytes);
        assertThatThrownBy(() -> Npy.read(file)).isInstanceOf(MalformedDataException.class).hasMessageContaining(file.toString())
                .hasMessageContaining(says);
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("array.npy"), bytes);
    }

    private static byte[] array(int version, String header, int dataBytes) {
        int from = version == 1 ? 10 : 12;
        byte[] all = new byte[from + header.length() + dataBytes];
        byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0, (byte) header.length()};
        System.arraycopy(magic, 0, all, 0, magic.length);
        System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, all, from, header.length());
        return all;
    }
}

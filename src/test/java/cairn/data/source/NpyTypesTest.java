package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.MalformedDataException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type of whole numbers that NumPy saves labels as is read as classes, and what is not read is refused with a remedy for its role. */
class NpyTypesTest {
    private static final int[] KINDS = {0, 1, 1, 0};

    @TempDir
    Path folder;

    private static byte[] npy(String descr, int bytes, long... values) {
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + values.length + ",), }";
        header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        ByteBuffer array = ByteBuffer.allocate(10 + header.length() + values.length * bytes).order(ByteOrder.LITTLE_ENDIAN);
        array.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.ISO_8859_1));
        for (long value : values) {
            for (int b = 0; b < bytes; b++) {
                array.put((byte) (value >>> 8 * b));
            }
        }
        return array.array();
    }

    private Path archive(byte[] labels) throws IOException {
        Path file = folder.resolve("arrays.npz");
        byte[] features = new String(npy("<f4", 4, new long[KINDS.length]), StandardCharsets.ISO_8859_1).replace("(4,)", "(4,1)")
                .replaceFirst("  \n", " \n").getBytes(StandardCharsets.ISO_8859_1);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("features.npy"));
            zip.write(features);
            zip.putNextEntry(new ZipEntry("labels.npy"));
            zip.write(labels);
        }
        return file;
    }

    private DataSet open(byte[] labels) throws IOException {
        return new DataSource.Npz(archive(labels).toString(), "features", "labels", "", "", 0).open(DataFolders.of()).train();
    }

    @ParameterizedTest
    @CsvSource({"|b1, 1", "|i1, 1", "|u1, 1", "<i2, 2", "<u2, 2", "<i4, 4", "<u4, 4", "<i8, 8", "<u8, 8"})
    void labelsOfEveryTypeOfWholeNumbersAreClasses(String descr, int bytes) throws IOException {
        DataSet rows = open(npy(descr, bytes, 0, 1, 1, 0));
        assertThat(rows.labels()).isEqualTo(Labels.Classes.numbered(2));
        for (int i = 0; i < KINDS.length; i++) {
            assertThat(rows.label(i)).isEqualTo(KINDS[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"|b1, 1, 2", "|u1, 1, 256", "<u2, 2, 65536", "<u4, 4, 4294967296", "<u8, 8, 18446744073709551616"})
    void unsignedNumbersHaveTheirWholeRange(String descr, int bytes, BigInteger end) throws IOException {
        Path file = Files.write(folder.resolve("a.npy"), npy(descr, bytes, 0,
                end.subtract(BigInteger.ONE).longValue(), end.shiftRight(1).longValue()));
        Npy array = Npy.read(file);
        assertThat(array.isWhole()).isTrue();
        assertThat(array.get(0)).isZero();
        assertThat(array.get(1)).isEqualTo(end.subtract(BigInteger.ONE).doubleValue());
        assertThat(array.get(2)).isEqualTo(end.shiftRight(1).doubleValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<c8", "<U4", "|S4", "<f2", "<M8[s]", "|O"})
    void whatIsNotReadNamesARemedyForEachRole(String descr) {
        assertThatThrownBy(() -> open(npy(descr, 4, 0, 1, 1, 0))).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("labels").hasMessageContaining("astype('<f4') for features and real targets")
                .hasMessageContaining("astype('<i8') for classes").hasMessageContaining("numpy.unique");
    }

    /** A class that is no class of the given number is named with its row, in every type. */
    @ParameterizedTest
    @CsvSource({"|b1, 1, 1", "<u2, 2, 65535", "<u8, 8, -1", "<i4, 4, -1"})
    void aLabelBeyondTheClassesIsNamedWithItsRow(String descr, int bytes, long label) throws IOException {
        String file = archive(npy(descr, bytes, 0, 0, label, 0)).toString();
        assertThatThrownBy(() -> new DataSource.Npz(file, "features", "labels", "", "", 1).open(DataFolders.of()))
                .isInstanceOf(MalformedDataException.class).hasMessageContaining("row 2 has the class").hasMessageContaining("expected 0 to 0");
    }
}

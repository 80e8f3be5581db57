package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputsTest {
    private static final Labels CLASSES = Labels.Classes.numbered(3);
    private static final long[] THREE = {3};
    private static final long[] GREY = {2, 3, 1};
    private static final long[] COLOUR = {2, 3, 3};

    private static final DataSource SOURCE = new BuiltInData.Mnist();

    @TempDir
    private Path folder;

    private Path text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static float[] row(Inputs inputs, int row) {
        float[] features = new float[inputs.rows().featureCount()];
        inputs.rows().features(row, features, 0);
        return features;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "a.csv | 1,2,3;-4.5,5e1,.5",
        "b.csv | x,y,z;1,2,3;-4.5,5e1,.5",
        "c.csv | \uFEFF1,2,3;;-4.5,5e1,.5",
        "d.csv | \uFEFFx,y,z;1, 2 ,3;\"-4.5\",5e1,.5",
        "e.tsv | 1\t2\t3;-4.5\t5e1\t.5",
        "f.txt | 1,2,3;-4.5,5e1,.5;"})
    void csvIsReadWithAndWithoutAHeader(String name, String lines) throws IOException {
        Inputs inputs = Inputs.read(text(name, lines.replace(';', '\n')), SOURCE, THREE, CLASSES);
        assertThat(inputs.names()).containsExactly("0", "1");
        assertThat(row(inputs, 0)).containsExactly(1, 2, 3);
        assertThat(row(inputs, 1)).containsExactly(-4.5f, 50, 0.5f);
        assertThat(inputs.rows().labels()).isEqualTo(CLASSES);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "1,2 | line 1: expected 3 features, found 2 values",
        "1,2,3;1,2,3,4 | line 2: expected 3 values, found 4",
        "1,2,3;1,2,setosa | line 2, column \"3\": expected a number, found \"setosa\"",
        "1,,3;4,5,6 | line 1, column \"2\": the value is missing",
        "1,NA,3;4,5,6 | line 1, column \"2\": the value is missing (\"NA\")",
        "?,?,?;4,5,6 | line 1, column \"1\": the value is missing (\"?\")",
        "1,2,3x;4,5,6 | line 1, column \"3\": expected a number, found \"3x\"",
        "x,y,z;1,,3 | line 2, column \"2\": the value is missing",
        "1,2,1e99 | line 1, column \"3\": 1e99 is too large for a 32-bit number",
        "1,2,3;1,NaN,3 | line 2, column \"2\"",
        "x,y,z | end: the file has no rows",
        "1,2,3;\"1,2,3 | quotes"})
    void csvThatIsWrongIsRefusedWithItsPlace(String lines, String message) throws IOException {
        Path file = text("wrong.csv", lines.replace(';', '\n'));
        assertThatThrownBy(() -> Inputs.read(file, SOURCE, THREE, CLASSES)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }

    @Test
    void csvThatIsNoUtf8IsRefused() throws IOException {
        Path file = Files.write(folder.resolve("latin.csv"), "größe,b,c\n1,2,3\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Inputs.read(file, SOURCE, THREE, CLASSES)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aRowOfAnImageModelMayBeGivenAsNumbers() throws IOException {
        Inputs inputs = Inputs.read(text("flat.csv", "1,2,3,4,5,6"), SOURCE, GREY, CLASSES);
        assertThat(inputs.rows().shape()).containsExactly(GREY);
        assertThat(row(inputs, 0)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    private Path image(String name, int height, int width) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0x0a141e);
        Path file = folder.resolve(name);
        ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
        return file;
    }

    @Test
    void imagesAreReadAsTheModelHasChannels() throws IOException {
        Path file = image("one.png", 2, 3);
        Inputs colour = Inputs.read(file, SOURCE, COLOUR, CLASSES);
        assertThat(colour.names()).containsExactly("one.png");
        assertThat(row(colour, 0)).startsWith(0, 0, 0, 10, 20, 30, 0);
        // 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.15
        assertThat(row(Inputs.read(file, SOURCE, GREY, CLASSES), 0)).startsWith(0, 18, 0);
    }

    @Test
    void aFolderOfImagesIsReadInOrderOfTheirNames() throws IOException {
        image("b.png", 2, 3);
        image("a.bmp", 2, 3);
        text("notes.txt", "passed over");
        text(".hidden.png", "passed over");
        assertThat(Inputs.read(folder, SOURCE, COLOUR, CLASSES).names()).containsExactly("a.bmp", "b.png");
    }

    @Test
    void imagesThatDoNotFitAreRefusedWithBothSizes() throws IOException {
        Path file = image("large.png", 4, 5);
        assertThatThrownBy(() -> Inputs.read(file, SOURCE, GREY, CLASSES)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected 2 x 3").hasMessageContaining("found 4 x 5");
        assertThatThrownBy(() -> Inputs.read(file, SOURCE, THREE, CLASSES)).hasMessageContaining("rows of 3 numbers, not images");
        assertThatThrownBy(() -> Inputs.read(file, SOURCE, new long[] {2, 3, 4}, CLASSES)).hasMessageContaining("not images");
        assertThatThrownBy(() -> Inputs.read(Files.createDirectory(folder.resolve("empty")), SOURCE, GREY, CLASSES))
                .hasMessageContaining("there are no images");
        Path damaged = text("damaged.png", "not an image");
        assertThatThrownBy(() -> Inputs.read(damaged, SOURCE, GREY, CLASSES)).isInstanceOf(MalformedDataException.class);
    }

    private Path npy(String name, String shape, float... values) throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
        ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII));
        for (float v : values) {
            bytes.putFloat(v);
        }
        return Files.write(folder.resolve(name), bytes.array());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1, 2, 3, 1", "1, 2, 3", "1, 6", "2, 3, 1", "2, 3", "6,"})
    void arraysOfRowsOrOfOneRowAreRead(String shape) throws IOException {
        Inputs inputs = Inputs.read(npy("a.npy", shape, 1, 2, 3, 4, 5, 6), SOURCE, GREY, CLASSES);
        assertThat(inputs.rows().size()).isEqualTo(1);
        assertThat(row(inputs, 0)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void arraysOfOtherRowsAreRefused() throws IOException {
        assertThatThrownBy(() -> Inputs.read(npy("a.npy", "3, 2", 1, 2, 3, 4, 5, 6), SOURCE, GREY, CLASSES))
                .isInstanceOf(MalformedDataException.class).hasMessageContaining("expected ROWSx2x3x1").hasMessageContaining("found 3x2");
        assertThatThrownBy(() -> Inputs.read(npy("b.npy", "1, 3", 1, Float.NaN, 3), SOURCE, THREE, CLASSES)).hasMessageContaining("element 1");
        assertThatThrownBy(() -> Inputs.read(npy("c.npy", "0, 3"), SOURCE, THREE, CLASSES)).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> Inputs.read(npy("d.npy", "", 1), SOURCE, THREE, CLASSES)).hasMessageContaining("a single number");
    }

    @Test
    void idxFilesAreReadPlainAndZipped() throws IOException {
        ByteArrayOutputStream idx = new ByteArrayOutputStream();
        idx.writeBytes(new byte[] {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3});
        idx.writeBytes(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte) 255});
        Path plain = Files.write(folder.resolve("t10k-images-idx3-ubyte"), idx.toByteArray());
        Path zipped = folder.resolve("t10k-images-idx3-ubyte.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write(idx.toByteArray());
        }
        for (Path file : List.of(plain, zipped)) {
            Inputs inputs = Inputs.read(file, SOURCE, GREY, CLASSES);
            assertThat(inputs.names()).containsExactly("0", "1");
            assertThat(row(inputs, 1)).containsExactly(6, 7, 8, 9, 10, 255);
        }
        assertThatThrownBy(() -> Inputs.read(plain, SOURCE, COLOUR, CLASSES)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("found 2x2x3");
    }

    @Test
    void modelsOfRealNumbersGetRowsToo() throws IOException {
        Inputs inputs = Inputs.read(text("r.csv", "1,2,3"), SOURCE, THREE, new Labels.Reals(2));
        assertThat(inputs.rows().labels().width()).isEqualTo(2);
        assertThat(row(inputs, 0)).containsExactly(1, 2, 3);
    }

    @Test
    void whatIsNotThereOrCannotBeToldIsSaid() throws IOException {
        assertThatThrownBy(() -> Inputs.read(folder.resolve("none.csv"), SOURCE, THREE, CLASSES)).isInstanceOf(NoSuchFileException.class);
        Path odd = text("rows.parquet", "PAR1");
        assertThatThrownBy(() -> Inputs.read(odd, SOURCE, THREE, CLASSES)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(".csv").hasMessageContaining("png");
    }
}

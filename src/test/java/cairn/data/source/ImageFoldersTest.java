package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFoldersTest {
    private static final ImageFolders COLOUR = new ImageFolders(false, 0, 0);
    private static final ImageFolders GREY = new ImageFolders(true, 0, 0);

    @TempDir
    Path root;

    @BeforeEach
    void twoClasses() throws IOException {
        colour("dog/1.png", 2, 3, 0x0a141e);
        colour("cat/b.png", 2, 3, 0xff0000);
        colour("cat/a.png", 2, 3, 0x00ff01);
        Files.writeString(root.resolve("cat/.hidden"), "nothing");
        Files.writeString(root.resolve("readme.txt"), "beside the classes, not in one");
    }

    @Test
    void foldersAreClassesAndBothAreInOrderOfTheirNames() throws IOException {
        Table table = COLOUR.read("pets", root);
        assertThat(table.labels()).isEqualTo(new Labels.Classes(List.of("cat", "dog")));
        assertThat(table.shape()).containsExactly(2, 3, 3);
        assertThat(table.size()).isEqualTo(3);
        assertThat(pixel(table, 0)).containsExactly(0, 255, 1);
        assertThat(pixel(table, 1)).containsExactly(255, 0, 0);
        assertThat(pixel(table, 2)).containsExactly(10, 20, 30);
        assertThat(table.label(2)).isEqualTo(1);
    }

    @Test
    void colourBecomesGreyByLuma() throws IOException {
        Table table = GREY.read("pets", root);
        assertThat(table.shape()).containsExactly(2, 3, 1);
        // 0.299 * 255 = 76.2
        assertThat(pixel(table, 1)[0]).isEqualTo(76);
    }

    @Test
    void greyImagesKeepTheirStoredValues() throws IOException {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
            BufferedImage image = new BufferedImage(3, 2, type);
            for (int x = 0; x < 3; x++) {
                image.getRaster().setSample(x, 0, 0, type == BufferedImage.TYPE_BYTE_GRAY ? 50 * (x + 1) : 256 * 50 * (x + 1) + 99);
            }
            for (String file : List.of("dog/1.png", "cat/a.png", "cat/b.png")) {
                ImageIO.write(image, "png", root.resolve(file).toFile());
            }
            float[] row = new float[6];
            GREY.read("grey", root).features(0, row, 0);
            assertThat(row).containsExactly(50, 100, 150, 0, 0, 0);
            assertThat(pixel(COLOUR.read("grey", root), 0)).containsExactly(50, 50, 50);
        }
    }

    @Test
    void anImageOfAnotherSizeIsRefusedByNameUnlessAllAreResized() throws IOException {
        colour("dog/2.png", 4, 6, 0x0a141e);
        assertThatThrownBy(() -> COLOUR.read("pets", root)).isInstanceOf(MalformedDataException.class).hasMessageContaining("2.png")
                .hasMessageContaining("expected 2 x 3").hasMessageContaining("found 4 x 6");
        Table table = new ImageFolders(false, 5, 4).read("pets", root);
        assertThat(table.shape()).containsExactly(5, 4, 3);
        float[] row = new float[60];
        table.features(3, row, 0);
        assertThat(pixel(table, 3)).containsExactly(10, 20, 30);
        assertThat(Arrays.copyOfRange(row, 57, 60)).containsExactly(10, 20, 30);
    }

    @Test
    void resizingAveragesOverAreas() throws IOException {
        BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_GRAY);
        int[] values = {0, 100, 10, 30, 200, 100, 50, 70};
        for (int i = 0; i < 8; i++) {
            image.getRaster().setSample(i % 4, i / 4, 0, values[i]);
        }
        for (String file : List.of("dog/1.png", "cat/a.png", "cat/b.png")) {
            ImageIO.write(image, "png", root.resolve(file).toFile());
        }
        float[] row = new float[2];
        new ImageFolders(true, 1, 2).read("grey", root).features(0, row, 0);
        assertThat(row).containsExactly(100, 40);
    }

    @Test
    void whatIsNoImageIsRefusedByName() throws IOException {
        Files.writeString(root.resolve("cat/notes.txt"), "hello");
        assertThatThrownBy(() -> COLOUR.read("pets", root)).isInstanceOf(MalformedDataException.class).hasMessageContaining("notes.txt");
        Files.delete(root.resolve("cat/notes.txt"));
        Files.writeString(root.resolve("cat/c.png"), "no image at all");
        assertThatThrownBy(() -> COLOUR.read("pets", root)).isInstanceOf(MalformedDataException.class).hasMessageContaining("c.png");
        byte[] good = Files.readAllBytes(root.resolve("cat/a.png"));
        Files.write(root.resolve("cat/c.png"), Arrays.copyOf(good, 45));
        assertThatThrownBy(() -> COLOUR.read("pets", root)).isInstanceOf(MalformedDataException.class).hasMessageContaining("c.png");
    }

    @Test
    void foldersWithoutClassesOrImagesAreRefused() throws IOException {
        Files.createDirectories(root.resolve("ant"));
        assertThatThrownBy(() -> COLOUR.read("pets", root)).isInstanceOf(MalformedDataException.class).hasMessageContaining("ant")
                .hasMessageContaining("no images");
        assertThatThrownBy(() -> COLOUR.read("pets", root.resolve("ant"))).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("sub-folder");
        assertThatThrownBy(() -> COLOUR.read("pets", root.resolve("nowhere"))).isInstanceOf(MissingDataException.class)
                .hasMessageContaining("nowhere");
        assertThatIllegalArgumentException().isThrownBy(() -> new ImageFolders(true, 8, 0)).withMessageContaining("8 and 0");
    }

    @Test
    void aTestFolderUsesTheClassesOfTheFirst() throws IOException {
        Path parent = Files.createDirectories(root.resolve("sets"));
        for (String file : List.of("train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "test/dog/1.png", "test/dog/2.png")) {
            colour("sets/" + file, 1, 1, 0x010203);
        }
        LoadedData data = new DataSource.ImageFolder("train", "test", false, 0, 0).open(DataFolders.of(parent));
        assertThat(data.test().orElseThrow().size()).isEqualTo(3);
        assertThat(data.test().orElseThrow().labels()).isEqualTo(data.train().labels());
        colour("sets/test/emu/1.png", 1, 1, 0);
        assertThatThrownBy(() -> new DataSource.ImageFolder("train", "test", false, 0, 0).open(DataFolders.of(parent)))
                .isInstanceOf(MalformedDataException.class).hasMessageContaining("emu");
    }

    private void colour(String name, int height, int width, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            image.setRGB(i % width, i / width, rgb);
        }
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    /** The first pixel of a row. */
    private static float[] pixel(Table table, int row) {
        float[] features = new float[table.featureCount()];
        table.features(row, features, 0);
        return Arrays.copyOf(features, (int) table.shape()[2]);
    }
}

package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    private static final byte[] IMAGES = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, -1, 5, 6};
    private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};

    @TempDir
    Path folder;

    @Test
    void plainAndGzippedFilesAreReadAlike() throws IOException {
        Path images = write("images", IMAGES);
        Path zipped = write("images.gz", gzip(IMAGES));
        assertThat(Idx.read(images).shape()).containsExactly(2, 1, 3);
        assertThat(Idx.read(zipped).bytes()).isEqualTo(Idx.read(images).bytes()).containsExactly(1, 2, 3, -1, 5, 6);
        Table table = Idx.images("t", zipped, write("labels", LABELS), Labels.Classes.numbered(2));
        float[] row = new float[3];
        table.features(1, row, 0);
        assertThat(row).containsExactly(255, 5, 6);
        assertThat(table.label(0)).isEqualTo(1);
        assertThat(table.shape()).containsExactly(1, 3, 1);
    }

    @Test
    void damagedFilesAreRefusedNamingFileAndByte() throws IOException {
        refuses(new byte[0], "byte 0: expected an IDX file", "nothing");
        refuses(new byte[] {0, 1, 8, 1, 0, 0, 0, 1, 5}, "byte 0: expected an IDX file", "00 01 08 01");
        refuses(new byte[] {0, 0, 13, 1, 0, 0, 0, 1, 5}, "byte 2", "0d");
        refuses(new byte[] {0, 0, 8, 0}, "byte 3", "rank");
        refuses(Arrays.copyOf(IMAGES, 10), "byte 10", "ends in its header");
        refuses(Arrays.copyOf(IMAGES, IMAGES.length - 2), "byte 20", "expected 6 elements, found only 4");
        refuses(Arrays.copyOf(IMAGES, IMAGES.length + 1), "byte 22", "found more bytes");
        refuses(gzip(Arrays.copyOf(IMAGES, IMAGES.length - 2)), "byte 20", "expected 6 elements, found only 4");
        refuses(gzip(Arrays.copyOf(IMAGES, IMAGES.length + 1)), "byte 22", "found more bytes");
        byte[] zipped = gzip(IMAGES);
        refuses(Arrays.copyOf(zipped, zipped.length - 12), "ends in the middle", "get the file again");
        byte[] flipped = zipped.clone();
        flipped[zipped.length - 6] ^= 1;
        refuses(flipped, "gzip", "damaged");
    }

    @Test
    void aHeaderThatClaimsTooMuchCostsNoMemory() throws IOException {
        byte[] greedy = {0, 0, 8, 3, 127, -1, -1, -1, 127, -1, -1, -1, 127, -1, -1, -1};
        refuses(greedy, "byte 4", "2147483647");
        refuses(gzip(greedy), "byte 4", "2147483647");
        refuses(new byte[] {0, 0, 8, 1, -1, -1, -1, -1}, "byte 4", "-1");
    }

    @Test
    void imagesAndLabelsMustBelongTogether() throws IOException {
        Path images = write("images", IMAGES);
        Path labels = write("labels", LABELS);
        Labels.Classes two = Labels.Classes.numbered(2);
        Path three = write("three", new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 1});
        assertThatThrownBy(() -> Idx.images("t", images, three, two)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected 2 labels").hasMessageContaining("found 3").hasMessageContaining("images");
        assertThatThrownBy(() -> Idx.images("t", labels, images, two)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("exchanged");
        assertThatThrownBy(() -> Idx.images("t", images, images, two)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("exchanged");
        Path wrong = write("wrong", new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 1, 7});
        assertThatThrownBy(() -> Idx.images("t", images, wrong, two)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("byte 9").hasMessageContaining("found 7");
    }

    @Test
    void theDataSourceReadsFilesOfTheUsersOwn() throws IOException {
        write("images", IMAGES);
        write("labels", LABELS);
        LoadedData data = new DataSource.IdxFiles("images", "labels", "images", "labels", 2).open(DataFolders.of(folder));
        assertThat(data.train().digest()).isEqualTo(data.test().orElseThrow().digest());
        assertThatIllegalArgumentException().isThrownBy(() -> new DataSource.IdxFiles("images", "labels", "images", "", 2))
                .withMessageContaining("test-images and test-labels together");
        assertThatIllegalArgumentException().isThrownBy(() -> new DataSource.IdxFiles("images", "", "", "", 2))
                .withMessageContaining("needs labels");
    }

    private void refuses(byte[] bytes, String where, String says) throws IOException {
        Path file = write("bad", bytes);
        assertThatThrownBy(() -> Idx.read(file)).isInstanceOf(MalformedDataException.class).hasMessageContaining(file.toString())
                .hasMessageContaining(where).hasMessageContaining(says);
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }
}

package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.MalformedDataException;
import cairn.data.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
    @TempDir
    Path folder;

    @Test
    void planesBecomePixelsOfThreeChannels() throws IOException {
        byte[] records = new byte[2 * 3073];
        records[3073] = 9;
        records[3073 + 1 + 33] = 10;
        records[3073 + 1 + 1024 + 33] = 20;
        records[3073 + 1 + 2048 + 33] = (byte) 200;
        Table table = Cifar.read("t", List.of(write("a.bin", new byte[3073]), write("b.bin", records)));
        assertThat(table.size()).isEqualTo(3);
        assertThat(table.shape()).containsExactly(32, 32, 3);
        assertThat(table.label(2)).isEqualTo(9);
        float[] row = new float[3072];
        table.features(2, row, 0);
        // Pixel 33 is row 1, column 1.
        assertThat(List.of(row[99], row[100], row[101])).containsExactly(10f, 20f, 200f);
        float sum = 0;
        for (float v : row) {
            sum += v;
        }
        assertThat(sum).isEqualTo(230);
    }

    @Test
    void theSixFilesOfTheSetAreFoundWithOrWithoutTheFolderOfTheArchive() throws IOException {
        for (String inner : List.of("one/cifar-10", "two/cifar-10/cifar-10-batches-bin")) {
            Path files = Files.createDirectories(folder.resolve(inner));
            for (int i = 1; i <= 5; i++) {
                byte[] batch = new byte[3073];
                batch[0] = (byte) i;
                Files.write(files.resolve("data_batch_" + i + ".bin"), batch);
            }
            Files.write(files.resolve("test_batch.bin"), new byte[2 * 3073]);
            LoadedData data = new BuiltInData.Cifar10().open(DataFolders.of(folder.resolve(inner.substring(0, 3))));
            assertThat(data.train().size()).isEqualTo(5);
            assertThat(data.train().label(4)).isEqualTo(5);
            assertThat(data.test().orElseThrow().size()).isEqualTo(2);
        }
        Files.delete(folder.resolve("one/cifar-10/data_batch_3.bin"));
        assertThatThrownBy(() -> new BuiltInData.Cifar10().open(DataFolders.of(folder.resolve("one"))))
                .isInstanceOf(MissingDataException.class).hasMessageContaining("data_batch_3.bin");
    }

    @Test
    void aMissingSetSaysHowToFetchIt() {
        assertThatThrownBy(() -> new BuiltInData.Cifar10().open(DataFolders.of(folder))).isInstanceOf(MissingDataException.class)
                .hasMessageContaining("`cairn data fetch cifar-10`");
    }

    @Test
    void filesThatAreNotWholeRecordsAreRefused() throws IOException {
        Path cut = write("cut.bin", new byte[3072]);
        assertThatThrownBy(() -> Cifar.read("t", List.of(cut))).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("cut.bin").hasMessageContaining("3073");
        Path empty = write("empty.bin", new byte[0]);
        assertThatThrownBy(() -> Cifar.read("t", List.of(empty))).isInstanceOf(MalformedDataException.class);
        byte[] wrong = new byte[2 * 3073];
        wrong[3073] = 10;
        Path file = write("wrong.bin", wrong);
        assertThatThrownBy(() -> Cifar.read("t", List.of(file))).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("byte 3073")
                .hasMessageContaining("found 10");
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }
}

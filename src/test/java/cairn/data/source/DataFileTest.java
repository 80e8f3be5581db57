package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where a file of data is expected stands something else, or a file without an end: every source, and every file to predict. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DataFileTest {
    private static final long[] IMAGE = {28, 28, 1};
    private static final Labels.Classes TEN = Labels.Classes.numbered(10);

    private static final DataSource SOURCE = new BuiltInData.Mnist();

    @TempDir
    private Path root;

    private interface Reading {
        void from(DataFolders folders) throws IOException;
    }

    /** What is read, by the file of it that is no file; what is read before it is right. */
    private Map<String, Reading> readings() throws IOException {
        Map<String, Reading> all = new LinkedHashMap<>();
        CsvSchema.Encoding encoding = CsvSchema.Encoding.ONE_HOT;
        all.put("rows.csv", f -> new DataSource.Csv("rows.csv", "", "kind", List.of(), List.of(), encoding, List.of(), true, ",").open(f));
        all.put("test.csv", f -> new DataSource.Csv("good.csv", "test.csv", "kind", List.of(), List.of(), encoding, List.of(), true, ",")
                .open(f));
        all.put("arrays.npz", f -> new DataSource.Npz("arrays.npz", "x", "y", "", "", 0).open(f));
        all.put("images-ubyte", f -> new DataSource.IdxFiles("images-ubyte", "labels-ubyte", "", "", 10).open(f));
        all.put("folder/a/image.png", f -> new DataSource.ImageFolder("folder", "", true, 0, 0).open(f));
        all.put("cifar/data_batch_1.bin", f -> Cifar.read("cifar", List.of(f.find("cifar/data_batch_1.bin"))));
        for (BuiltInData set : BuiltInData.all()) {
            set.about().files().stream().filter(name -> name.endsWith(".csv")).forEach(name -> all.put(name, set::open));
        }
        for (String name : List.of("r.csv", "r.tsv", "r.txt", "r.npy", "r.idx", "r-ubyte", "r.png", "r.jpg", "r.gif", "r.bmp")) {
            all.put(name, f -> Inputs.read(root.resolve(name), SOURCE, IMAGE, TEN));
        }
        Files.writeString(root.resolve("good.csv"), "x,kind\n1,a\n2,b\n");
        Files.writeString(root.resolve("labels-ubyte"), "");
        return all;
    }

    private interface Placing {
        void at(Path file) throws IOException, InterruptedException;
    }

    private void refused(Placing placing, String... words) throws IOException, InterruptedException {
        for (Map.Entry<String, Reading> reading : readings().entrySet()) {
            Path file = root.resolve(reading.getKey());
            Files.createDirectories(file.getParent());
            placing.at(file);
            assertThatThrownBy(() -> reading.getValue().from(DataFolders.of(root))).as(reading.getKey())
                    .isInstanceOf(MalformedDataException.class).hasMessageContaining(file.toString())
                    .satisfies(e -> assertThat(e.getMessage()).contains(words));
            Files.delete(file);
        }
    }

    @Test
    void aPipeIsRefusedAndNotWaitedFor() throws IOException, InterruptedException {
        refused(file -> assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero(),
                "expected a plain file, found a pipe", "write what comes from it into a file");
    }

    @Test
    void aDeviceIsRefused() throws IOException, InterruptedException {
        refused(file -> Files.createSymbolicLink(file, Path.of("/dev/zero")), "expected a plain file, found a pipe, a socket or a device");
    }

    /** Three gigabytes of zeros that take no space on the disk. */
    @Test
    void aFileThatIsTooLargeIsRefusedSoon() throws IOException, InterruptedException {
        refused(file -> {
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(3L << 30);
            }
        }, "cannot read ");
    }

    @Test
    void aFolderIsRefused() throws IOException {
        Files.createDirectories(root.resolve("rows.csv"));
        assertThatThrownBy(() -> readings().get("rows.csv").from(DataFolders.of(root))).hasMessageContaining(root.resolve("rows.csv")
                + ": kind of file: expected a plain file, found a folder");
    }
}

package cairn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.disk.ChangedFile;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file that another program made for the tests, with changes: bits turned, tails cut, ranges moved, doubled and dropped, lengths
 * that are zero or huge. The changes are the same in every run.
 */
class HostileFilesTest {
    /** Bytes that are read in each file's tests, and the most changes of a file. */
    private static final long BYTES = 600_000;
    private static final int MOST = 80;
    private static final int LONGER = 50;

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Outputs.FILES)) {
            return all.filter(Files::isRegularFile).filter(f -> !f.toString().matches(".*\\.(py|mjs|md|txt)|.*(?<!index)\\.json")).sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyChangedFileIsReadOrRefused(Path file) throws IOException {
        assertSafe(file, 0, 1);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsReadOrRefusedAfterManyMoreChanges(Path file) throws IOException {
        assertSafe(file, MOST, LONGER);
    }

    private static void assertSafe(Path file, long firstSeed, int times) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Reading.assertSafe(file, new RealDisk(), bytes, bytes.length);
        long count = times * Math.max(20, Math.min(MOST, BYTES / (bytes.length + 1000)));
        long folder = 0;
        try (Stream<Path> beside = Files.list(file.getParent())) {
            for (Path other : beside.filter(Files::isRegularFile).toList()) {
                folder += Files.size(other);
            }
        }
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            byte[] changed = Mutation.of(bytes, seed);
            try {
                Reading.assertSafe(file, new ChangedFile(file, changed), changed, folder);
            } catch (RuntimeException | Error e) {
                Path kept = Files.write(Files.createTempFile("hostile-", "-" + file.getFileName()), changed);
                throw new AssertionError("change " + seed + " of " + file + ", kept as " + kept + ": " + e, e);
            }
        }
        assertThat(count).isPositive();
    }
}

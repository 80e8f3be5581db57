package cairn.interop;

import cairn.disk.ChangedFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;

/**
 * Whatever is in a file that is said to be another program's, the answer is its tensors or one error that says where.
 *
 * <p>With the other tests this runs over the committed inputs in {@code src/test/resources}. To look for new ones, guided by coverage:
 *
 * <pre>JAZZER_FUZZ=1 mvn -B test -Dtest='ForeignFileFuzzTest#anyBytes'</pre>
 */
class ForeignFileFuzzTest {
    /** Bytes that no reader knows at once are given to the one of the name's format. */
    private static final List<Path> NAMES = List.of(Path.of("fuzz/any.pt").toAbsolutePath(), Path.of("fuzz/any.onnx").toAbsolutePath());

    /** The bytes are the file. */
    @FuzzTest(maxDuration = "10m")
    void anyBytes(byte[] bytes) {
        for (Path name : NAMES) {
            Reading.assertSafe(name, new ChangedFile(name, bytes), bytes, 0);
        }
    }
}

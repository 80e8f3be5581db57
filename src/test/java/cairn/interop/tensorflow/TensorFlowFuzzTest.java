package cairn.interop.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.disk.ChangedFile;
import cairn.interop.Outputs;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * An index and a graph of objects with anything in them. Random bytes would fail at a checksum, so here the checksums are right, as a
 * malicious writer makes them.
 *
 * <pre>JAZZER_FUZZ=1 mvn -B test -Dtest='TensorFlowFuzzTest#anyIndex'</pre>
 */
class TensorFlowFuzzTest {
    private static final Path INDEX = Outputs.FILES.resolve("tensorflow/shards/two.index").toAbsolutePath();

    /** The bytes are the entries of the only block; the data files are those of the committed checkpoint. */
    @FuzzTest(maxDuration = "10m")
    void anyIndex(byte[] block) {
        byte[] index = index(block);
        try {
            TensorFile file = TensorFlowFile.read(INDEX, new ChangedFile(INDEX, index));
            assertThat(file.modules()).allMatch(m -> file.tensors().keySet().containsAll(m.tensors().values()));
        } catch (IOException e) {
            assertThat(e.getMessage()).contains(INDEX.getParent().toString());
        }
    }

    /** The bytes are the graph; no variable has a value. */
    @FuzzTest(maxDuration = "10m")
    void anyGraph(byte[] bytes) {
        try {
            ObjectGraph graph = ObjectGraph.read("file", ByteBuffer.wrap(bytes));
            GraphModules modules = GraphModules.of(graph, Map.of());
            assertThat(modules.modules()).isEmpty();
            assertThat(modules.moments()).isEmpty();
            assertThat(graph.paths()).hasSizeLessThanOrEqualTo(Math.max(1, bytes.length));
        } catch (ForeignFileException e) {
            assertThat(e.getMessage()).contains("file");
        }
    }

    /** A table of one block, of the block that names it, and of a footer. */
    static byte[] index(byte[] entries) {
        byte[] data = block(entries);
        int size = entries.length + 8;
        ByteBuffer handle = ByteBuffer.allocate(20);
        varint(handle, 0);
        varint(handle, size);
        handle.flip();
        ByteBuffer names = ByteBuffer.allocate(30);
        names.put((byte) 0).put((byte) 1).put((byte) handle.remaining()).put((byte) 'z').put(handle.duplicate());
        byte[] index = block(Arrays.copyOf(names.array(), names.position()));
        ByteBuffer all = ByteBuffer.allocate(data.length + index.length + IndexTable.FOOTER).order(ByteOrder.LITTLE_ENDIAN);
        all.put(data).put(index);
        int footer = all.position();
        varint(all, 0);
        varint(all, size);
        varint(all, data.length);
        varint(all, index.length - 5);
        return all.putLong(footer + IndexTable.FOOTER - Long.BYTES, IndexTable.MAGIC).array();
    }

    /** Entries, one point of entry, how they are packed, and the checksum. */
    private static byte[] block(byte[] entries) {
        ByteBuffer block = ByteBuffer.allocate(entries.length + 13).order(ByteOrder.LITTLE_ENDIAN);
        block.put(entries).putInt(0).putInt(1).put((byte) 0);
        return block.putInt(MaskedCrc.of(block.duplicate().flip())).array();
    }

    private static void varint(ByteBuffer to, long value) {
        long rest = value;
        for (; rest > 0x7f; rest >>>= 7) {
            to.put((byte) (rest & 0x7f | 0x80));
        }
        to.put((byte) rest);
    }
}

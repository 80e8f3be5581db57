package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.nd4j.linalg.api.buffer.DataBuffer;

class StagedCopyTest {
    private static final int BUFFER = 8;

    /** Copies as late as possible: when a thread waits. Until then a buffer does not hold what it will hold. */
    private static final class LateCopy extends StagedCopy {
        private final byte[] memory;
        private final ByteBuffer[] buffers;
        private Runnable begun;
        private int pieces;

        private LateCopy(byte[] memory, ByteBuffer one, ByteBuffer other) {
            super(one, other);
            this.memory = memory;
            this.buffers = new ByteBuffer[] {one.duplicate(), other.duplicate()};
        }

        LateCopy(byte[] memory) {
            this(memory, ByteBuffer.allocate(BUFFER), ByteBuffer.allocate(BUFFER));
        }

        @Override
        void fetch(DataBuffer unused, long from, int buffer, int bytes) {
            begin(() -> buffers[buffer].clear().put(memory, (int) from, bytes));
        }

        @Override
        void send(int buffer, DataBuffer unused, long from, int bytes) {
            begin(() -> buffers[buffer].get(0, memory, (int) from, bytes));
        }

        private void begin(Runnable copy) {
            assertThat(begun).as("one copy at a time").isNull();
            begun = copy;
            pieces++;
        }

        @Override
        void await() {
            begun.run();
            begun = null;
        }
    }

    private static byte[] random(int bytes) {
        byte[] all = new byte[bytes];
        new Random(bytes).nextBytes(all);
        return all;
    }

    private static List<ByteBuffer> buffers(List<Integer> sizes) {
        List<ByteBuffer> all = new ArrayList<>();
        sizes.forEach(size -> all.add(ByteBuffer.allocate(size + 3).position(2).limit(2 + size)));
        return all;
    }

    /** For buffers of any size: each is filled with its own bytes, in the fewest pieces. */
    @Property
    void anyNumberOfBytesArrivesInOrder(@ForAll @IntRange(max = 9) int from,
            @ForAll @Size(max = 5) List<@IntRange(max = 30) Integer> sizes) {
        int bytes = sizes.stream().mapToInt(i -> i).sum();
        byte[] memory = random(from + bytes + 4);
        LateCopy copy = new LateCopy(memory.clone());
        List<ByteBuffer> targets = buffers(sizes);
        copy.download(null, from, targets);
        int at = from;
        for (ByteBuffer target : targets) {
            assertThat(target.hasRemaining()).isFalse();
            for (int i = 2; i < target.limit(); i++) {
                assertThat(target.get(i)).isEqualTo(memory[at++]);
            }
        }
        assertThat(copy.pieces).isEqualTo((bytes + BUFFER - 1) / BUFFER);
        assertThat(copy.memory).as("what was read").isEqualTo(memory);
    }

    /** For buffers of any size: exactly the bytes that were sent have changed. */
    @Property
    void anyNumberOfBytesIsSentInOrder(@ForAll @IntRange(max = 9) int from,
            @ForAll @Size(max = 5) List<@IntRange(max = 30) Integer> sizes) {
        int bytes = sizes.stream().mapToInt(i -> i).sum();
        byte[] memory = random(from + bytes + 4);
        LateCopy copy = new LateCopy(memory.clone());
        List<ByteBuffer> sources = buffers(sizes);
        int at = from;
        for (ByteBuffer source : sources) {
            for (int i = 2; i < source.limit(); i++) {
                source.put(i, (byte) at);
                memory[at] = (byte) at;
                at++;
            }
        }
        copy.upload(sources, null, from);
        assertThat(copy.memory).isEqualTo(memory);
        assertThat(copy.pieces).isEqualTo((bytes + BUFFER - 1) / BUFFER);
        assertThat(sources).allSatisfy(source -> assertThat(source.hasRemaining()).isFalse());
    }
}

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
    private static final int ROOM = 8;

    /** Bytes that are copied as late as may be: when somebody waits. What is in a room meanwhile is not what will be there. */
    private static final class LateLane extends StagedCopy {
        private final byte[] memory;
        private final ByteBuffer[] rooms;
        private Runnable begun;
        private int pieces;

        private LateLane(byte[] memory, ByteBuffer one, ByteBuffer other) {
            super(one, other);
            this.memory = memory;
            this.rooms = new ByteBuffer[] {one.duplicate(), other.duplicate()};
        }

        LateLane(byte[] memory) {
            this(memory, ByteBuffer.allocate(ROOM), ByteBuffer.allocate(ROOM));
        }

        @Override
        void fetch(DataBuffer unused, long from, int room, int bytes) {
            begin(() -> rooms[room].clear().put(memory, (int) from, bytes));
        }

        @Override
        void send(int room, DataBuffer unused, long from, int bytes) {
            begin(() -> rooms[room].get(0, memory, (int) from, bytes));
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

    /** Whatever the sizes: each buffer is full, of its own bytes, and in the fewest pieces. */
    @Property
    void bytesComeInOrderWhateverTheirNumber(@ForAll @IntRange(max = 9) int from, @ForAll @Size(max = 5) List<@IntRange(max = 30) Integer> sizes) {
        int bytes = sizes.stream().mapToInt(i -> i).sum();
        byte[] memory = random(from + bytes + 4);
        LateLane lane = new LateLane(memory.clone());
        List<ByteBuffer> targets = buffers(sizes);
        lane.download(null, from, targets);
        int at = from;
        for (ByteBuffer target : targets) {
            assertThat(target.hasRemaining()).isFalse();
            for (int i = 2; i < target.limit(); i++) {
                assertThat(target.get(i)).isEqualTo(memory[at++]);
            }
        }
        assertThat(lane.pieces).isEqualTo((bytes + ROOM - 1) / ROOM);
        assertThat(lane.memory).as("what was read").isEqualTo(memory);
    }

    /** Whatever the sizes: exactly the bytes that were sent are others afterwards. */
    @Property
    void bytesGoInOrderWhateverTheirNumber(@ForAll @IntRange(max = 9) int from, @ForAll @Size(max = 5) List<@IntRange(max = 30) Integer> sizes) {
        int bytes = sizes.stream().mapToInt(i -> i).sum();
        byte[] memory = random(from + bytes + 4);
        LateLane lane = new LateLane(memory.clone());
        List<ByteBuffer> sources = buffers(sizes);
        int at = from;
        for (ByteBuffer source : sources) {
            for (int i = 2; i < source.limit(); i++) {
                source.put(i, (byte) at);
                memory[at] = (byte) at;
                at++;
            }
        }
        lane.upload(sources, null, from);
        assertThat(lane.memory).isEqualTo(memory);
        assertThat(lane.pieces).isEqualTo((bytes + ROOM - 1) / ROOM);
        assertThat(sources).allSatisfy(source -> assertThat(source.hasRemaining()).isFalse());
    }
}

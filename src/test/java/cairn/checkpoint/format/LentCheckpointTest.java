package cairn.checkpoint.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.States;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lent checkpoint is restored from its file, all of it or nothing, and never with another bit than was written. */
class LentCheckpointTest {
    @TempDir
    Path root;

    private Path file() {
        return root.resolve("step-000000000003.safetensors");
    }

    private void write(Checkpoint checkpoint) throws IOException {
        Files.deleteIfExists(file());
        try (Disk.NewFile output = new RealDisk().create(file(), CheckpointFile.bytes(checkpoint))) {
            CheckpointFile.write(output, checkpoint);
        }
    }

    private LentCheckpoint lend() throws IOException {
        return CheckpointFile.lent(new RealDisk(), file());
    }

    /** Live tensors of the same names and sizes as those of a state, with zeros; every second one shows its memory. */
    private static final class Live implements Snapshottable {
        private final Map<String, Value.Scalar> scalars = new LinkedHashMap<>();
        private final Map<String, Value.Tensor> shapes = new LinkedHashMap<>();
        private final Map<String, ByteBuffer> memory = new LinkedHashMap<>();

        Live(State state) {
            state.entries().forEach((path, value) -> {
                if (value instanceof Value.Tensor t) {
                    shapes.put(path, t);
                    memory.put(path, ByteBuffer.allocateDirect((int) t.size() * t.type().bytes()).order(ByteOrder.LITTLE_ENDIAN));
                } else {
                    scalars.put(path, (Value.Scalar) value);
                }
            });
        }

        @Override
        public void slots(Slots s) {
            shapes.forEach((path, t) -> s.tensor(path, t.type(), t.shape(), access(memory.get(path), path.hashCode() % 2 == 0)));
            scalars.forEach((path, value) -> s.scalar(path, () -> value, v -> assertThat(v).isEqualTo(value)));
        }

        private static Slots.TensorAccess access(ByteBuffer memory, boolean isShown) {
            return new Slots.TensorAccess() {
                @Override
                public void copyTo(ByteBuffer target) {
                    target.put(memory.duplicate());
                }

                @Override
                public void copyFrom(ByteBuffer source) {
                    memory.duplicate().put(source);
                }

                @Override
                public Optional<ByteBuffer> memory() {
                    return isShown ? Optional.of(memory.duplicate()) : Optional.empty();
                }
            };
        }
    }

    /** Large enough for several threads and several portions. */
    private static Checkpoint large() {
        Map<String, Value> entries = new LinkedHashMap<>(States.everything(3).entries());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 8; i++) {
            entries.put("large/" + i, States.tensor(ElementType.F32, random, 300_000 + i));
        }
        return Checkpoint.of(3, State.of(entries));
    }

    @Test
    void whatIsLentIsTheCheckpoint() throws IOException {
        for (Checkpoint made : new Checkpoint[] {States.checkpoint(3), large(), Checkpoint.of(3, State.of(Map.of()))}) {
            write(made);
            try (LentCheckpoint lent = lend()) {
                Live live = new Live(made.state());
                lent.checkpoint().state().into(live);
                assertThat(State.of(live)).isEqualTo(made.state());
                assertThat(lent.checkpoint()).isEqualTo(made);
                assertThat(lent.checkpoint().state().digest()).isEqualTo(made.state().digest());
                assertThat(lent.checkpoint().state().copy()).isEqualTo(made.state());
            }
        }
    }

    @Test
    void aDamagedOneIsRefusedBeforeAnythingIsUsed() throws IOException {
        write(large());
        byte[] bytes = Files.readAllBytes(file());
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 40; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(), damaged);
            assertThatThrownBy(this::lend).isInstanceOf(DamagedCheckpointException.class)
                    .hasMessage(org.assertj.core.api.Assertions.catchThrowable(() -> CheckpointFile.read(new RealDisk(), file(), false)).getMessage());
        }
        Files.write(file(), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(this::lend).isInstanceOf(DamagedCheckpointException.class);
    }

    /** No wrong bit gets into a training in silence, even if the file is changed between the check and the restore. */
    @Test
    void whatChangesAfterTheCheckIsNoticedWhenItIsRead() throws IOException {
        Checkpoint made = large();
        write(made);
        Header header = CheckpointFile.readHeader(new RealDisk(), file());
        for (String path : new String[] {"large/2", "large/3", "longs"}) {
            try (LentCheckpoint lent = lend(); var channel = Files.newByteChannel(file(), StandardOpenOption.WRITE)) {
                channel.position(header.fileBytes() - header.dataBytes() + header.spans().get(path).begin() + 7);
                byte[] bytes = new byte[made.state().tensor(path).bytes().remaining()];
                made.state().tensor(path).bytes().get(bytes);
                channel.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[7] ^ 1)}));
                Live live = new Live(made.state());
                assertThatThrownBy(() -> lent.checkpoint().state().into(live)).isInstanceOf(LentCheckpoint.ChangedException.class)
                        .cause().isInstanceOfSatisfying(DamagedCheckpointException.class, e -> assertThat(e.where()).isEqualTo(path));
            }
            write(made);
        }
        try (LentCheckpoint lent = lend(); var channel = Files.newByteChannel(file(), StandardOpenOption.WRITE)) {
            channel.truncate(header.fileBytes() - 1);
            assertThatThrownBy(() -> lent.checkpoint().state().into(new Live(made.state()))).isInstanceOf(LentCheckpoint.ChangedException.class);
        }
    }

    /** The file of a step may be replaced or deleted while it is lent; what was opened is what is read. */
    @Test
    void anotherFileUnderTheSameNameIsNotReadInstead() throws IOException {
        Checkpoint made = large();
        write(made);
        try (LentCheckpoint lent = lend()) {
            write(States.checkpoint(3, 77));
            assertThat(lent.checkpoint()).isEqualTo(made);
        }
    }

    @Test
    void itCannotBeReadAfterItWasGivenBack() throws IOException {
        write(States.checkpoint(3));
        LentCheckpoint lent = lend();
        Value.Tensor known = lent.checkpoint().state().tensor("longs");
        assertThat(known).isEqualTo(States.everything(3).tensor("longs"));
        lent.close();
        assertThat(known).as("what was read is kept").isEqualTo(States.everything(3).tensor("longs"));
        assertThatThrownBy(() -> lent.checkpoint().state().tensor("ints").bytes()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("given back");
    }
}

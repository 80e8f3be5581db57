package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.StepNames;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.FolderInUseException;
import cairn.disk.RealDisk;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends StoreContract {
    @TempDir
    Path root;

    @Override
    CheckpointStore open() throws IOException {
        return DirectoryStore.writing(folder(), new RealDisk());
    }

    private Path folder() {
        return root.resolve("runs/one");
    }

    private Path file(long step) {
        return folder().resolve(StepNames.checkpoint(step));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aStoreOpenedAgainHoldsTheSame() throws IOException {
        store.commit(States.checkpoint(5));
        store.commit(States.checkpoint(6));
        store.pin(5, true);
        CheckpointStore.Listing before = store.listing();
        store.close();
        try (CheckpointStore again = open()) {
            assertThat(again.listing()).isEqualTo(before);
            assertThat(again.verify(5)).isEqualTo(States.checkpoint(5));
        }
    }

    /** Field bug 29: opening never deletes a checkpoint; only leftovers of commits that never happened go. */
    @Test
    void openingForWritingDeletesLeftoversOnly() throws IOException {
        store.commit(States.checkpoint(5));
        store.close();
        List<String> others = List.of("step-6.safetensors", "step-000000000007.tmp", "notes.txt", "Step-000000000008.safetensors",
                "step-9999999999999999999.safetensors", "0step-000000000009.safetensors");
        for (String name : others) {
            Files.writeString(folder().resolve(name), "not ours");
        }
        Files.writeString(folder().resolve("pending-step-000000000009.safetensors"), "half");
        try (DirectoryStore reader = DirectoryStore.reading(folder(), new RealDisk())) {
            assertThat(reader.steps()).containsExactly(5L);
        }
        assertThat(files()).contains("pending-step-000000000009.safetensors");
        try (CheckpointStore again = open()) {
            assertThat(again.listing().checkpoints()).extracting(CheckpointInfo::step).containsExactly(5L);
            assertThat(again.listing().unreadable()).isEmpty();
            assertThat(again.readNewest(d -> { throw new AssertionError(d); }).orElseThrow()).isEqualTo(States.checkpoint(5));
        }
        assertThat(files()).containsAll(others).contains(StepNames.checkpoint(5)).doesNotContain("pending-step-000000000009.safetensors");
    }

    /** Field bugs 33 and 36: what cannot be read is reported, passed over, never deleted, and replaced when its step is saved again. */
    @Test
    void aDamagedNewestIsReportedAndThePreviousOneTaken() throws IOException {
        store.commit(States.checkpoint(5));
        store.commit(States.checkpoint(6));
        store.commit(States.checkpoint(7));
        store.commit(States.checkpoint(8));
        store.close();
        byte[] bytes = Files.readAllBytes(file(6));
        bytes[bytes.length - 1] ^= 1;
        Files.write(file(6), bytes);
        Files.write(file(7), new byte[0]);
        Files.write(file(8), "PK\3\4 something else altogether, and long enough to be a header of ours".getBytes());
        try (CheckpointStore again = open()) {
            List<DamagedCheckpointException> damaged = new ArrayList<>();
            assertThat(again.readNewest(damaged::add).orElseThrow()).isEqualTo(States.checkpoint(5));
            assertThat(damaged).extracting(CheckpointException::file)
                    .containsExactly(file(8).toString(), file(7).toString(), file(6).toString());
            assertThat(again.listing().unreadable()).hasSize(2);
            assertThat(again.list()).extracting(CheckpointInfo::step).containsExactly(5L, 6L);
            assertThat(again.prune(RetentionPolicy.parse("last:1", Ranking.min("score")))).extracting(CheckpointInfo::step).isEmpty();
            for (long step : new long[] {6, 7, 8}) {
                again.commit(States.checkpoint(step));
            }
            assertThat(again.readNewest(damaged::add).orElseThrow()).isEqualTo(States.checkpoint(8));
            assertThat(again.list()).extracting(CheckpointInfo::step).containsExactly(5L, 6L, 7L, 8L);
            assertThat(again.verify(6)).isEqualTo(States.checkpoint(6));
        }
    }

    @Test
    void aRenamedFileIsRefused() throws IOException {
        store.commit(States.checkpoint(5));
        store.close();
        Files.move(file(5), file(6));
        try (CheckpointStore again = open()) {
            assertThat(again.list()).isEmpty();
            assertThat(again.listing().unreadable()).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("step 5"));
            assertThatThrownBy(() -> again.read(6)).isInstanceOf(DamagedCheckpointException.class);
            assertThatThrownBy(() -> again.header(6)).isInstanceOf(DamagedCheckpointException.class);
        }
    }

    /** Field bug 37: a second writer is refused with the holder's name; a reader is not. */
    @Test
    void aSecondWriterIsRefusedAndNamesTheFirst() throws IOException {
        assertThatThrownBy(this::open).isInstanceOfSatisfying(FolderInUseException.class, e -> {
            assertThat(e.holder()).contains("process " + ProcessHandle.current().pid() + " on ");
            assertThat(e).hasMessageContaining(folder().toString());
        });
        store.commit(States.checkpoint(5));
        try (DirectoryStore reader = DirectoryStore.reading(folder(), new RealDisk())) {
            assertThat(reader.read(5)).isEqualTo(States.checkpoint(5));
            assertThatThrownBy(() -> reader.commit(States.checkpoint(6))).hasMessageContaining("opened for reading");
            assertThatThrownBy(() -> reader.delete(5)).hasMessageContaining("opened for reading");
        }
        store.close();
        store.close();
        assertThatThrownBy(() -> store.commit(States.checkpoint(6))).hasMessageContaining("closed");
        open().close();
    }

    @Test
    void theNextWriterReadsAfreshWhatThePreviousOneChanged() throws IOException {
        store.commit(States.checkpoint(5, 1));
        try (DirectoryStore reader = DirectoryStore.reading(folder(), new RealDisk())) {
            assertThat(reader.list()).extracting(CheckpointInfo::digest).containsExactly(States.everything(1).digest());
            store.delete(5);
            store.commit(States.checkpoint(5, 2));
            assertThat(reader.list()).extracting(CheckpointInfo::digest).containsExactly(States.everything(2).digest());
        }
    }

    /** Field bug 31: too little space is reported before anything is written. */
    @Test
    void aFullDiskIsToldBeforeAnythingIsWritten() throws IOException {
        store.commit(States.checkpoint(5));
        store.close();
        Disk full = new FaultyDisk(new RealDisk()) {
            @Override
            public long usableBytes(Path folder) {
                return 100;
            }
        };
        try (CheckpointStore again = DirectoryStore.writing(folder(), full)) {
            assertThatThrownBy(() -> again.commit(States.checkpoint(6))).isInstanceOf(FileSystemException.class)
                    .hasMessageContainingAll("not enough space", "100", Long.toString(Header.of(States.checkpoint(6)).fileBytes()));
            assertThat(again.steps()).containsExactly(5L);
        }
        assertThat(files()).containsExactly("lock", StepNames.checkpoint(5));
    }

    @Test
    void readingAFolderThatIsNotThereIsAClearError() {
        assertThatThrownBy(() -> DirectoryStore.reading(root.resolve("nowhere"), new RealDisk()))
                .isInstanceOf(NoSuchFileException.class).hasMessageContaining("nowhere");
    }

    @Test
    void listingReadsHeadersAndNoTensor() throws IOException {
        for (long step = 0; step < 3; step++) {
            Value.Tensor large = States.tensor(ElementType.F32, new SplittableRandom(step), 100_000);
            store.commit(Checkpoint.of(step, State.of(Map.of("large", large))));
        }
        CountingDisk counting = new CountingDisk();
        try (DirectoryStore reader = DirectoryStore.reading(folder(), counting)) {
            assertThat(reader.listing()).isEqualTo(store.listing());
            assertThat(reader.header(2).entries().get("large").describe()).isEqualTo("f32[100000]");
        }
        assertThat(counting.bytesRead).as("four headers of a page each").isBetween(1L, 4L * (4096 + 8));
    }

    @Test
    void aTensorOfSeveralPortionsOutsideTheHeapComesBackTheSame() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(3_500_000 + 3);
        SplittableRandom random = new SplittableRandom(1);
        while (bytes.hasRemaining()) {
            bytes.put((byte) random.nextInt());
        }
        State state = State.of(Map.of("large", new Value.Tensor(ElementType.U8, new long[] {3_500_003}, bytes.flip())));
        store.commit(Checkpoint.of(1, state));
        assertThat(store.verify(1).state()).isEqualTo(state);
    }

    @Test
    void commitsAndListingsOfSeveralThreadsDoNotDisturbEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                long step = i;
                all.add(threads.submit(() -> store.commit(States.checkpoint(step))));
                all.add(threads.submit(() -> {
                    assertThat(store.listing().unreadable()).isEmpty();
                    return store.prune(RetentionPolicy.parse("last:5", Ranking.max("score")));
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        store.prune(RetentionPolicy.parse("last:5", Ranking.max("score")));
        assertThat(store.steps()).hasSize(5).contains(39L);
        assertThat(store.list()).hasSize(5);
    }

    /** Counts what is read. */
    private static final class CountingDisk extends FaultyDisk {
        private long bytesRead;

        CountingDisk() {
            super(new RealDisk());
        }

        @Override
        public Input open(Path file) throws IOException {
            Input input = super.open(file);
            return new Input() {
                @Override
                public long size() throws IOException {
                    return input.size();
                }

                @Override
                public int read(java.nio.ByteBuffer target, long offset) throws IOException {
                    int n = input.read(target, offset);
                    bytesRead += n;
                    return n;
                }

                @Override
                public void close() throws IOException {
                    input.close();
                }
            };
        }
    }
}

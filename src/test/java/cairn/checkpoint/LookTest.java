package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.Ranking;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.MemoryDisk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** A reader beside a writer that keeps only its newest checkpoint, and replaces it at any moment between two operations of the reader. */
class LookTest {
    private static final Path FOLDER = Path.of("/disk/runs/one");

    /** Before some operations of the reader, the writer commits the next step and deletes the one before. */
    private static final class BusyDisk extends FaultyDisk {
        private final DirectoryStore writer;
        private final IntPredicate isBusy;
        private long newest = 1;
        private int operations;

        BusyDisk(MemoryDisk disk, IntPredicate isBusy) throws IOException {
            super(disk);
            this.writer = DirectoryStore.writing(FOLDER, disk);
            this.isBusy = isBusy;
            writer.commit(States.checkpoint(1));
        }

        private void operation() throws IOException {
            if (isBusy.test(++operations)) {
                writer.commit(States.checkpoint(++newest));
                writer.delete(newest - 1);
            }
        }

        @Override
        public Input open(Path file) throws IOException {
            operation();
            return super.open(file);
        }

        @Override
        public boolean exists(Path file) throws IOException {
            operation();
            return super.exists(file);
        }

        @Override
        public List<String> list(Path folder) throws IOException {
            operation();
            List<String> names = super.list(folder);
            operation();
            return names;
        }
    }

    private interface Reading {
        /** The step that was read. */
        long from(CheckpointStore store) throws IOException;
    }

    private static final List<Reading> READINGS = List.of(
            store -> sound(store.readNewest(e -> {
                throw new AssertionError(e);
            })),
            store -> store.newestHeader(e -> {
                throw new AssertionError(e);
            }).orElseThrow().step(),
            store -> Look.repeated(() -> sound(Optional.of(store.read(store.steps().last())))),
            // As RUN@best is read.
            store -> Look.repeated(() -> {
                CheckpointStore.Listing listing = store.listing();
                assertThat(listing.unreadable()).isEmpty();
                long best = Ranking.max("score").best(listing.checkpoints()).map(CheckpointInfo::step).orElseThrow(
                        () -> new NoSuchFileException("all that were listed are deleted"));
                return sound(Optional.of(store.read(best)));
            }));

    private static long sound(Optional<Checkpoint> read) {
        assertThat(read).isPresent();
        assertThat(read.get()).isEqualTo(States.checkpoint(read.get().step()));
        return read.get().step();
    }

    @Test
    void aDeletionAtAnyMomentOnlyMakesTheReaderLookAgain() throws IOException {
        for (Reading reading : READINGS) {
            boolean isReached = true;
            for (int n = 1; isReached; n++) {
                int at = n;
                BusyDisk disk = new BusyDisk(new MemoryDisk(true), operation -> operation == at);
                assertThat(reading.from(DirectoryStore.reading(FOLDER, disk))).as("busy before operation %d", n).isBetween(1L, 2L);
                isReached = disk.operations >= n;
            }
        }
    }

    @Test
    void aWriterThatIsFasterForAWhileDelaysTheReader() throws IOException {
        for (Reading reading : READINGS) {
            BusyDisk disk = new BusyDisk(new MemoryDisk(true), operation -> operation < 60);
            assertThat(reading.from(DirectoryStore.reading(FOLDER, disk))).isEqualTo(disk.newest);
        }
    }

    /** No reader waits for ever. */
    @Test
    void aWriterThatIsAlwaysFasterIsAnError() throws IOException {
        for (Reading reading : READINGS) {
            Disk disk = new BusyDisk(new MemoryDisk(true), operation -> true);
            List<Throwable> failures = new ArrayList<>();
            assertThatThrownBy(() -> reading.from(DirectoryStore.reading(FOLDER, disk))).isInstanceOf(NoSuchFileException.class)
                    .satisfies(failures::add);
            assertThat(failures).hasSize(1);
        }
    }
}

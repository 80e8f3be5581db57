package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.checkpoint.format.StepNames;
import cairn.checkpoint.format.UnsupportedVersionException;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store does to deserve trust beyond storing: looks before it deletes, verifies, cleans up, knows what is broken. */
class StoreCareTest {
    private static final Ranking SMALLEST = Ranking.min("score");
    private static final RetentionPolicy LAST_ONE = RetentionPolicy.parse("last:1", SMALLEST);
    private static final int MANY = 1000;
    private static final long MOST_NANOS = 3_000_000_000L;

    @TempDir
    Path folder;
    private final List<Verification> told = new ArrayList<>();
    private DirectoryStore store;

    @BeforeEach
    void open() throws IOException {
        store = DirectoryStore.writing(folder, new RealDisk());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void reopen() throws IOException {
        store.close();
        open();
    }

    private Path file(long step) {
        return folder.resolve(StepNames.checkpoint(step));
    }

    private void damageTensorOf(long step) throws IOException {
        byte[] bytes = Files.readAllBytes(file(step));
        bytes[bytes.length - 1] ^= 1;
        Files.write(file(step), bytes);
    }

    private static State floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return State.of(Map.of("model/w", new Value.Tensor(ElementType.F32, new long[] {values.length}, bytes)));
    }

    /** Field bugs 27 and 33: a damaged newest or best one is no ground for deleting sound ones, and is left alone. */
    @Test
    void pruningReadsTheNewestAndTheBestBeforeItDeletesOthers() throws IOException {
        for (long step = 1; step <= 5; step++) {
            store.commit(States.checkpoint(step));
        }
        reopen();
        damageTensorOf(5);
        damageTensorOf(1);
        assertThat(store.list()).hasSize(5);
        assertThat(store.plan(LAST_ONE).keptSteps()).containsExactly(2L, 4L);
        assertThat(store.prune(LAST_ONE)).extracting(CheckpointInfo::step).containsExactly(3L);
        assertThat(store.steps()).containsExactly(1L, 2L, 4L, 5L);
        assertThat(store.readNewest(d -> { }).orElseThrow().step()).isEqualTo(4);
    }

    @Test
    void aStateWithANanOrAnInfinityIsMarkedAndComesBackAsItWas() throws IOException {
        List<State> broken = List.of(floats(1, Float.NaN), floats(Float.POSITIVE_INFINITY), floats(0, 0, Float.NEGATIVE_INFINITY),
                State.of(Map.of("d", new Value.Tensor(ElementType.F64, new long[] {1}, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                        .putDouble(0, Double.NaN)))));
        for (int i = 0; i < broken.size(); i++) {
            Checkpoint made = new Checkpoint(i, broken.get(i), Map.of("made-by", "a test"), Map.of("score", 0.0));
            assertThat(store.commit(made).isFinite()).isFalse();
            assertThat(store.verify(i)).isEqualTo(made);
        }
        Checkpoint sound = new Checkpoint(9, floats(Float.MAX_VALUE, -0f, Float.MIN_VALUE), Map.of(), Map.of("score", 7.0));
        assertThat(store.commit(sound).isFinite()).isTrue();
        store.commit(new Checkpoint(10, floats(Float.NaN), Map.of(), Map.of("score", -1.0)));
        reopen();
        assertThat(store.list()).extracting(CheckpointInfo::isFinite).containsExactly(false, false, false, false, true, false);
        assertThat(SMALLEST.best(store.list()).orElseThrow().step()).isEqualTo(9);
        store.prune(LAST_ONE);
        assertThat(store.steps()).containsExactly(9L, 10L);
    }

    /** An i32 or u8 has no NaN, whatever its bits. */
    @Test
    void onlyFloatingPointNumbersCanBreak() throws IOException {
        ByteBuffer ones = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, -1L);
        for (ElementType type : List.of(ElementType.I32, ElementType.I64, ElementType.U8)) {
            State state = State.of(Map.of("x", new Value.Tensor(type, new long[] {8 / type.bytes()}, ones.duplicate())));
            assertThat(store.commit(Checkpoint.of(type.ordinal(), state)).isFinite()).isTrue();
        }
    }

    /** A vector of the optimizer does no harm to a prediction, nor does an earlier state; weights, averages and running statistics do. */
    @Test
    void onlyWhatAModelComputesWithMustBeFinite() throws IOException {
        List<String> paths = List.of("optimizer/v/0.dense/weight", "recovery/earlier/0/model/0.dense/weight", "model/0.dense/weight",
                "model/1.batch-norm/running-var", "average/0.dense/weight");
        for (int i = 0; i < paths.size(); i++) {
            Value bad = floats(Float.POSITIVE_INFINITY).entries().values().iterator().next();
            State state = floats(1).rename(path -> "model/1.dense/weight").overlay(State.of(Map.of(paths.get(i), bad)));
            assertThat(store.commit(Checkpoint.of(i, state)).isFinite()).as(paths.get(i)).isEqualTo(i < 2);
        }
    }

    @Test
    void theFactFiniteIsTheStoresOwn() throws IOException {
        store.commit(new Checkpoint(1, floats(1), Map.of("finite", "false", "time", "1700000000000"), Map.of()));
        store.commit(new Checkpoint(2, floats(Float.NaN), Map.of("finite", "true", "time", "yesterday"), Map.of()));
        assertThat(store.list()).extracting(CheckpointInfo::isFinite).containsExactly(true, false);
        assertThat(store.list().get(0).timeMillis()).hasValue(1_700_000_000_000L);
        assertThat(store.list().get(1).timeMillis()).isEmpty();
    }

    @Test
    void verifyTellsOfEachCheckpointWhetherEveryBitIsAsItWasWritten() throws IOException {
        for (long step = 1; step <= 4; step++) {
            store.commit(States.checkpoint(step));
        }
        damageTensorOf(2);
        Files.write(file(3), new byte[100]);
        Verification.each(store, Verification.Expected.NOTHING, told::add);
        assertThat(told).extracting(Verification::step).containsExactly(1L, 2L, 3L, 4L);
        assertThat(told).extracting(Verification::isSound).containsExactly(true, false, false, true);
        assertThat(told.get(1)).asString().contains("step 2", "bytes/odd", "CRC-32C", "at byte");
        store.delete(2);
        store.delete(3);
        told.clear();
        Verification.each(store, Verification.Expected.NOTHING, told::add);
        assertThat(told).hasSize(2).allMatch(Verification::isSound);
    }

    /** Two tensors exchanged together with their checksums: only the digest of the whole can tell. */
    @Test
    void verifyComparesTheDigestToo() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        State state = State.of(Map.of("a", States.tensor(ElementType.F32, random, 4)));
        Checkpoint made = Checkpoint.of(1, state);
        Header honest = Header.of(made);
        Header lying = new Header(honest.version(), 1, "0".repeat(64), honest.facts(), honest.metrics(), honest.entries());
        try (Disk.Output output = new RealDisk().create(file(1))) {
            States.write(output, lying, state);
        }
        assertThat(store.read(1)).isEqualTo(made);
        Verification.each(store, Verification.Expected.NOTHING, told::add);
        assertThat(told).singleElement().satisfies(v -> assertThat(v.isSound()).isFalse()).asString().contains("digest");
    }

    /** Field bugs 26 and 29: what another program wrote is never touched, whatever its name is. */
    @Test
    void leftoversAreWhatInterruptedCommitsAndVanishedCheckpointsLeaveAndNothingElse() throws IOException {
        store.commit(States.checkpoint(1));
        store.pin(1, true);
        List<String> foreign = List.of("notes.txt", "pending-notes.txt", "pending-letter.txt", "step-7.pinned", "pending-step-8.safetensors", "pending-", "PENDING-"
                + StepNames.checkpoint(4), "journal.csv", "run.json");
        List<String> ours = List.of("pending-" + StepNames.checkpoint(2), "pending-" + StepNames.pin(3), "pending-run.json", StepNames.pin(9));
        for (String name : foreign) {
            Files.writeString(folder.resolve(name), "x");
        }
        for (String name : ours) {
            Files.writeString(folder.resolve(name), "x");
        }
        Set<String> texts = Set.of("run.json");
        try (RunFolder reader = RunFolder.read(folder, new RealDisk())) {
            assertThat(reader.leftovers(texts)).extracting(Leftover::fileName).containsExactlyInAnyOrderElementsOf(ours);
            assertThat(reader.leftovers(texts)).allSatisfy(l -> assertThat(l.why()).isNotBlank());
            assertThatThrownBy(() -> reader.deleteLeftovers(texts)).isInstanceOf(IllegalStateException.class).hasMessageContaining("opened for reading");
        }
        store.close();
        try (RunFolder writer = RunFolder.resume(folder, new RealDisk())) {
            assertThat(writer.deleteLeftovers(texts)).extracting(Leftover::fileName).containsExactlyInAnyOrderElementsOf(ours);
            assertThat(writer.leftovers(texts)).isEmpty();
        }
        List<String> expected = new ArrayList<>(foreign);
        expected.addAll(List.of("lock", StepNames.checkpoint(1), StepNames.pin(1)));
        assertThat(new RealDisk().list(folder)).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Field bug 31: the space for the first checkpoint is known before the first step. */
    @Test
    void theSizeOfACheckpointAndTheSpaceForItAreKnownBeforeItIsWritten() throws IOException {
        assertThat(store.usableBytes()).isBetween(1L, Files.getFileStore(folder).getTotalSpace());
        assertThat(Files.size(folder)).isNotNegative();
        long expected = Header.of(States.checkpoint(7)).fileBytes();
        store.commit(States.checkpoint(7));
        assertThat(Files.size(file(7))).isEqualTo(expected);
    }

    @Test
    void aNameWithoutAFileIsDamagedAndNoEndlessSearch() throws IOException {
        store.commit(States.checkpoint(1));
        Files.createSymbolicLink(file(2), folder.resolve("nowhere"));
        List<String> damaged = new ArrayList<>();
        assertThat(store.readNewest(d -> damaged.add(d.getMessage()))).contains(States.checkpoint(1));
        assertThat(damaged).singleElement().asString().contains(file(2).toString());
        assertThat(store.list()).hasSize(1);
        assertThat(store.listing().unreadable()).hasSize(1);
    }

    /** Going back behind a newer program's checkpoint would lose good work, so it is an error; and it is never deleted. */
    @Test
    void aNewerVersionIsToldByItsNumberAndNeitherPassedOverNorDeleted() throws IOException {
        for (long step = 1; step <= 3; step++) {
            store.commit(States.checkpoint(step));
        }
        byte[] bytes = Files.readAllBytes(file(3));
        byte[] two = "\"cairn.format\":\"2\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("\"cairn.format\":\"2\"");
        bytes[at + two.length - 2] = '3';
        byte[] head = java.util.Arrays.copyOf(bytes, bytes.length - (int) Header.of(States.checkpoint(3)).dataBytes());
        byte[] crc = HeaderText.hex(HeaderText.crc(head)).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(crc, 0, bytes, HeaderText.CRC_OFFSET, crc.length);
        Files.write(file(3), bytes);
        reopen();
        assertThatThrownBy(() -> store.readNewest(d -> { })).isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContainingAll("format version 3", "reads versions 1 to 2", "newer program");
        assertThat(store.listing().unreadable()).singleElement().isInstanceOf(UnsupportedVersionException.class);
        assertThat(store.prune(LAST_ONE)).extracting(CheckpointInfo::step).isEmpty();
        assertThat(store.prune(RetentionPolicy.parse("last:1", Ranking.max("score")))).extracting(CheckpointInfo::step).containsExactly(1L);
        assertThat(store.steps()).containsExactly(2L, 3L);
    }

    /** The promise is half a second; the bound is wider, because the machine may have other work. */
    @Test
    void aThousandCheckpointsAreListedInATwinkling() throws IOException {
        for (long step = 0; step < MANY; step++) {
            Checkpoint made = States.checkpoint(step);
            ByteBuffer head = HeaderText.encode(Header.of(made));
            byte[] bytes = java.util.Arrays.copyOf(head.array(), head.capacity() + (int) Header.of(made).dataBytes());
            Files.write(file(step), bytes);
        }
        long begin = System.nanoTime();
        CheckpointStore.Listing listing;
        try (DirectoryStore reader = DirectoryStore.reading(folder, new RealDisk())) {
            listing = reader.listing();
        }
        long nanos = System.nanoTime() - begin;
        assertThat(listing.checkpoints()).hasSize(MANY);
        assertThat(listing.unreadable()).isEmpty();
        assertThat(nanos).isLessThan(MOST_NANOS);
    }
}

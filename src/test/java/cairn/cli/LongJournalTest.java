package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.disk.RealDisk;
import cairn.journal.Journals;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of a million steps, which is larger than Java's heap: whoever reads it keeps only what is needed of it. */
class LongJournalTest {
    private static final String HEAP = "-Xmx64m";
    private static final int HEAP_BYTES = 64 << 20;
    private static final long STEPS = 1_000_000;
    /** The beginning of the digest of a checkpoint that was deleted long ago; seven digits follow. */
    private static final String OTHER = "d".repeat(57);

    @TempDir
    private static Path temporary;

    /** Two steps of a real training, whose checkpoints then say that they are later ones; between them no other is left. */
    @BeforeAll
    static void makeALongRun() throws IOException {
        assertThat(Cairn.run("train", "iris", "--run", "long", "--steps", "1", "--dir", temporary.toString()).exit()).isZero();
        Path folder = temporary.resolve("long");
        Map<Long, String> digests = new LinkedHashMap<>();
        try (DirectoryStore store = DirectoryStore.writing(folder, new RealDisk())) {
            Checkpoint first = store.read(1);
            for (long step : new long[] {STEPS - 2, STEPS}) {
                Map<String, Value> values = new LinkedHashMap<>(first.state().entries());
                values.put("train/step", new Value.Int(step));
                digests.put(step, store.commit(new Checkpoint(step, State.of(values), first.facts(), first.metrics())).digest());
            }
        }
        Journals.append(folder.resolve("journal.csv"), LongStream.rangeClosed(2, STEPS).boxed().flatMap(step -> Stream.concat(
                Stream.of("1," + step + ",1700000000000,train/loss,0." + step),
                Stream.of("1," + step + ",1700000000000,checkpoint/digest," + digests.getOrDefault(step, OTHER + (STEPS + step)))
                        .limit(1 - step % 2))));
        assertThat(Files.size(folder.resolve("journal.csv"))).isGreaterThan(HEAP_BYTES);
    }

    @Test
    void everythingThatReadsItWorksWithASmallHeap() throws IOException, InterruptedException {
        List<Cairn.Result> results = CairnProcess.java(HEAP, "-XX:MaxDirectMemorySize=1g").runAll(Stream.of("log", "verify long",
                "resume long --steps " + (STEPS + 2), "rollback long --to " + STEPS, "prune long --keep last:1",
                "verify long").map(words -> words + " --dir " + temporary).toList());
        assertThat(results).allSatisfy(result -> assertThat(result.exit()).as(result.out() + result.err()).isZero());
        assertThat(results.get(results.size() - 1).out()).contains("sound");
    }
}

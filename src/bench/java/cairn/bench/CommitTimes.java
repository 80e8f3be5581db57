package cairn.bench;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.disk.RealDisk;
import cairn.state.CaptureBuffers;
import cairn.state.State;
import cairn.timing.Rounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The commit of a checkpoint, with digest and checksums, compared with writing and forcing the same number of bytes into one file. */
final class CommitTimes {
    private static final int ROUNDS = 15;

    private CommitTimes() {
    }

    static String table(Path folder) throws IOException {
        StringBuilder table = new StringBuilder("| commit of | commit, ms | MB/s | write and force, ms | MB/s | throughput of commit / plain | SHA-256 alone, ms | writing + SHA-256 / commit |\n"
                + "|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (long bytes : new long[] {1_000_000, 10_000_000, 100_000_000, 400_000_000}) {
            Vectors vectors = new Vectors(bytes);
            CaptureBuffers buffers = new CaptureBuffers();
            ByteBuffer plain = ByteBuffer.allocateDirect((int) vectors.bytes());
            Path file = folder.resolve("plain");
            try (DirectoryStore store = DirectoryStore.writing(folder.resolve("store-" + bytes), new RealDisk())) {
                AtomicLong step = new AtomicLong();
                Map<String, Rounds.Work> ways = new LinkedHashMap<>();
                // The time does not include the deletion of the file.
                ways.put("commit", () -> {
                    State state = buffers.capture(vectors.changed());
                    double seconds = Rounds.timed(() -> store.commit(Checkpoint.of(step.incrementAndGet(), state))).seconds();
                    store.delete(step.get());
                    return seconds;
                });
                ways.put("plain", () -> {
                    double seconds = Rounds.timed(() -> write(file, plain)).seconds();
                    Files.delete(file);
                    return seconds;
                });
                // What a commit has to compute besides, by several threads while it writes.
                ways.put("digest", () -> Rounds.timed(buffers.capture(vectors.changed())::digest).seconds());
                Rounds rounds = Rounds.of(4, ROUNDS, ways);
                rounds.derive("parts", at -> at.applyAsDouble("plain") + at.applyAsDouble("digest"));
                table.append(String.format(Locale.ROOT, "| %s | %.1f | %.0f | %.1f | %.0f | %s | %.1f | %s |%n",
                        Vectors.size(vectors.bytes()),
                        1e3 * rounds.median("commit"), vectors.bytes() / 1e6 / rounds.median("commit"), 1e3 * rounds.median("plain"),
                        vectors.bytes() / 1e6 / rounds.median("plain"), rounds.ratio("plain", "commit"),
                        1e3 * rounds.median("digest"), rounds.ratio("parts", "commit")));
            }
        }
        return table.toString();
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = bytes.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }
}

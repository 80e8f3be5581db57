package cairn.bench;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.LentCheckpoint;
import cairn.disk.RealDisk;
import cairn.state.CaptureBuffers;
import cairn.timing.Rounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reading a checkpoint with its checksums and restoring it, compared with reading the same number of bytes from a file that the system has
 * in its cache; also {@code torch.save} and {@code torch.load}, if Python has PyTorch.
 */
final class LoadTimes {
    private static final int ROUNDS = 11;

    private LoadTimes() {
    }

    static String table(Path folder) throws IOException {
        StringBuilder table = new StringBuilder("| load of | load, ms | plain read, ms | load / read | torch.load, ms | load / torch.load | commit, ms |"
                + " torch.save, ms | and forced, ms | commit / torch.save forced |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (long bytes : new long[] {1_000_000, 10_000_000, 100_000_000, 400_000_000}) {
            Vectors vectors = new Vectors(bytes);
            CaptureBuffers buffers = new CaptureBuffers();
            ByteBuffer plain = ByteBuffer.allocateDirect((int) vectors.bytes());
            try (DirectoryStore store = DirectoryStore.writing(folder.resolve("load-" + bytes), new RealDisk());
                    Torch torch = Torch.of(folder.resolve("torch-" + bytes + ".pt"), vectors)) {
                store.commit(Checkpoint.of(0, buffers.capture(vectors)));
                Path file = Path.of(store.place(0));
                long[] step = {0};
                Map<String, Rounds.Work> ways = new LinkedHashMap<>();
                ways.put("load", Rounds.timed(() -> {
                    try (LentCheckpoint lent = store.lend(0)) {
                        lent.checkpoint().state().into(vectors);
                    }
                }));
                ways.put("read", Rounds.timed(() -> read(file, plain)));
                ways.put("commit", () -> {
                    vectors.changed();
                    double seconds = Rounds.timed(() -> store.commit(Checkpoint.of(++step[0], buffers.capture(vectors)))).seconds();
                    store.delete(step[0]);
                    return seconds;
                });
                if (torch.isThere()) {
                    for (String way : new String[] {"save", "save-force", "load"}) {
                        ways.put("torch " + way, () -> torch.seconds(way));
                    }
                }
                Rounds rounds = Rounds.of(3, ROUNDS, ways);
                table.append(String.format(Locale.ROOT, "| %s | %.2f | %.2f | %s | %s | %s | %.1f | %s | %s | %s |%n",
                        Vectors.size(vectors.bytes()),
                        1e3 * rounds.median("load"), 1e3 * rounds.median("read"), rounds.ratio("load", "read"),
                        milliseconds(rounds, torch, "torch load"), torch.isThere() ? rounds.ratio("load", "torch load") : "",
                        1e3 * rounds.median("commit"),
                        milliseconds(rounds, torch, "torch save"), milliseconds(rounds, torch, "torch save-force"),
                        torch.isThere() ? rounds.ratio("commit", "torch save-force") : ""));
            }
        }
        return table + "\n" + Torch.about() + "\n";
    }

    private static String milliseconds(Rounds rounds, Torch torch, String way) {
        return torch.isThere() ? String.format(Locale.ROOT, "%.1f", 1e3 * rounds.median(way)) : "";
    }

    private static void read(Path file, ByteBuffer into) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer rest = into.duplicate();
            while (rest.hasRemaining() && channel.read(rest) >= 0) {
                // Reads until the buffer is full; the file is a little longer, because it has a header.
            }
        }
    }
}

package cairn.bench;

import cairn.state.CaptureBuffers;
import cairn.timing.Rounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The capture of a state into reused buffers, compared with a plain copy of the same number of bytes between two buffers outside the heap.
 * Both use one thread and only memory, so they are timed by CPU time.
 */
final class CaptureTimes {
    private static final int ROUNDS = 41;

    private CaptureTimes() {
    }

    static String table() throws IOException {
        StringBuilder table = new StringBuilder("| capture of | capture, ms of CPU time | plain copy, ms | capture / copy |\n|--:|--:|--:|--:|\n");
        for (long bytes : new long[] {100_000, 1_000_000, 10_000_000, 100_000_000, 400_000_000}) {
            Vectors vectors = new Vectors(bytes);
            CaptureBuffers buffers = new CaptureBuffers();
            ByteBuffer source = ByteBuffer.allocateDirect((int) vectors.bytes());
            ByteBuffer target = ByteBuffer.allocateDirect((int) vectors.bytes());
            // A short capture is repeated, because the clock itself takes time.
            int times = (int) Math.max(1, 200_000_000 / bytes);
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            ways.put("capture", Rounds.timedByCpu(() -> {
                for (int i = 0; i < times; i++) {
                    buffers.capture(vectors);
                }
            }));
            ways.put("copy", Rounds.timedByCpu(() -> {
                for (int i = 0; i < times; i++) {
                    target.duplicate().put(source.duplicate());
                }
            }));
            Rounds rounds = Rounds.of(10, ROUNDS, ways);
            table.append(String.format(Locale.ROOT, "| %s | %.3f | %.3f | %s |%n", Vectors.size(vectors.bytes()),
                    1e3 * rounds.median("capture") / times, 1e3 * rounds.median("copy") / times, rounds.ratio("capture", "copy")));
        }
        return table.toString();
    }
}

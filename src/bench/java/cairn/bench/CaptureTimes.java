package cairn.bench;

import cairn.state.CaptureBuffers;
import cairn.timing.Rounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Capturing a state into buffers that are used again, against a plain copy of as many bytes from memory off the heap to such memory; both
 * are work of one thread and of memory alone, and are timed by the processor.
 */
final class CaptureTimes {
    private static final int ROUNDS = 41;

    private CaptureTimes() {
    }

    static String table() throws IOException {
        StringBuilder table = new StringBuilder("| capture of | capture, ms of CPU time | plain copy, ms | capture / copy |\n|--:|--:|--:|--:|\n");
        for (long bytes : new long[] {100_000, 1_000_000, 10_000_000, 100_000_000, 400_000_000}) {
            Vectors part = new Vectors(bytes);
            CaptureBuffers buffers = new CaptureBuffers();
            ByteBuffer source = ByteBuffer.allocateDirect((int) part.bytes());
            ByteBuffer target = ByteBuffer.allocateDirect((int) part.bytes());
            // A short one is done many times, or the clock's own time would show.
            int times = (int) Math.max(1, 200_000_000 / bytes);
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            ways.put("capture", Rounds.timedByCpu(() -> {
                for (int i = 0; i < times; i++) {
                    buffers.capture(part);
                }
            }));
            ways.put("copy", Rounds.timedByCpu(() -> {
                for (int i = 0; i < times; i++) {
                    target.duplicate().put(source.duplicate());
                }
            }));
            Rounds rounds = Rounds.of(10, ROUNDS, ways);
            table.append(String.format(Locale.ROOT, "| %s | %.3f | %.3f | %s |%n", Vectors.size(part.bytes()), 1e3 * rounds.median("capture") / times,
                    1e3 * rounds.median("copy") / times, rounds.ratio("capture", "copy")));
        }
        return table.toString();
    }
}

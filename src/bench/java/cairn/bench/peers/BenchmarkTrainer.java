package cairn.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A trainer in its own process. For each line of input with a number, it makes that number of steps and prints the seconds, the bytes of
 * garbage of its thread, and the mean loss.
 */
interface BenchmarkTrainer extends AutoCloseable {

    /** Makes {@code steps} steps, including the assembly and the copy of batches; returns the mean loss. */
    double train(int steps) throws IOException;

    @Override
    void close();

    static void main(String[] args) throws IOException {
        Work work = Work.named(args[1]);
        try (BenchmarkTrainer trainer = of(args[0], work);
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            com.sun.management.ThreadMXBean thread =
                    (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            long self = Thread.currentThread().getId();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int steps = Integer.parseInt(line);
                long garbage = thread.getThreadAllocatedBytes(self);
                long begin = System.nanoTime();
                double loss = trainer.train(steps);
                double seconds = (System.nanoTime() - begin) / 1e9;
                garbage = thread.getThreadAllocatedBytes(self) - garbage;
                System.out.printf(Locale.ROOT, "turn %.9f %d %.6f%n", seconds, garbage / steps, loss);
            }
        }
    }

    private static BenchmarkTrainer of(String name, Work work) throws IOException {
        return switch (name) {
            case "cairn" -> new CairnTrainer(work);
            case "djl", "djl" + BenchmarkProcess.SPINNING -> new DjlTrainer(work);
            case "dl4j" -> new Dl4jTrainer(work);
            case "limits" -> new Limits(work);
            default -> throw new IllegalArgumentException("cairn, djl or dl4j was expected, not " + name);
        };
    }
}

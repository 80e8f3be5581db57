package cairn.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One trainer in a process of its own: for each line with a number of steps it makes these and answers with the seconds taken, the bytes
 * of garbage made by its own thread, and the mean loss.
 */
interface Contestant extends AutoCloseable {

    /** Makes so many steps, batch assembly and transfer included; gives the mean loss. */
    double train(int steps) throws IOException;

    @Override
    void close();

    static void main(String[] words) throws IOException {
        Work work = Work.named(words[1]);
        try (Contestant contestant = of(words[0], work);
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            com.sun.management.ThreadMXBean thread =
                    (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            long self = Thread.currentThread().getId();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int steps = Integer.parseInt(line);
                long garbage = thread.getThreadAllocatedBytes(self);
                long begin = System.nanoTime();
                double loss = contestant.train(steps);
                double seconds = (System.nanoTime() - begin) / 1e9;
                garbage = thread.getThreadAllocatedBytes(self) - garbage;
                System.out.printf(Locale.ROOT, "turn %.9f %d %.6f%n", seconds, garbage / steps, loss);
            }
        }
    }

    private static Contestant of(String name, Work work) throws IOException {
        return switch (name) {
            case "cairn" -> new CairnTrainer(work);
            case "djl", "djl" + BenchmarkProcess.SPINNING -> new DjlTrainer(work);
            case "dl4j" -> new Dl4jTrainer(work);
            case "limits" -> new Limits(work);
            default -> throw new IllegalArgumentException("cairn, djl or dl4j was expected, not " + name);
        };
    }
}

package cairn.bench.peers;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A contestant's process, seen from outside. While it waits for its turn it does nothing. */
public final class BenchmarkProcess implements Closeable {
    /** What the profile sets, so that pools of threads do not fight for the cores (see docs/ARCHITECTURE.md). */
    private static final List<String> POLICY = List.of("OMP_WAIT_POLICY", "OPENBLAS_THREAD_TIMEOUT", "GOMP_SPINCOUNT", "MKL_THREADING_LAYER");

    /** What one turn told. */
    public record Turn(double secondsPerStep, long garbagePerStep, double loss) {
    }

    private static final Path LOG = Path.of("target", "peers.log");

    /** The end of the name of a contestant whose idle threads spin. */
    public static final String SPINNING = "-spinning";

    private final Work work;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    /** Starts it and waits until it is ready; what it says beside goes to {@code target/peers.log}. */
    public BenchmarkProcess(String contestant, Work work) throws IOException {
        this.work = work;
        ProcessBuilder builder = java(List.of(Contestant.class.getName(), contestant, work.name()), !contestant.endsWith(SPINNING))
                .redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
        process = builder.start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        await("ready");
    }

    /**
     * A Java process with the class path of this one.
     *
     * @param words options of the JVM, a class, its arguments
     * @param isPassive whether its idle threads sleep; else they spin, as they do by default
     */
    public static ProcessBuilder java(List<String> words, boolean isPassive) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx3g",
                "-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-Dai.djl.offline=true",
                "-cp", System.getProperty("java.class.path")));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        if (!isPassive) {
            POLICY.forEach(builder.environment()::remove);
        }
        return builder;
    }

    /** Lets it make its steps. */
    public Turn turn() throws IOException {
        orders.write(work.steps() + "\n");
        orders.flush();
        String[] words = await("turn").split(" ");
        return new Turn(Double.parseDouble(words[1]) / work.steps(), Long.parseLong(words[2]), Double.parseDouble(words[3]));
    }

    private String await(String word) throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(word)) {
                return line;
            }
        }
        throw new IOException("a contestant ended before its turn; what it said is in " + LOG);
    }

    @Override
    public void close() throws IOException {
        orders.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

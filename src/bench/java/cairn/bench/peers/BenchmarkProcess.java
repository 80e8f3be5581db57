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

/** The process of a trainer, seen from outside. It does nothing while it waits for its turn. */
public final class BenchmarkProcess implements Closeable {
    /** Environment variables that the Maven profile sets, so that several thread pools can share the cores (see docs/ARCHITECTURE.md). */
    private static final List<String> POLICY = List.of("OMP_WAIT_POLICY", "OPENBLAS_THREAD_TIMEOUT", "GOMP_SPINCOUNT",
            "MKL_THREADING_LAYER");

    /** The result of one turn. */
    public record Turn(double secondsPerStep, long garbagePerStep, double loss) {
    }

    private static final Path LOG = Path.of("target", "peers.log");

    /** The suffix of the name of a trainer whose idle threads spin. */
    public static final String SPINNING = "-spinning";

    private final Work work;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;

    /** Starts a trainer and waits until it is ready; its errors go to {@code target/peers.log}. */
    public BenchmarkProcess(String trainer, Work work) throws IOException {
        this.work = work;
        ProcessBuilder builder = java(List.of(BenchmarkTrainer.class.getName(), trainer, work.name()), !trainer.endsWith(SPINNING))
                .redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
        process = builder.start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        requests = process.outputWriter(StandardCharsets.UTF_8);
        await("ready");
    }

    /**
     * A Java process with the class path of this one.
     *
     * @param words JVM options, a class, its arguments
     * @param isPassive whether idle threads sleep; otherwise they spin, which is the default of the libraries
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

    /** Makes the steps of one turn. */
    public Turn turn() throws IOException {
        requests.write(work.steps() + "\n");
        requests.flush();
        String[] words = await("turn").split(" ");
        return new Turn(Double.parseDouble(words[1]) / work.steps(), Long.parseLong(words[2]), Double.parseDouble(words[3]));
    }

    private String await(String word) throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(word)) {
                return line;
            }
        }
        throw new IOException("a trainer ended before its turn; its errors are in " + LOG);
    }

    @Override
    public void close() throws IOException {
        requests.close();
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

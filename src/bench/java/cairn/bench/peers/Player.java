package cairn.bench.peers;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A contestant's process, seen from outside. While it waits for its turn it does nothing. */
public final class Player implements Closeable {
    /** ND4J's pool and OpenBLAS's own must not fight for the cores (see docs/ARCHITECTURE.md); libtorch has one pool and is faster without. */
    private static final Map<String, String> ND4J = Map.of("OMP_WAIT_POLICY", "passive", "GOMP_SPINCOUNT", "3000", "OPENBLAS_THREAD_TIMEOUT", "4");
    private static final List<String> VARIABLES = List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT", "OMP_NUM_THREADS");

    /** What one turn told. */
    public record Turn(double secondsPerStep, long garbagePerStep, double loss) {
    }

    private static final Path LOG = Path.of("target", "peers.log");

    private final Work work;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    /** Starts it and waits until it is ready; what it says beside goes to {@code target/peers.log}. */
    public Player(String contestant, Work work) throws IOException {
        this.work = work;
        ProcessBuilder builder = java(List.of(Contestant.class.getName(), contestant, work.name()), !contestant.equals("djl"))
                .redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
        process = builder.start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        await("ready");
    }

    /** A Java process with the class path of this one, running {@code words}, a class and its arguments; with the environment for ND4J or without. */
    public static ProcessBuilder java(List<String> words, boolean hasNd4j) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx3g",
                "-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-Dai.djl.offline=true",
                "-cp", System.getProperty("java.class.path")));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        VARIABLES.forEach(builder.environment()::remove);
        if (hasNd4j) {
            builder.environment().putAll(ND4J);
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

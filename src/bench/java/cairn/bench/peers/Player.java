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
final class Player implements Closeable {
    /** ND4J's pool and OpenBLAS's own must not fight for the cores (see docs/ARCHITECTURE.md); libtorch has one pool and is faster without. */
    private static final Map<String, String> ND4J = Map.of("OMP_WAIT_POLICY", "passive", "GOMP_SPINCOUNT", "3000", "OPENBLAS_THREAD_TIMEOUT", "4");
    private static final List<String> VARIABLES = List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT", "OMP_NUM_THREADS");

    /** What one turn told. */
    record Turn(double secondsPerStep, long garbagePerStep, double loss) {
    }

    private final Work work;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    Player(String contestant, Work work, Path log) throws IOException {
        this.work = work;
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx3g",
                "-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-Dai.djl.offline=true",
                "-cp", System.getProperty("java.class.path"), Contestant.class.getName(), contestant, work.name()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        VARIABLES.forEach(builder.environment()::remove);
        if (!contestant.equals("djl")) {
            builder.environment().putAll(ND4J);
        }
        process = builder.start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        await("ready", log);
    }

    Turn turn(Path log) throws IOException {
        orders.write(work.steps() + "\n");
        orders.flush();
        String[] words = await("turn", log).split(" ");
        return new Turn(Double.parseDouble(words[1]) / work.steps(), Long.parseLong(words[2]), Double.parseDouble(words[3]));
    }

    private String await(String word, Path log) throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(word)) {
                return line;
            }
        }
        throw new IOException("a contestant ended before its turn; what it said is in " + log);
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

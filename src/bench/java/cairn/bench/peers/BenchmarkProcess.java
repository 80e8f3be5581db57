package cairn.bench.peers;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The process of a trainer, seen from outside. It does nothing while it waits for its turn. */
public final class BenchmarkProcess implements Closeable {
    /** Environment variables that the launcher sets, so that several thread pools can share the cores (see docs/ARCHITECTURE.md). */
    private static final Map<String, String> POLICY = Map.of("OMP_WAIT_POLICY", "passive", "OPENBLAS_THREAD_TIMEOUT", "4",
            "GOMP_SPINCOUNT", "3000", "MKL_THREADING_LAYER", "GNU");

    /** The result of one turn. */
    public record Turn(double secondsPerStep, long garbagePerStep, double loss) {
    }

    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path LOG = Path.of("target", "peers.log");

    /** The suffix of the name of a trainer whose idle threads spin. */
    public static final String SPINNING = "-spinning";

    private final Work work;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;

    /** Starts a trainer and waits until it is ready; its errors go to {@code target/peers.log}. */
    public BenchmarkProcess(String trainer, Work work) throws IOException {
        this(work, java(main(trainer, work), !trainer.endsWith(SPINNING)));
    }

    private BenchmarkProcess(Work work, ProcessBuilder builder) throws IOException {
        this.work = work;
        process = builder.redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile())).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        requests = process.outputWriter(StandardCharsets.UTF_8);
        await("ready");
    }

    /** Cairn in a program of a user, which knows nothing but the class path: no options, no environment variables. */
    public static BenchmarkProcess bare(Work work) throws IOException {
        List<String> command = new ArrayList<>(List.of(JAVA, "-cp", System.getProperty("java.class.path")));
        command.addAll(main("cairn", work));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(POLICY.keySet());
        return new BenchmarkProcess(work, builder);
    }

    /** Cairn with the options and variables of the launcher. */
    public static BenchmarkProcess launched(Work work) throws IOException {
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:MaxNewSize=8m", "-XX:MaxDirectMemorySize=1024t",
                "-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-cp",
                System.getProperty("java.class.path")));
        command.addAll(main("cairn", work));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(POLICY);
        return new BenchmarkProcess(work, builder);
    }

    private static List<String> main(String trainer, Work work) {
        return List.of(BenchmarkTrainer.class.getName(), trainer, work.name());
    }

    /**
     * A Java process with the class path of this one.
     *
     * @param words JVM options, a class, its arguments
     * @param isPassive whether idle threads sleep; otherwise they spin, which is the default of the libraries
     */
    public static ProcessBuilder java(List<String> words, boolean isPassive) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx3g",
                "-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-Dai.djl.offline=true",
                "-cp", System.getProperty("java.class.path")));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        if (isPassive) {
            builder.environment().putAll(POLICY);
        } else {
            builder.environment().keySet().removeAll(POLICY.keySet());
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

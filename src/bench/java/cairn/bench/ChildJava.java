package cairn.bench;

import cairn.bench.peers.BenchmarkProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Starts Java processes, for measurements from outside, or for things that happen only once in a process. */
final class ChildJava {
    /** The JVM options of the launcher for commands that train, and for commands that only read. */
    static final String FOR_TRAINING = "-XX:MaxNewSize=8m";
    static final List<String> FOR_READING = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxNewSize=16m");

    private static final Path LOG = Path.of("target", "bench-children.log");

    private ChildJava() {
    }

    /** Runs {@code words}: JVM options, a class, its arguments. Returns the lines that it prints. */
    static List<String> lines(Object... words) throws IOException {
        Process process = start(words);
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(lines::add);
        }
        end(process, List.of(words).toString());
        return lines;
    }

    /** Starts {@code words}; the errors go to {@code target/bench-children.log}. */
    static Process start(Object... words) throws IOException {
        List<String> all = Stream.of(words).map(word -> word instanceof Class<?> c ? c.getName() : word.toString()).toList();
        return BenchmarkProcess.java(all, true).redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile())).start();
    }

    static void end(Process process, String what) throws IOException {
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(what + " ended with " + code + "; its errors are in " + LOG);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + what, e);
        }
    }
}

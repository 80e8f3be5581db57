package cairn.bench;

import cairn.bench.peers.Player;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java process of its own, for what can only be seen from outside or once in the life of a process. */
final class ChildJava {
    private static final Path LOG = Path.of("target", "bench-children.log");

    private ChildJava() {
    }

    /** Runs {@code main} with {@code words}; returns the lines that it prints. */
    static List<String> lines(Class<?> main, Object... words) throws IOException {
        Process process = start(main.getName(), words);
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(lines::add);
        }
        end(process, main.getName());
        return lines;
    }

    /** Starts a class; its errors go to {@code target/bench-children.log}. */
    static Process start(String main, Object... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(main));
        for (Object word : words) {
            all.add(word.toString());
        }
        return Player.java(all, true).redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile())).start();
    }

    static void end(Process process, String what) throws IOException {
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(what + " ended with " + code + "; what it said is in " + LOG);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + what, e);
        }
    }
}

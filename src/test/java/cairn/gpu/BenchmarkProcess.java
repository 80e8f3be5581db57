package cairn.gpu;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A program that makes steps when it gets its turn, and does nothing while it waits. */
final class BenchmarkProcess implements Closeable {
    private final CheckContext context;
    private final Program program;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private double firstLoss = Double.NaN;
    private double lastLoss = Double.NaN;

    /** Starts {@code program} and waits until it is ready. */
    BenchmarkProcess(CheckContext context, Program program) throws IOException {
        this.context = context;
        this.program = program;
        process = context.start(program);
        answers = process.inputReader(StandardCharsets.UTF_8);
        requests = process.outputWriter(StandardCharsets.UTF_8);
        try {
            await("ready");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Makes {@code steps} steps; returns the seconds of one. */
    double turn(int steps) throws IOException {
        requests.write(steps + "\n");
        requests.flush();
        String[] words = await("turn").split(" ");
        lastLoss = Double.parseDouble(words[2]);
        firstLoss = Double.isNaN(firstLoss) ? lastLoss : firstLoss;
        return Double.parseDouble(words[1]) / steps;
    }

    /** Whether its loss is lower than at the end of its first turn. */
    boolean learns() {
        return lastLoss < firstLoss;
    }

    private String await(String word) throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(word)) {
                return line;
            }
        }
        end();
        throw new IOException(program + " ended before its turn: " + context.lastError());
    }

    @Override
    public void close() throws IOException {
        try {
            requests.close();
        } catch (IOException e) {
            // It has ended already.
        }
        end();
    }

    private void end() {
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

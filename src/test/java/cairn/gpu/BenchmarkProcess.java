package cairn.gpu;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A program that trains in turns, and does nothing while it waits for the next. */
final class BenchmarkProcess implements Closeable {
    private final CheckContext stage;
    private final Program program;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private double firstLoss = Double.NaN;
    private double lastLoss = Double.NaN;

    /** Starts it and waits until it is ready. */
    BenchmarkProcess(CheckContext stage, Program program) throws IOException {
        this.stage = stage;
        this.program = program;
        process = stage.start(program);
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        try {
            await("ready");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Lets it make so many steps; gives the seconds of each. */
    double turn(int steps) throws IOException {
        orders.write(steps + "\n");
        orders.flush();
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
        throw new IOException(program + " ended before its turn: " + stage.lastWords());
    }

    @Override
    public void close() throws IOException {
        try {
            orders.close();
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

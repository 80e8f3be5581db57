package cairn.card;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A program that trains in turns, and does nothing while it waits for the next. */
final class Player implements Closeable {
    /** What one turn told. */
    record Turn(double secondsPerStep, double loss) {
    }

    private final Stage stage;
    private final Program program;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    /** Starts it and waits until it is ready. */
    Player(Stage stage, Program program) throws IOException {
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

    Turn turn(int steps) throws IOException {
        orders.write(steps + "\n");
        orders.flush();
        String[] words = await("turn").split(" ");
        return new Turn(Double.parseDouble(words[1]) / steps, Double.parseDouble(words[2]));
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

package cairn.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A command in a process of its own. It reads lines from this one, and what it writes are lines of JSON. Nothing that this process does can
 * slow it: its output is read by a thread that does nothing else. If this process ends, the other reads the end of its input.
 */
final class Child {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEPT_ERRORS = 20;
    /** The line that lets a training go on as fast as it can. */
    static final String RUN = "run";

    /** What the training says of itself. */
    record Told(String state, long step, String digest) {
    }

    private final Commands.Command command;
    private final Process process;
    private final OutputStream input;
    private final LongSupplier nanos;
    private final Deque<JsonNode> lines = new ArrayDeque<>();
    private final Deque<String> errors = new ArrayDeque<>();
    private Optional<Told> told = Optional.empty();
    private boolean isRunning;
    private String pace = RUN;
    private boolean isAskedToEnd;
    private boolean isRead;
    private long count;

    private Child(Commands.Command command, Process process, LongSupplier nanos) {
        this.command = command;
        this.process = process;
        this.input = process.getOutputStream();
        this.nanos = nanos;
    }

    /**
     * Starts {@code command}; no shell is between.
     *
     * @param program the words that start the program
     * @param listener is called with each line, and after the last one with this child's end
     */
    static Child start(List<String> program, Commands.Command command, LongSupplier nanos, Listener listener) throws IOException {
        List<String> words = new ArrayList<>(program);
        words.addAll(command.words());
        Child child = new Child(command, new ProcessBuilder(words).start(), nanos);
        Thread errors = Attendants.daemon(() -> child.read(child.process.getErrorStream(), child::error), "page-child-errors");
        errors.start();
        Attendants.daemon(() -> {
            child.read(child.process.getInputStream(), text -> child.line(text, listener));
            child.await(errors);
            listener.ended(child);
        }, "page-child").start();
        return child;
    }

    /** Hears what a child does. */
    interface Listener {
        void told(Child child, Told told);

        void ended(Child child);
    }

    private void read(java.io.InputStream stream, Consumer<String> each) {
        try (Reader raw = new InputStreamReader(stream, StandardCharsets.UTF_8); BufferedReader reader = new BufferedReader(raw)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                each.accept(line);
            }
        } catch (IOException ended) {
            // Its output ends with it, in whatever way.
        }
    }

    private void line(String text, Listener listener) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (IOException noJson) {
            return;
        }
        Optional<Told> heard = node.path("event").asText("").equals("pace")
                ? Optional.of(new Told(node.path("state").asText(""), node.path("step").asLong(), node.path("digest").asText("")))
                : Optional.empty();
        synchronized (this) {
            if (heard.isPresent()) {
                told = heard;
                isRunning = !heard.get().state().equals("paused");
                count++;
            } else {
                lines.addLast(node);
                if (lines.size() > KEPT_ERRORS) {
                    lines.removeFirst();
                }
            }
            notifyAll();
        }
        heard.ifPresent(t -> listener.told(this, t));
    }

    private synchronized void error(String text) {
        errors.addLast(text);
        if (errors.size() > KEPT_ERRORS) {
            errors.removeFirst();
        }
    }

    private void await(Thread errors) {
        try {
            errors.join();
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            isRead = true;
            notifyAll();
        }
    }

    Commands.Command command() {
        return command;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it waits for a line. */
    synchronized boolean isPaused() {
        return !isRunning;
    }

    /** What it has told last. */
    synchronized Optional<Told> told() {
        return told;
    }

    int exit() {
        return process.exitValue();
    }

    /** What it has written about its end. */
    synchronized String message() {
        return String.join("\n", errors);
    }

    /** Whether it was ended on purpose. */
    synchronized boolean isAskedToEnd() {
        return isAskedToEnd;
    }

    /** The last line of output with {@code event}, after the process has ended. */
    synchronized Optional<JsonNode> last(String event) {
        return lines.stream().filter(node -> node.path("event").asText("").equals(event)).reduce((a, b) -> b);
    }

    /** The line that let it go on last, with its speed. */
    synchronized String pace() {
        return pace;
    }

    /** Gives it a line. */
    void say(String line) {
        if (!isSaid(line)) {
            throw new Refusal(409, "the process has ended: " + message());
        }
    }

    private synchronized boolean isSaid(String line) {
        if (line.startsWith(RUN)) {
            pace = line.lines().findFirst().orElse(RUN);
        }
        if (line.startsWith(RUN) || line.startsWith("to") || line.startsWith("step")) {
            isRunning = true;
        }
        try {
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
            return true;
        } catch (IOException ended) {
            return false;
        }
    }

    /** Gives it a line, and waits for what it tells then; empty if it has ended, or if the time is over. */
    Optional<Told> ask(String line, Predicate<Told> answer, long millis) throws InterruptedException {
        long before;
        synchronized (this) {
            before = count;
            if (!isSaid(line)) {
                return Optional.empty();
            }
        }
        return await(told -> count > before && answer.test(told), millis);
    }

    /** Waits until it has told what {@code answer} wants; empty if it has ended before, or if the time is over. */
    synchronized Optional<Told> await(Predicate<Told> answer, long millis) throws InterruptedException {
        long deadline = nanos.getAsLong() + millis * 1_000_000L;
        while (told.isEmpty() || !answer.test(told.get())) {
            long left = (deadline - nanos.getAsLong()) / 1_000_000L;
            if (left <= 0 || !process.isAlive()) {
                return Optional.empty();
            }
            wait(Math.min(left, 200));
        }
        return told;
    }

    /** Waits until everything that it wrote is read, after it has ended. */
    synchronized void awaitOutput() throws InterruptedException {
        while (!isRead) {
            wait();
        }
    }

    /** Lets it save and end. Returns whether it has ended in time. */
    boolean end(long millis) throws InterruptedException {
        synchronized (this) {
            isAskedToEnd = true;
        }
        try {
            input.close();
        } catch (IOException ended) {
            // It has ended already.
        }
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Ends it without a word, as a power failure would. */
    void kill() throws InterruptedException {
        synchronized (this) {
            isAskedToEnd = true;
        }
        process.destroyForcibly();
        process.waitFor();
    }
}

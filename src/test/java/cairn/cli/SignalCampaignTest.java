package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.campaign.Campaign;
import cairn.campaign.Programs;
import cairn.checkpoint.DirectoryStore;
import cairn.disk.RealDisk;
import cairn.random.Key;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run is stopped again and again, at random moments and in three ways, and resumed with the command that a user types. It must end
 * like a run without a stop. One request is answered with a save and the right exit code. A second Ctrl+C ends the process immediately, and
 * nothing that was committed is lost.
 */
@DisabledOnOs(OS.WINDOWS)
class SignalCampaignTest {
    /** Much longer than the measured time, because a busy machine is no failure. */
    private static final long MOST_GRACE_SECONDS = 60;
    private static final long SOONEST_END = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Evaluating 1,200 rows takes many times as long as a step on 13. */
    private static final String RECIPE = """
            name: signalled
            seed: 6
            data: {set: digits, batch-size: 13, validation: 1200, test: 20}
            model: [flatten, dense: {units: 128}, batch-norm, relu, dropout: {rate: 0.2}, dense: {units: 10}]
            loss: softmax-cross-entropy
            optimizer: {rule: adam, learning-rate: 0.001}
            evaluate: {every: EVERY}
            """;

    /** The requests. */
    private enum Request {
        TERM("SIGTERM", 143), INT("SIGINT", 130), INT_TWICE("SIGINT twice", 130);

        private final String label;
        private final int exit;

        Request(String label, int exit) {
            this.label = label;
            this.exit = exit;
        }
    }

    /** What the process was doing, as its folder and its output show. */
    private enum Moment {
        START("while starting or resuming"), SAVING("while a checkpoint was being written"),
                TRAINING("in an evaluation, a step or elsewhere in training");

        private final String label;

        Moment(String label) {
            this.label = label;
        }
    }

    @TempDir
    private Path temporary;

    private final Map<Request, Long> requested = new EnumMap<>(Request.class);
    private final Map<Moment, Long> moments = new EnumMap<>(Moment.class);
    /** How long the last start took. On a busy machine the next one takes about as long. */
    private long startMillis = 1000;
    private long longestGraceMillis;

    @ParameterizedTest
    @CsvSource({"short, 3, 9"})
    void aRunThatIsStoppedAFewTimesEndsAsTheUnbrokenOne(String part, int evaluateEvery, int requests) throws IOException,
            InterruptedException {
        endsAsTheUnbrokenOne(part, evaluateEvery, requests);
    }

    /** The long form: one run that mostly evaluates, one that mostly steps and saves. */
    @ParameterizedTest
    @CsvSource({"mostly evaluating, 1, 60", "mostly stepping, 50, 60"})
    @Tag("long")
    void runsThatAreStoppedManyTimesEndAsTheUnbrokenOnes(String part, int evaluateEvery, int requests) throws IOException,
            InterruptedException {
        endsAsTheUnbrokenOne(part, evaluateEvery, requests);
    }

    private void endsAsTheUnbrokenOne(String part, int evaluateEvery, int requests) throws IOException, InterruptedException {
        Campaign.SIGNALS.begin(part);
        assertThat(isIgnored(2)).as("SIGINT is ignored here, as a shell does for what it starts in the background;"
                + " start the tests in the foreground, or with `env --default-signal=INT`").isFalse();
        Path recipe = Files.writeString(temporary.resolve("signalled.yaml"), RECIPE.replace("EVERY", Integer.toString(evaluateEvery)));
        Programs program = Programs.of(temporary.resolve("program"), Main.class, "train", recipe.toString(), "--run", "first", "--steps",
                "3",
                "--dir", temporary.toString());
        Path run = temporary.resolve("signalled");
        long newest = -1;
        for (int i = 0; i < requests; i++) {
            newest = isAsked(program, recipe, run, Request.values()[i % Request.values().length], Key.of(41).fold(part).fold(i), newest);
        }
        long end = newest + SOONEST_END;
        String resumed = cairn("resume", "signalled", "--steps", Long.toString(end)).digest();
        String unbroken = cairn("train", recipe.toString(), "--run", "unbroken", "--steps", Long.toString(end), "--save-every",
                "end").digest();
        assertThat(resumed).isEqualTo(unbroken);
        Map<String, Long> counts = new LinkedHashMap<>();
        requested.forEach((request, count) -> counts.put("processes asked by " + request.label, count));
        moments.forEach((moment, count) -> counts.put("of all " + moment.label, count));
        counts.put("steps of the runs, which ended with the digest of the uninterrupted run", end);
        counts.put("longest time from the first signal to the end of the process, ms", longestGraceMillis);
        Campaign.SIGNALS.passed(part, counts);
    }

    /** Starts the program, asks it to end at some moment, and checks what it left. Returns the step of the newest checkpoint. */
    private long isAsked(Programs program, Path recipe, Path run, Request request, Key key, long before)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(Files.exists(run.resolve("recipe.yaml")) ? List.of("resume", "signalled")
                : List.of("train", recipe.toString()));
        words.addAll(List.of("--steps", "1000000000", "--save-every", "3", "--keep", "last:3,best:1", "--dir", temporary.toString(),
                "--json"));
        Path output = temporary.resolve("said.txt");
        Process child = program.start(output, words);
        try {
            boolean isTraining = waitForAMoment(child, key, run, output);
            Moment moment = !isTraining ? Moment.START : isWriting(run) ? Moment.SAVING : Moment.TRAINING;
            assertThat(child.isAlive()).as(read(output)).isTrue();
            long asked = System.nanoTime();
            send(child, request == Request.TERM ? "TERM" : "INT");
            if (request == Request.INT_TWICE) {
                Thread.sleep(key.below(40, 8));
                send(child, "INT");
            }
            assertThat(child.waitFor(MOST_GRACE_SECONDS, TimeUnit.SECONDS)).as("ended in time; it said " + read(output)).isTrue();
            longestGraceMillis = Math.max(longestGraceMillis, (System.nanoTime() - asked) / 1_000_000);
            assertThat(child.exitValue()).as(request + " " + read(output)).isEqualTo(request.exit);
            long newest = left(run, output, request, isTraining);
            assertThat(newest).as("nothing that was committed is lost; it said " + read(output)).isGreaterThanOrEqualTo(before);
            requested.merge(request, 1L, Long::sum);
            moments.merge(moment, 1L, Long::sum);
            return newest;
        } finally {
            child.destroyForcibly();
        }
    }

    /** One in six is asked during its start, one at its next write, the others at any time of the training. Returns whether it trains. */
    private boolean waitForAMoment(Process child, Key key, Path run, Path output) throws InterruptedException {
        int kind = key.below(6, 0);
        if (kind == 0) {
            Thread.sleep(key.below((int) startMillis, 1));
            return read(output).contains("\"event\"");
        }
        long begin = System.nanoTime();
        while (!read(output).contains("\"event\"") && child.isAlive()) {
            Thread.sleep(3);
        }
        startMillis = Math.max(1, (System.nanoTime() - begin) / 1_000_000);
        Thread.sleep(key.below(250, 2));
        long from = System.nanoTime();
        while (kind == 1 && !isWriting(run) && child.isAlive() && System.nanoTime() - from < 3_000_000_000L) {
            Thread.onSpinWait();
        }
        return true;
    }

    /** Every save that it reported is there and sound; after one request, also the state at which it reported to stop. */
    private static long left(Path run, Path output, Request request, boolean isTraining) throws IOException {
        long newest = -1;
        List<JsonNode> said = events(output);
        long told = said.stream().filter(e -> e.get("event").textValue().equals("checkpoint")).mapToLong(e -> e.get("step").longValue())
                .max().orElse(-1);
        List<JsonNode> ends = said.stream().filter(e -> e.get("event").textValue().equals("end")).toList();
        assertThat(ends.size()).as(read(output)).isGreaterThanOrEqualTo(isTraining && request != Request.INT_TWICE ? 1 : 0);
        if (Files.exists(run)) {
            try (DirectoryStore store = DirectoryStore.reading(run, new RealDisk())) {
                for (long step : store.steps()) {
                    String digest = store.verify(step).state().digest();
                    newest = step;
                    for (JsonNode end : ends) {
                        assertThat(end.get("reason").textValue()).startsWith("stopped by SIG");
                        assertThat(digest.equals(end.get("digest").textValue())).isEqualTo(step == end.get("step").longValue());
                    }
                }
            }
        }
        assertThat(newest).as(read(output)).isGreaterThanOrEqualTo(told);
        for (JsonNode end : ends) {
            assertThat(newest).isEqualTo(end.get("step").longValue());
        }
        assertThat(read(output)).doesNotContain("Exception");
        return newest;
    }

    private static List<JsonNode> events(Path output) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(output)) {
            // A line that the end of the process cut off is no event, and notes on standard error are none.
            if (line.startsWith("{") && line.endsWith("}")) {
                events.add(JSON.readTree(line));
            }
        }
        return events;
    }

    private static boolean isWriting(Path run) {
        String[] names = run.toFile().list();
        return names != null && Stream.of(names).anyMatch(n -> n.startsWith("pending-step"));
    }

    private static void send(Process child, String signal) throws IOException, InterruptedException {
        // It may have ended after the first of the two requests.
        new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid())).redirectErrorStream(true).start().waitFor();
    }

    /** Whether this process, and the processes that it starts, ignore a signal; false if the system does not say. */
    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status) && Files.readAllLines(status).stream().filter(l -> l.startsWith("SigIgn:"))
                .anyMatch(l -> (Long.parseUnsignedLong(l.substring(7).strip(), 16) >> signal - 1 & 1) == 1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));
    }
}

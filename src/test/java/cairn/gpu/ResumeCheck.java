package cairn.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A training that is made twice, and one that is killed at random moments and resumed: all three end with one digest. */
final class ResumeCheck implements Check {
    private static final String SAVED = "50";
    private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d+)\\.safetensors");
    private static final long LOOK_MILLIS = 2;

    /** A recipe and how long it is trained. */
    private record Task(String recipe, List<String> length) {
    }

    @Override
    public String name() {
        return "resume";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(30);
    }

    @Override
    public void play(CheckContext stage) throws IOException, InterruptedException {
        for (Task task : stage.place().quickOr(List.of(new Task("mnist-mlp", List.of("--epochs", "1"))),
                List.of(new Task("mnist-mlp", List.of()), new Task("mnist-cnn", List.of("--epochs", "2"))))) {
            play(stage, task, stage.place().quickOr(1, 3));
        }
    }

    private static void play(CheckContext stage, Task task, int kills) throws IOException, InterruptedException {
        JsonNode first = Events.end(stage.run(train(stage, task, "straight")).orFail());
        String digest = first.get("digest").textValue();
        long steps = first.get("step").longValue();
        String again = Events.end(stage.run(train(stage, task, "again")).orFail()).get("digest").textValue();
        stage.tell(task.recipe + " trained twice, " + steps + " steps", again.equals(digest) ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                again.equals(digest) ? "digest " + Figures.brief(digest) + " both times" : "digests " + Figures.brief(digest) + " and " + Figures.brief(again));

        List<Long> killedAfter = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            // Somewhere in each of as many equal pieces, but for the end, where there might be nothing left to kill.
            long after = (long) (steps * (i + ThreadLocalRandom.current().nextDouble(0.05, 0.8)) / kills);
            long killed = kill(stage, i == 0 ? train(stage, task, "killed") : resume(stage, task), stage.folder().resolve(name(task, "killed")), after);
            if (killed >= 0) {
                killedAfter.add(killed);
            }
        }
        JsonNode last = Events.end(stage.run(resume(stage, task)).orFail());
        String resumed = last.get("digest").textValue();
        boolean isEqual = resumed.equals(digest) && last.get("step").longValue() == steps && killedAfter.size() == kills;
        stage.tell(task.recipe + " killed " + killedAfter.size() + " of " + kills + " times and resumed", isEqual ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                (resumed.equals(digest) ? "digest " + Figures.brief(resumed) + " again" : "digest " + Figures.brief(resumed) + ", not " + Figures.brief(digest))
                        + " at step " + last.get("step") + ", grade " + last.path("grade").asText("none") + "; killed when the newest checkpoint was of step "
                        + String.join(", ", killedAfter.stream().map(Object::toString).toList()));
    }

    private static String name(Task task, String which) {
        return task.recipe + "-" + which;
    }

    private static Program train(CheckContext stage, Task task, String which) {
        return command(List.of("train", task.recipe, "--run", name(task, which), "--save-every", SAVED), task.length, stage);
    }

    private static Program resume(CheckContext stage, Task task) {
        return command(List.of("resume", name(task, "killed"), "--require", "exact"), List.of(), stage);
    }

    private static Program command(List<String> first, List<String> more, CheckContext stage) {
        return Program.cairn(Stream.of(first, more, List.of("--dir", stage.folder().toString(), "--json")).flatMap(List::stream).toArray(String[]::new));
    }

    /**
     * Kills the program a moment after a checkpoint of {@code step} or a later one is there.
     *
     * @return the newest step that was stored when it was killed, or -1 if it had ended before
     */
    private static long kill(CheckContext stage, Program program, Path run, long step) throws IOException, InterruptedException {
        Process process = stage.start(program);
        Thread reader = new Thread(() -> log(stage, process));
        reader.setDaemon(true);
        reader.start();
        while (process.isAlive() && newest(run) < step) {
            Thread.sleep(LOOK_MILLIS);
        }
        Thread.sleep(ThreadLocalRandom.current().nextLong(50));
        boolean isKilled = process.isAlive();
        process.destroyForcibly().waitFor();
        reader.join();
        long newest = newest(run);
        stage.note(isKilled ? "killed when the newest checkpoint was of step " + newest : "it ended with " + process.exitValue() + " before it was killed");
        return isKilled ? newest : -1;
    }

    private static void log(CheckContext stage, Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                stage.note(line);
            }
        } catch (IOException e) {
            // It was killed, and its last line with it.
        }
    }

    private static long newest(Path run) {
        String[] names = run.toFile().list();
        return names == null ? -1 : Stream.of(names).map(CHECKPOINT::matcher).filter(Matcher::matches).mapToLong(m -> Long.parseLong(m.group(1))).max().orElse(-1);
    }
}

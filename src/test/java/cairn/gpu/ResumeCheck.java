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

/** Trains a recipe twice, and once more with kills at random moments and resumes. All three must end with one digest. */
final class ResumeCheck implements Check {
    private static final String SAVED = "50";
    private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d+)\\.safetensors");
    private static final long POLL_MILLIS = 2;

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
    public void run(CheckContext context) throws IOException, InterruptedException {
        for (Task task : context.options().quickOr(List.of(new Task("mnist-mlp", List.of("--epochs", "1"))),
                List.of(new Task("mnist-mlp", List.of()), new Task("mnist-cnn", List.of("--epochs", "2"))))) {
            run(context, task, context.options().quickOr(1, 3));
        }
    }

    private static void run(CheckContext context, Task task, int kills) throws IOException, InterruptedException {
        JsonNode first = Events.end(context.run(train(context, task, "straight")).orFail());
        String digest = first.get("digest").textValue();
        long steps = first.get("step").longValue();
        String again = Events.end(context.run(train(context, task, "again")).orFail()).get("digest").textValue();
        context.report(task.recipe + " trained twice, " + steps + " steps", again.equals(digest) ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                again.equals(digest) ? "digest " + Format.brief(digest) + " both times" : "digests " + Format.brief(digest) + " and "
                + Format.brief(again));

        List<Long> killedAfter = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            // The steps are cut into equal pieces, one for each kill. Not near the end of a piece, where the process might have ended.
            long after = (long) (steps * (i + ThreadLocalRandom.current().nextDouble(0.05, 0.8)) / kills);
            long killed = kill(context, i == 0 ? train(context, task, "killed") : resume(context, task),
                    context.folder().resolve(name(task, "killed")), after);
            if (killed >= 0) {
                killedAfter.add(killed);
            }
        }
        JsonNode last = Events.end(context.run(resume(context, task)).orFail());
        String resumed = last.get("digest").textValue();
        boolean isEqual = resumed.equals(digest) && last.get("step").longValue() == steps && killedAfter.size() == kills;
        context.report(task.recipe + " killed " + killedAfter.size() + " of " + kills + " times and resumed", isEqual ? Row.Verdict.PASSED
                : Row.Verdict.FAILED,
                (resumed.equals(digest) ? "digest " + Format.brief(resumed) + " again" : "digest " + Format.brief(resumed) + ", not "
                + Format.brief(digest)) + " at step " + last.get("step") + ", grade " + last.path("grade").asText("none")
                        + "; killed when the newest checkpoint was of step "
                        + String.join(", ", killedAfter.stream().map(Object::toString).toList()));
    }

    private static String name(Task task, String which) {
        return task.recipe + "-" + which;
    }

    private static Program train(CheckContext context, Task task, String which) {
        return command(List.of("train", task.recipe, "--run", name(task, which), "--save-every", SAVED), task.length, context);
    }

    private static Program resume(CheckContext context, Task task) {
        return command(List.of("resume", name(task, "killed"), "--require", "exact"), List.of(), context);
    }

    private static Program command(List<String> first, List<String> more, CheckContext context) {
        return Program.cairn(Stream.of(first, more, List.of("--dir", context.folder().toString(), "--json")).flatMap(List::stream)
                .toArray(String[]::new));
    }

    /**
     * Kills the program shortly after a checkpoint of {@code step} or later exists.
     *
     * @return the newest stored step when it was killed; -1 if it had already ended
     */
    private static long kill(CheckContext context, Program program, Path run, long step) throws IOException, InterruptedException {
        Process process = context.start(program);
        Thread reader = new Thread(() -> log(context, process));
        reader.setDaemon(true);
        reader.start();
        while (process.isAlive() && newest(run) < step) {
            Thread.sleep(POLL_MILLIS);
        }
        Thread.sleep(ThreadLocalRandom.current().nextLong(50));
        boolean isKilled = process.isAlive();
        process.destroyForcibly().waitFor();
        reader.join();
        long newest = newest(run);
        context.writeLog(isKilled ? "killed when the newest checkpoint was of step " + newest : "it ended with " + process.exitValue()
                + " before it was killed");
        return isKilled ? newest : -1;
    }

    private static void log(CheckContext context, Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                context.writeLog(line);
            }
        } catch (IOException e) {
            // The process was killed, so its last line is incomplete.
        }
    }

    private static long newest(Path run) {
        String[] names = run.toFile().list();
        return names == null ? -1 : Stream.of(names).map(CHECKPOINT::matcher).filter(Matcher::matches)
                .mapToLong(m -> Long.parseLong(m.group(1))).max().orElse(-1);
    }
}

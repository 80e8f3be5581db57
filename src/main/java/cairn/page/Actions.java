package cairn.page;

import cairn.checkpoint.DirectoryStore;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.RecipeChange;
import cairn.run.Run;
import cairn.words.Printable;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What the buttons do. Each action is a command in a process of its own, or a line for one that runs; so it does what the command does, and
 * leaves in the journal what the command leaves. One action at a time.
 */
final class Actions {
    private static final long COMMAND_MILLIS = 120_000;
    private static final long BEGIN_MILLIS = 60_000;
    private static final long ANSWER_MILLIS = 3_000;
    private static final long HEAR_MILLIS = 20_000;

    private final PageSettings settings;
    private final Listing listing;
    private final Commands commands;
    private final Trainings trainings;
    private final Views views;

    Actions(PageSettings settings, Listing listing, Commands commands, Trainings trainings, Views views) {
        this.settings = settings;
        this.listing = listing;
        this.commands = commands;
        this.trainings = trainings;
        this.views = views;
    }

    /** Starts a new run of a built-in recipe. */
    synchronized ObjectNode play(ObjectNode asked) throws IOException {
        return play(text(asked, "recipe", ""), text(asked, "name", ""), run(asked));
    }

    /**
     * Starts a new run.
     *
     * @param recipe the name of a built-in one; {@link #playAny} also takes files, which no request can name
     */
    private ObjectNode play(String recipe, String wanted, String line) throws IOException {
        if (!BuiltInRecipes.names().contains(recipe)) {
            throw Refusal.notThere("there is no built-in recipe '" + Printable.brief(recipe) + "'");
        }
        return playAny(recipe, wanted.isEmpty() ? free(recipe) : Commands.requireName(wanted), line);
    }

    /** Starts a new run of a recipe that the user of the command line has named. */
    synchronized ObjectNode playAny(String recipe, String name, String line) throws IOException {
        requireFree(name);
        Commands.Command command = commands.train(recipe, name);
        Child child = trainings.start(name, command);
        child.say(line);
        return answer(command, line, name, "the run " + name + " has begun");
    }

    private void requireFree(String name) {
        if (Files.exists(listing.folder().resolve(name))) {
            throw new Refusal(409, "there is a run " + name + " already, and it was not changed; choose another name");
        }
    }

    /** The first name that no run has. */
    String free(String name) {
        String free = name;
        for (int i = 2; Files.exists(listing.folder().resolve(free)) || trainings.of(free).isPresent(); i++) {
            free = name + "-" + i;
        }
        return Commands.requireName(free);
    }

    /** Does one action on the run called {@code name}. */
    synchronized ObjectNode act(String name, ObjectNode asked) throws IOException {
        Path folder = listing.find(name);
        try {
            String action = text(asked, "action", "");
            return switch (action) {
                case "step", "pause" -> say(name, action, OptionalLong.empty());
                case "run" -> say(name, run(asked), OptionalLong.empty());
                case "to" -> say(name, "to " + step(asked), OptionalLong.of(step(asked)));
                case "back" -> back(name, folder, step(asked));
                case "branch" -> branch(name, folder, asked);
                case "kill" -> kill(name);
                case "stop" -> stop(name);
                default -> throw Refusal.wrong("there is no action '" + Printable.brief(action)
                        + "'; expected step, run, pause, to, back, branch, kill or stop");
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(503, "the page is being closed");
        } catch (IllegalArgumentException e) {
            // The run never reached the step.
            throw Refusal.notThere(e.getMessage());
        }
    }

    /** Gives the training a line; starts it where this page does not train the run yet. */
    private ObjectNode say(String name, String line, OptionalLong until) throws IOException, InterruptedException {
        Optional<Child> running = trainings.of(name);
        if (running.isEmpty() && line.equals("pause")) {
            throw new Refusal(409, "this page does not train " + name + ", so it cannot pause it");
        }
        boolean isBeyond = running.isPresent() && until.isPresent() && until.getAsLong() > end(running.get(), name);
        if (isBeyond) {
            trainings.end(name);
        }
        Child child = running.isPresent() && !isBeyond ? running.get() : begun(name, until);
        // A training that is just ending still takes lines, and does nothing of what they say; so the page asks whether it was heard.
        String message = child.ask(line + "\n" + Commands.DIGEST, told -> true, HEAR_MILLIS).isPresent() ? "" : unheard(name, child, until);
        return answer(child.command(), line, name, message);
    }

    /** What has become of a line that a training has not answered. */
    private static String unheard(String name, Child child, OptionalLong until) throws InterruptedException {
        if (child.isAlive()) {
            return "the training of " + name + " does this as soon as it has made the step that it is at";
        }
        child.awaitOutput();
        JsonNode end = child.last("end").orElseThrow(() -> new Refusal(409, "the training of " + name + " has ended: " + why(child)));
        long at = end.path("step").asLong();
        String reached = "the training of " + name + " has ended at step " + at + ": " + why(child);
        if (until.isPresent() && until.getAsLong() > at) {
            throw new Refusal(409, reached);
        }
        return reached;
    }

    /** The last step of a training: as its command says it, otherwise its recipe. */
    private long end(Child child, String name) throws IOException {
        int at = child.command().words().indexOf("--steps");
        return at >= 0 ? Long.parseLong(child.command().words().get(at + 1)) : planned(name);
    }

    private long planned(String name) throws IOException {
        return views.about(name).until();
    }

    /** A training of {@code run} that waits for its first line. */
    private Child begun(String run, OptionalLong until) throws IOException, InterruptedException {
        requireLeft(run, until);
        OptionalLong total = until.isPresent() && until.getAsLong() > planned(run) ? until : OptionalLong.empty();
        Child child = trainings.start(run, commands.resume(run, total));
        if (child.await(told -> told.state().equals("paused"), BEGIN_MILLIS).isEmpty()) {
            String why = child.isAlive() ? "it has not begun within " + BEGIN_MILLIS / 1000 + " s" : why(child);
            trainings.end(run);
            throw new Refusal(409, "cannot train " + run + ": " + why);
        }
        return child;
    }

    /** Requires that a step is left to train, so that no process is started for nothing. */
    private void requireLeft(String run, OptionalLong until) throws IOException {
        long at = saved(run);
        if (until.isPresent() && until.getAsLong() <= at) {
            throw new Refusal(409, run + " is at step " + at + " already; the slider looks at an earlier step, and Back to here returns the run"
                    + " to it");
        } else if (until.isEmpty() && at >= planned(run)) {
            throw new Refusal(409, run + " is at step " + at + ", and its recipe ends at step " + planned(run)
                    + "; type a later step behind \"to step\" to train it further");
        }
    }

    /** The step from which a training would go on. */
    private long saved(String run) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(listing.find(run), listing.disk())) {
            return store.steps().isEmpty() ? 0 : store.steps().last();
        }
    }

    private static String why(Child child) {
        return child.last("end").map(end -> end.path("reason").asText("it has ended")).orElseGet(() ->
                child.message().isEmpty() ? "its process has ended with " + child.exit() : child.message());
    }

    private ObjectNode back(String name, Path folder, long step) throws IOException, InterruptedException {
        Optional<String> recorded = views.recorded(folder, step);
        String before = recorded.isPresent() ? recorded.get() : views.at(folder, step, "", (view, reached, nanos) -> reached.digest());
        trainings.end(name);
        views.forget(folder);
        Commands.Command command = commands.back(name, step);
        JsonNode done = finished(command, "rollback");
        String message = done.hasNonNull("aside") ? "the later steps are now the run " + done.path("aside").asText()
                : "there was nothing later";
        ObjectNode answer = answer(command, null, name, message);
        put(answer, "before", step, before);
        put(answer, "after", step, done.path("digest").asText());
        return answer.put("equal", before.equals(done.path("digest").asText()));
    }

    private ObjectNode branch(String name, Path folder, ObjectNode asked) throws IOException, InterruptedException {
        long step = step(asked);
        String setting = text(asked, "setting", "");
        String assignment = "";
        if (!setting.isEmpty()) {
            Map<String, String> known = new TreeMap<>(RecipeChange.settings(Run.recipe(folder)));
            if (!known.containsKey(setting) && !setting.equals(Commands.LEFT_OUT)) {
                throw Refusal.notThere("the recipe of " + name + " has no setting '" + Printable.brief(setting) + "'");
            }
            assignment = Commands.assignment(setting, text(asked, "value", ""));
        }
        String wanted = text(asked, "name", "");
        String started = wanted.isEmpty() ? free(name + "-at-" + step) : Commands.requireName(wanted);
        requireFree(started);
        Commands.Command command = commands.branch(name, step, started, assignment);
        JsonNode done = finished(command, "branch");
        ObjectNode answer = answer(command, null, started, "the run " + started + " begins at step " + step + " of " + name);
        put(answer, "before", step, done.path("parent_digest").asText());
        put(answer, "after", step, done.path("digest").asText());
        // With another recipe the state is another one, because it names its recipe.
        return assignment.isEmpty() ? answer.put("equal", done.path("parent_digest").asText().equals(done.path("digest").asText())) : answer;
    }

    /** Runs a command to its end; returns the line of its output that is the result. */
    private JsonNode finished(Commands.Command command, String event) throws IOException, InterruptedException {
        Child child = Child.start(settings.program(), command, settings.clocks().nanos(), new Child.Listener() {
            @Override
            public void told(Child from, Child.Told told) {
                // It trains nothing.
            }

            @Override
            public void ended(Child from) {
                // It is waited for below.
            }
        });
        if (!child.end(COMMAND_MILLIS)) {
            child.kill();
            throw new Refusal(503, "this has not ended within " + COMMAND_MILLIS / 1000 + " s: " + commands.text(command));
        }
        child.awaitOutput();
        return child.last(event).orElseThrow(() -> new Refusal(409, commands.text(command) + ": " + why(child)));
    }

    /**
     * Ends the process without a word, and resumes the run. The digest before is what the process told of the step that it was at; the new
     * process trains the steps that were lost again, and tells the digest of the same step.
     */
    private ObjectNode kill(String name) throws IOException, InterruptedException {
        Child child = trainings.of(name).orElseThrow(() -> new Refusal(409, "this page does not train " + name + ", so there is nothing to"
                + " kill: let it run first"));
        boolean wasPaused = child.isPaused();
        Child.Told before = child.ask(Commands.DIGEST, told -> !told.digest().isEmpty(), ANSWER_MILLIS)
                .orElseThrow(() -> new Refusal(503, "the training of " + name + " has not answered; try again"));
        child.kill();
        trainings.tell(name, "ended", before.step(), "");
        Commands.Command command = commands.resume(name, before.step() > planned(name) ? OptionalLong.of(before.step())
                : OptionalLong.empty());
        Child again = trainings.start(name, command);
        Child.Told resumed = again.await(told -> told.state().equals("paused"), BEGIN_MILLIS).orElseThrow(() -> new Refusal(409, "cannot resume "
                + name + ": " + why(again)));
        String line = "to " + before.step();
        Child.Told after = resumed.step() == before.step() ? resumed
                : again.ask(line, told -> told.state().equals("paused") && told.step() >= before.step(), COMMAND_MILLIS)
                        .orElseThrow(() -> new Refusal(409, "cannot resume " + name + ": " + why(again)));
        if (!wasPaused) {
            again.say(child.pace());
        }
        ObjectNode answer = answer(command, line, name, "the process was killed at step " + before.step() + "; the run was resumed from step "
                + resumed.step());
        put(answer, "before", before.step(), before.digest());
        put(answer, "after", after.step(), after.digest());
        return answer.put("equal", before.step() == after.step() && before.digest().equals(after.digest()));
    }

    private ObjectNode stop(String name) throws InterruptedException {
        Child child = trainings.of(name).orElseThrow(() -> new Refusal(409, "this page does not train " + name));
        trainings.end(name);
        return answer(child.command(), null, name, "the state is saved");
    }

    private ObjectNode answer(Commands.Command command, String input, String run, String message) {
        ObjectNode answer = Answer.object().put("command", commands.text(command));
        Answer.put(answer, "input", Optional.ofNullable(input));
        return answer.put("run", run).put("message", message);
    }

    private static void put(ObjectNode answer, String name, long step, String digest) {
        answer.putObject(name).put("step", step).put("digest", digest);
    }

    private static long step(ObjectNode asked) {
        JsonNode step = asked.path("step");
        if (!step.isIntegralNumber() || !step.canConvertToLong() || step.longValue() < 0 || step.longValue() > 1_000_000_000_000L) {
            throw Refusal.wrong("step: expected a whole number from 0, found " + Printable.brief(step.toString()));
        }
        return step.longValue();
    }

    private static String run(ObjectNode asked) {
        return asked.hasNonNull("speed") ? "run " + speed(asked) : Child.RUN;
    }

    private static String speed(ObjectNode asked) {
        JsonNode speed = asked.path("speed");
        if (!speed.isNumber() || !(speed.doubleValue() >= 0.1) || speed.doubleValue() > 1e6) {
            throw Refusal.wrong("speed: expected steps a second, from 0.1 to 1000000, found " + Printable.brief(speed.toString()));
        }
        return speed.asText();
    }

    private static String text(ObjectNode asked, String field, String usual) {
        JsonNode value = asked.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return usual;
        } else if (!value.isTextual() && !value.isNumber()) {
            throw Refusal.wrong(field + ": expected a text, found " + Printable.brief(value.toString()));
        }
        return value.asText();
    }
}

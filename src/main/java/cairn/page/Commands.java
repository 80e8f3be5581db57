package cairn.page;

import cairn.words.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The words of commands: what a button runs, and what stands beside a picture. They are made here alone, from values that were checked, as a
 * list of words; no shell ever reads them. What is shown is what is run.
 */
final class Commands {
    /** What may be the value of a setting: one number or one word, and so no path and no other setting. */
    private static final Pattern VALUE = Pattern.compile("-?[A-Za-z0-9][A-Za-z0-9.+_:-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String PACED = "--paced";
    /** The line that lets a training end with the process that gives it lines. */
    static final String TIED = "tied";
    /** The line that asks a training which step it is at, and for the digest there. */
    static final String DIGEST = "digest";
    /** The rows that a training leaves out, as one or several numbers. */
    static final String LEFT_OUT = "data.without";
    private static final Pattern ROWS = Pattern.compile("\\d{1,9}(,\\d{1,9}){0,99}");

    private final List<String> place;
    private final Function<List<String>, String> shell;

    /**
     * @param place the words that say where the runs and the data are
     * @param shell writes words so that a user can type them
     */
    Commands(List<String> place, Function<List<String>, String> shell) {
        this.place = List.copyOf(place);
        this.shell = shell;
    }

    /** One command: its words behind the name of the program. */
    record Command(List<String> words) {
    }

    /** As a user types it. */
    String text(Command command) {
        return shell.apply(concat(List.of("cairn"), command.words()));
    }

    private Command of(String... words) {
        return new Command(concat(List.of(words), place));
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    Command train(String recipe, String run) {
        return of("train", recipe, "--run", run, PACED, "--json");
    }

    Command resume(String run, OptionalLong until) {
        return until.isPresent() ? of("resume", run, "--steps", Long.toString(until.getAsLong()), PACED, "--json")
                : of("resume", run, PACED, "--json");
    }

    Command back(String run, long step) {
        return of("rollback", run, "--to", Long.toString(step), "--json");
    }

    Command branch(String run, long step, String name, String assignment) {
        return assignment.isEmpty() ? of("branch", run + "@" + step, name, "--json")
                : of("branch", run + "@" + step, name, "--set", assignment, "--json");
    }

    Command at(String run, long step) {
        return of("goto", run, Long.toString(step));
    }

    Command show(String run, long step, String path) {
        return of("show", run + "@" + step, path);
    }

    Command rows(String run, long step, String part, String choice, int count) {
        return choice.equals("wrong") ? of("rows", run + "@" + step, "--part", part, "--wrong")
                : of("rows", run + "@" + step, "--part", part, "--worst", Integer.toString(count));
    }

    /** What the journal and the data alone say, as the page shows it. */
    Command explain(String run) {
        return of("explain", run, "--quick");
    }

    Command evaluate(String run, long step, String part) {
        return of("evaluate", run + "@" + step, "--split", part);
    }

    /** @param what is watched of the layers: {@code gradients}, {@code updates} or {@code activations} */
    Command watch(String run, long step, String what) {
        return of("watch", run, "--at", Long.toString(step), "--what", what);
    }

    Command plot(String run) {
        return of("plot", run);
    }

    Command boundary(String run, long step) {
        return of("boundary", run + "@" + step, "-o", run + "-" + step + ".png");
    }

    /** The name of a new run. */
    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Refusal.wrong("'" + brief(name) + "' cannot be the name of a run: expected letters, digits, . _ and -, at most 100");
        }
        return name;
    }

    /** The assignment of a value to a setting of a recipe. */
    static String assignment(String setting, String value) {
        if (setting.equals(LEFT_OUT)) {
            if (!ROWS.matcher(value).matches()) {
                throw Refusal.wrong("'" + brief(value) + "' does not name rows: expected numbers such as 17 or 17,23");
            }
            return setting + "=[" + value + "]";
        }
        return setting + "=" + requireValue(value);
    }

    /** The value of a setting, as one word. */
    static String requireValue(String value) {
        if (!VALUE.matcher(value).matches()) {
            throw Refusal.wrong("'" + brief(value) + "' cannot be the value of a setting here: expected one number or one word");
        }
        return value;
    }

    private static String brief(String text) {
        return Printable.brief(text);
    }
}

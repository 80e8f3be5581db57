package cairn.state;

import java.util.List;
import java.util.stream.Collectors;

/** A state does not fit the component it was to be restored into. Nothing was changed; every difference is listed. */
public final class RestoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Difference> differences;

    RestoreException(String message, Throwable cause) {
        super(message, cause);
        this.differences = List.of();
    }

    private RestoreException(String message, List<Difference> differences) {
        super(message);
        this.differences = List.copyOf(differences);
    }

    /** The refusal of {@code what} (a file's path, or "this state") because of {@code differences}. */
    public static RestoreException because(String what, List<Difference> differences) {
        int width = differences.stream().mapToInt(d -> d.path().length()).max().orElse(0);
        return new RestoreException("cannot restore " + what + " into this trainer: " + differences.size()
                + (differences.size() == 1 ? " difference\n" : " differences\n")
                + differences.stream().map(d -> "  " + d.line(width)).collect(Collectors.joining("\n"))
                + "\n" + advice(differences), differences);
    }

    /** The same refusal, naming where the state came from. */
    public RestoreException from(String source) {
        RestoreException named = differences.isEmpty()
                ? new RestoreException(getMessage().replace("this state", source), this)
                : because(source, differences);
        named.setStackTrace(getStackTrace());
        return named;
    }

    /** Every difference, in path order. */
    public List<Difference> differences() {
        return differences;
    }

    private static String advice(List<Difference> differences) {
        if (differences.stream().anyMatch(d -> d.path().equals("data/digest"))) {
            return "The rows of the data set are not the ones of that training. Restore the data files, or start a new run.";
        }
        if (differences.stream().allMatch(d -> d.path().equals("recipe/digest"))) {
            return "The recipe has changed since that state was saved. Use the recipe that stands beside the checkpoint, or start a new run.";
        }
        return "The model or optimizer is not the one that was saved. To take over only what fits, overlay a selection of the"
                + " saved state on a fresh one: State.of(trainer).overlay(saved.select(\"model/\")).into(trainer).";
    }
}

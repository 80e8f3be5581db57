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
        return because(what, differences, "To take over only what fits, overlay a selection of it on the live state:"
                + " State.of(live).overlay(saved.select(...)).into(live).");
    }

    private static RestoreException because(String what, List<Difference> differences, String advice) {
        int width = differences.stream().mapToInt(d -> d.path().length()).max().orElse(0);
        return new RestoreException("cannot restore " + what + ": " + differences.size()
                + (differences.size() == 1 ? " difference\n" : " differences\n")
                + differences.stream().map(d -> "  " + d.line(width)).collect(Collectors.joining("\n"))
                + "\n" + advice, differences);
    }

    /** This refusal with the place that the state came from and what to do. */
    public RestoreException from(String source, String advice) {
        RestoreException named = differences.isEmpty()
                ? new RestoreException(getMessage().replace("this state", source), this)
                : because(source, differences, advice);
        named.setStackTrace(getStackTrace());
        return named;
    }

    /** Every difference, in path order. */
    public List<Difference> differences() {
        return differences;
    }
}

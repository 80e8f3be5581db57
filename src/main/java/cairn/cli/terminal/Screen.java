package cairn.cli.terminal;

import cairn.words.Printable;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command writes. Results go to standard output: either as text for people, or as JSON, one object a line and nothing else.
 * Everything else goes to standard error, with the progress bar as its last line. Safe for several threads.
 *
 * <p>Texts may come from a file, a name, a server or the environment. So no control character reaches the terminal: in a text for people each
 * one but a line break and a tab is written as its number, and JSON escapes them.
 */
public final class Screen {
    /** What writes results for programs. It is made when it is needed, because loading its classes takes a tenth of a second. */
    private static final class Json {
        /** Everything in ASCII, so that the terminal's character set does not matter. */
        private static final ObjectMapper WRITER = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    }

    private final Host host;
    private final boolean isJson;
    private String drawn = "";

    public Screen(Host host, boolean isJson) {
        this.host = host;
        this.isJson = isJson;
    }

    /** Whether results are written for programs: then {@link #print} writes nothing; otherwise {@link #emit} writes nothing. */
    public boolean isJson() {
        return isJson;
    }

    /** A result to be filled in and given to {@link #emit}. */
    public static ObjectNode event(String name) {
        return JsonNodeFactory.instance.objectNode().put("event", name);
    }

    /** Writes a result for people. */
    public void print(String text) {
        if (!isJson) {
            write(host.out(), Printable.lines(text));
        }
    }

    /** Writes a result for programs. */
    public void emit(ObjectNode event) {
        if (isJson) {
            try {
                write(host.out(), Json.WRITER.writeValueAsString(event));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a tree of plain values can be written", e);
            }
        }
    }

    /** Writes a line that is no result, for people and for programs. */
    public void log(String text) {
        write(host.err(), Printable.lines(text));
    }

    /** Logs something that the user should know and that is no error. */
    public void note(String text) {
        log("note: " + text);
    }

    /** Logs the stack trace of an error. */
    public void trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        log(trace.toString().stripTrailing());
    }

    private synchronized void write(PrintStream stream, String text) {
        String bar = erase();
        stream.println(text);
        stream.flush();
        draw(bar);
    }

    /** Replaces the progress bar, which is always the last line. */
    public synchronized void draw(String text) {
        int width = host.terminal().width() - 1;
        String line = Printable.line(text);
        String shown = line.length() > width ? line.substring(0, width) : line;
        if (!shown.isEmpty() || !drawn.isEmpty()) {
            // The whole line is cleared, because the terminal may have written ^C behind the bar.
            int blanks = shown.isEmpty() ? width : Math.max(0, drawn.length() - shown.length());
            host.err().print("\r" + shown + " ".repeat(blanks));
            host.err().flush();
            drawn = shown;
        }
    }

    /** Does {@code work}; meanwhile a terminal shows {@code what}. */
    public <T> T waitingFor(String what, Work<T> work) throws IOException {
        if (host.terminal().showsErr()) {
            draw(what);
        }
        try {
            return work.get();
        } finally {
            erase();
        }
    }

    /** Work that takes a while. */
    public interface Work<T> {
        T get() throws IOException;
    }

    /** Removes the progress bar and returns it. */
    public synchronized String erase() {
        String bar = drawn;
        if (!bar.isEmpty()) {
            draw("");
            host.err().print("\r");
            host.err().flush();
        }
        return bar;
    }
}

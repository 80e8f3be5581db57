package cairn.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * What a command says. Results go to standard output: as text for people, or as one JSON object a line and nothing else. Notes
 * and the progress bar go to standard error. Safe for several threads.
 */
public final class Screen {
    /** Everything in ASCII, so that the terminal's character set does not matter. */
    private static final ObjectMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Host host;
    private final boolean isJson;
    private String drawn = "";

    public Screen(Host host, boolean isJson) {
        this.host = host;
        this.isJson = isJson;
    }

    /** Whether results are for programs: then {@link #say} is silent, otherwise {@link #tell}. */
    public boolean isJson() {
        return isJson;
    }

    /** An empty object for {@link #tell}. */
    public static ObjectNode event(String name) {
        return JSON.createObjectNode().put("event", name);
    }

    /** A result for people. */
    public synchronized void say(String text) {
        if (!isJson) {
            String bar = erase();
            host.out().println(text);
            host.out().flush();
            draw(bar);
        }
    }

    /** A result for programs. */
    public synchronized void tell(ObjectNode object) {
        if (isJson) {
            String bar = erase();
            try {
                host.out().println(JSON.writeValueAsString(object));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a tree of plain values can be written", e);
            }
            host.out().flush();
            draw(bar);
        }
    }

    /** Something worth knowing that is not the result. */
    public synchronized void note(String text) {
        String bar = erase();
        host.err().println(text);
        host.err().flush();
        draw(bar);
    }

    /** Replaces the line on which the progress bar stands, which is always the last. */
    public synchronized void draw(String line) {
        int width = host.terminal().width() - 1;
        String shown = line.length() > width ? line.substring(0, width) : line;
        if (!shown.isEmpty() || !drawn.isEmpty()) {
            // All of the line is cleaned: the terminal may have written ^C behind the bar.
            int blanks = shown.isEmpty() ? width : Math.max(0, drawn.length() - shown.length());
            host.err().print("\r" + shown + " ".repeat(blanks));
            host.err().flush();
            drawn = shown;
        }
    }

    /** Does {@code work}, and says on a terminal what is being waited for. */
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

    /** Something that takes a while. */
    public interface Work<T> {
        T get() throws IOException;
    }

    /** Takes the progress bar away and returns it. */
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

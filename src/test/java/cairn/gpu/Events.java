package cairn.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What commands of Cairn say with {@code --json}: an object on each line. */
final class Events {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Events() {
    }

    /** Those of the lines that are events. */
    static List<JsonNode> of(List<String> lines) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("{")) {
                try {
                    events.add(JSON.readTree(line));
                } catch (JsonProcessingException e) {
                    throw new IOException("an event was expected, found: " + line, e);
                }
            }
        }
        return events;
    }

    /** The one that a training ends with. */
    static JsonNode end(List<String> lines) throws IOException {
        return of(lines).stream().filter(e -> e.get("event").textValue().equals("end")).findFirst()
                .orElseThrow(() -> new IOException("a training was expected to say how it ended, and did not"));
    }
}

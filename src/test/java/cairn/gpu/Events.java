package cairn.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What Cairn's commands print with {@code --json}: a JSON object on each line. */
final class Events {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Events() {
    }

    /** The events among {@code lines}. */
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

    /** The event at the end of a training. */
    static JsonNode end(List<String> lines) throws IOException {
        return of(lines).stream().filter(e -> e.get("event").textValue().equals("end")).findFirst()
                .orElseThrow(() -> new IOException("the training printed no event of its end"));
    }
}

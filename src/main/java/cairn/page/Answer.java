package cairn.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What is sent back.
 *
 * @param type the media type; empty if there is no body
 * @param headers beside those that every answer has
 */
record Answer(int status, String type, byte[] body, Map<String, String> headers) {
    static final String JSON = "application/json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Answer of(JsonNode tree) {
        return of(200, tree);
    }

    static Answer of(int status, JsonNode tree) {
        try {
            return new Answer(status, JSON, MAPPER.writeValueAsBytes(tree), Map.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can be written", e);
        }
    }

    static Answer of(String type, byte[] body) {
        return new Answer(200, type, body, Map.of());
    }

    static Answer error(int status, String message) {
        return of(status, object().put("error", message));
    }

    static Answer nothing(Map<String, String> headers) {
        return new Answer(204, "", new byte[0], headers);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Puts a number, or null if it is not finite: JSON has no other numbers. */
    static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    static void put(ObjectNode node, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> node.put(name, text), () -> node.putNull(name));
    }

    static void add(ArrayNode list, double value) {
        if (Double.isFinite(value)) {
            list.add(value);
        } else {
            list.addNull();
        }
    }

    static void texts(ObjectNode node, String name, Collection<String> values) {
        ArrayNode list = node.putArray(name);
        values.forEach(list::add);
    }

    /** The object that {@code body} writes. */
    static ObjectNode read(byte[] body) {
        try {
            if (MAPPER.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (java.io.IOException e) {
            throw Refusal.wrong("cannot read the body of the request: expected one JSON object");
        }
        throw Refusal.wrong("cannot read the body of the request: expected a JSON object");
    }
}

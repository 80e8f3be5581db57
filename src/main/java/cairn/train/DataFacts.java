package cairn.train;

import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.TableColumns;
import cairn.data.source.LoadedData;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The facts about the data that a prediction needs, as texts in the state: the shape of a row, the labels, the fitted normalization. */
final class DataFacts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TARGETS = "targets";

    private DataFacts() {
    }

    /** The digest of all rows: that of the training rows, and that of the test rows if there are any. */
    static String digest(LoadedData data) {
        return data.train().digest() + data.test().map(t -> "+" + t.digest()).orElse("");
    }

    static String text(long[] shape) {
        return JSON.valueToTree(shape).toString();
    }

    static long[] shape(String text) {
        return StreamSupport.stream(tree(text).spliterator(), false).mapToLong(JsonNode::longValue).toArray();
    }

    /** Classes as a list of names, targets as {@code {"targets": [names]}}, or as their number if they have no names. */
    static String text(Labels labels) {
        if (labels instanceof Labels.Classes classes) {
            return JSON.valueToTree(classes.names()).toString();
        }
        Labels.Reals reals = (Labels.Reals) labels;
        return reals.areNamed() ? JSON.createObjectNode().set(TARGETS, JSON.valueToTree(reals.names())).toString()
                : Integer.toString(reals.width());
    }

    static Labels labels(String text) {
        JsonNode tree = tree(text);
        return tree.isArray() ? new Labels.Classes(texts(tree))
                : tree.isObject() ? new Labels.Reals(texts(tree.get(TARGETS))) : new Labels.Reals(tree.intValue());
    }

    /** Whether {@code saved} are the labels {@code here} as older versions wrote them: of targets only their number. */
    static boolean isOlder(String saved, String here) {
        return labels(here) instanceof Labels.Reals reals && saved.equals(Integer.toString(reals.width()));
    }

    static String text(Normalization n) {
        ObjectNode tree = JSON.createObjectNode().put("kind", n.kind().name());
        tree.set("mean", JSON.valueToTree(n.mean()));
        tree.set("std", JSON.valueToTree(n.std()));
        return tree.toString();
    }

    static Normalization normalization(String text) {
        JsonNode tree = tree(text);
        return Normalization.of(Normalization.Kind.valueOf(tree.get("kind").textValue()), doubles(tree.get("mean")),
                doubles(tree.get("std")));
    }

    static String text(TableColumns columns) {
        ArrayNode tree = JSON.createArrayNode();
        for (TableColumns.Column column : columns.columns()) {
            ObjectNode node = tree.addObject().put("name", column.name()).put("role", column.role().name());
            if (column.role().hasWords()) {
                node.set("words", JSON.valueToTree(column.words()));
            }
        }
        return tree.toString();
    }

    static TableColumns columns(String text) {
        List<TableColumns.Column> columns = new ArrayList<>();
        for (JsonNode node : tree(text)) {
            columns.add(new TableColumns.Column(node.get("name").textValue(), TableColumns.Role.valueOf(node.get("role").textValue()),
                    node.has("words") ? texts(node.get("words")) : List.of()));
        }
        return new TableColumns(columns);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
    }

    private static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::doubleValue).toArray();
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the state has '" + text + "' as a fact about its data, which is not JSON", e);
        }
    }
}

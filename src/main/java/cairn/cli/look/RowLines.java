package cairn.cli.look;

import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.terminal.Columns;
import cairn.look.RowTable;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;

/** Rows and what a model says of them, in words, as JSON, as CSV. */
final class RowLines {
    private RowLines() {
    }

    static String text(List<RowTable> tables) {
        boolean hasProbabilities = tables.get(0).rows().stream().anyMatch(r -> r.probabilityOfLabel().isPresent());
        Columns columns = new Columns(">row", "part", "label", "prediction", hasProbabilities ? ">probability" : "",
                hasProbabilities ? ">of the label" : "", ">loss", "");
        for (RowTable table : tables) {
            for (RowTable.Row r : table.rows()) {
                columns.add(Integer.toString(r.row()), table.part().text(), r.label(), r.prediction(), share(r.probability()),
                        share(r.probabilityOfLabel()), Format.real(r.loss()), r.right().filter(right -> !right).map(wrong -> "wrong").orElse(""));
            }
        }
        return columns.toString();
    }

    private static String share(OptionalDouble p) {
        return p.isPresent() ? Format.share(p.getAsDouble()) : "";
    }

    /** What the numbers of a table mean. */
    static String meaning(RowTable table) {
        return "Rows have their numbers in " + table.source() + ", from 0. The mean loss of all " + Format.count(table.size(), table.part().text()
                + " row") + " is " + Format.real(table.loss()) + "."
                + (table.weighted() ? "\nThe loss of a row has the weight of its class, divided by the mean weight, so that this is the mean of the"
                + " losses." : "");
    }

    static ObjectNode fields(ObjectNode into, RowTable table, RowTable.Row r) {
        into.put("row", r.row()).put("source", table.source()).put("part", table.part().text()).put("label", r.label())
                .put("prediction", r.prediction());
        number(into, "probability", r.probability());
        number(into, "probability_of_label", r.probabilityOfLabel());
        JsonFields.put(into, "loss", r.loss());
        r.right().ifPresent(right -> into.put("right", right));
        ObjectNode scores = into.putObject("scores");
        ObjectNode targets = into.putObject("targets");
        for (int i = 0; i < table.names().size(); i++) {
            JsonFields.putExact(scores, table.names().get(i), r.scores().get(i));
            JsonFields.putExact(targets, table.names().get(i), r.targets().get(i));
        }
        return into;
    }

    private static void number(ObjectNode into, String name, OptionalDouble value) {
        if (value.isPresent()) {
            JsonFields.put(into, name, value.getAsDouble());
        }
    }

    static void array(ArrayNode into, List<RowTable> tables) {
        tables.forEach(table -> table.rows().forEach(row -> fields(into.addObject(), table, row)));
    }

    static String csv(List<RowTable> tables) {
        StringBuilder csv = new StringBuilder("row,part,label,prediction,probability,probability-of-label,loss,right\n");
        for (RowTable table : tables) {
            for (RowTable.Row r : table.rows()) {
                csv.append(r.row()).append(',').append(table.part().text()).append(',').append(quoted(r.label())).append(',')
                        .append(quoted(r.prediction())).append(',').append(number(r.probability())).append(',')
                        .append(number(r.probabilityOfLabel())).append(',').append(r.loss()).append(',')
                        .append(r.right().map(String::valueOf).orElse("")).append('\n');
            }
        }
        return csv.toString();
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
    }

    static String quoted(String text) {
        return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}

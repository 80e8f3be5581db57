package cairn.cli.report;

import cairn.cli.terminal.Columns;
import cairn.transfer.StateTransfer.Entry;
import cairn.transfer.StateTransfer.Status;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a training copied from another state, for people and for programs. */
public final class StateTransferTable {
    private StateTransferTable() {
    }

    /** A line for each value. A section is one line if all its values have the same status and reason. */
    public static Columns of(List<Entry> all) {
        Map<String, List<Entry>> sections = new LinkedHashMap<>();
        all.forEach(e -> sections.computeIfAbsent(section(e.path()), s -> new ArrayList<>()).add(e));
        Columns table = new Columns("", "", "");
        for (Status status : Status.values()) {
            sections.forEach((section, entries) -> {
                Entry first = entries.get(0);
                if (first.status() == status && entries.stream().allMatch(e -> e.status() == status && e.why().equals(first.why()))) {
                    add(table, status, entries.size() == 1 ? first.path() : section + " (" + entries.size() + ")", first.why());
                    return;
                }
                List<Entry> plain = entries.stream().filter(e -> e.status() == status && e.why().isEmpty()).toList();
                if (!plain.isEmpty()) {
                    add(table, status, section + " (" + plain.size() + " of " + entries.size() + ")", "");
                }
                entries.stream().filter(e -> e.status() == status
                        && !e.why().isEmpty()).forEach(e -> add(table, status, e.path(), e.why()));
            });
        }
        return table;
    }

    public static void put(ObjectNode event, List<Entry> all) {
        for (Status status : Status.values()) {
            ArrayNode entries = event.putArray(name(status));
            all.stream().filter(e -> e.status() == status).forEach(e -> entries.addObject().put("path", e.path()).put("why", e.why()));
        }
    }

    private static void add(Columns table, Status status, String path, String why) {
        table.add(name(status), path, why);
    }

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** The first part of the path. Each vector of an optimizer is a section of its own. */
    private static String section(String path) {
        int first = path.indexOf('/') + 1;
        return path.substring(0, path.startsWith("optimizer/") ? path.indexOf('/', first) + 1 : first);
    }
}

package cairn.cli;

import cairn.checkpoint.format.Checkpoint;
import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.state.Change;
import cairn.state.Distance;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn diff}. */
@Command(name = "diff", description = {
    "Compares two checkpoints value by value: which are equal bit for bit, and how far the others moved.",
    "largest: the largest change of one element. norm: the Euclidean norm of all changes. relative: norm divided by the norm of the tensor"
        + " before. before, after: the norms of the tensor."},
        footer = {"", "Examples:",
            "  cairn diff iris@best iris@latest",
            "  cairn diff iris@360 other@360        two runs",
            "  cairn diff iris@300 iris@360 --json"})
final class DiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BEFORE", description = RunStep.ARGUMENT)
    private String before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "The checkpoint to compare with it.")
    private String after;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        Checkpoint a = session.read(before).checkpoint();
        Checkpoint b = session.read(after).checkpoint();
        List<Change> changes = Change.between(a.state(), b.state());
        Columns values = new Columns("value", "before", "after");
        Columns tensors = new Columns("tensor", ">largest", ">norm", ">relative", ">before", ">after", "changed");
        int equal = 0;
        int moved = 0;
        for (Change change : changes) {
            screen.emit(event(change));
            if (change.isEqual()) {
                equal++;
                change.distance().ifPresent(d -> tensors.add(change.path(), "", "", "", Format.real(d.normBefore()), "", "equal"));
            } else if (change.distance().isPresent()) {
                Distance d = change.distance().get();
                tensors.add(change.path(), Format.real(d.maximum()), Format.real(d.norm()),
                        Double.isInfinite(d.relative()) ? "from 0" : Format.real(d.relative()),
                        Format.real(d.normBefore()), Format.real(d.normAfter()), d.changed() + " of " + d.elements());
                moved++;
            } else {
                values.add(change.path(), orNothing(change.before()), orNothing(change.after()));
            }
        }
        boolean isEqual = equal == changes.size();
        if (moved > 0) {
            screen.print(tensors + System.lineSeparator());
        }
        if (equal + moved < changes.size()) {
            screen.print(values + System.lineSeparator());
        }
        screen.print(isEqual ? "equal, bit for bit: " + Format.count(equal, "value") + ", digest " + a.state().digest()
                : equal + " of " + Format.count(changes.size(), "value") + " are equal, bit for bit");
        screen.emit(Screen.event("end").put("equal", isEqual).put("before", a.state().digest()).put("after", b.state().digest()));
        return ExitCode.OK;
    }

    private static String orNothing(String value) {
        return value.isEmpty() ? "(nothing)" : value;
    }

    private static ObjectNode event(Change change) {
        ObjectNode event = Screen.event("difference").put("path", change.path()).put("equal", change.isEqual())
                .put("before", change.before()).put("after", change.after());
        change.distance().ifPresent(d -> {
            event.put("elements", d.elements()).put("changed", d.changed());
            JsonFields.put(event, "largest", d.maximum());
            JsonFields.put(event, "norm", d.norm());
            JsonFields.put(event, "relative", d.relative());
            JsonFields.put(event, "norm_before", d.normBefore());
            JsonFields.put(event, "norm_after", d.normAfter());
        });
        return event;
    }
}

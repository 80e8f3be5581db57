package cairn.cli.report;

import cairn.cli.terminal.Screen;
import cairn.run.Event;
import cairn.run.Observer;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A training, printed for programs: a line of JSON for each evaluation and each checkpoint. */
final class TrainingLines implements Observer {
    private final Screen screen;
    private final String run;
    private final String rows;

    TrainingLines(Screen screen, String run, String rows) {
        this.screen = screen;
        this.run = run;
        this.rows = rows;
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.Evaluated e) {
            ObjectNode line = Screen.event("evaluation").put("run", run).put("step", e.position().step())
                    .put("epoch", e.position().epochs()).put("split", rows).put("best", e.isBest());
            JsonFields.put(line, e.train());
            JsonFields.put(line, e.result());
            screen.emit(line);
        } else if (event instanceof Event.Saved e) {
            screen.emit(JsonFields.of(run, e.checkpoint()).put("epoch", e.position().epochs()));
        } else if (event instanceof Event.PruneFailed e) {
            screen.emit(Screen.event("prune-failed").put("run", run).put("step", e.position().step()).put("message", e.why()));
        } else if (event instanceof Event.Damaged e) {
            screen.emit(Screen.event("damaged").put("run", run).put("step", e.position().step()).put("message", e.why()));
        } else if (event instanceof Event.LayerStatisticsMeasured e) {
            ObjectNode line = Screen.event("measured").put("run", run).put("step", e.position().step()).put("epoch", e.position().epochs());
            ObjectNode values = line.putObject("watch");
            e.values().forEach((name, value) -> JsonFields.putExact(values, name, value));
            screen.emit(line);
        } else if (event instanceof Event.Recovered e) {
            screen.emit(JsonFields.of(run, e));
        } else if (event instanceof Event.FaultPassed e) {
            ObjectNode line = Screen.event("fault-passed").put("run", run).put("step", e.fault().step())
                    .put("fault", JsonFields.name(e.fault().kind())).put("message", e.fault().toString());
            JsonFields.put(line, "value", e.fault().value());
            screen.emit(line);
        } else if (event instanceof Event.JournalFailed e) {
            screen.emit(Screen.event("journal-failed").put("run", run).put("step", e.position().step()).put("message", e.why()));
        } else if (event instanceof Event.SaveFailed e) {
            screen.emit(Screen.event("save-failed").put("run", run).put("step", e.position().step()).put("message", e.why()));
        }
    }
}

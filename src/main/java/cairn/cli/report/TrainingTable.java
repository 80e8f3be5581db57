package cairn.cli.report;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.Screen;
import cairn.metrics.Estimate;
import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import cairn.run.Event;
import cairn.run.Observer;
import cairn.run.TrainMeans;
import cairn.words.ByteSize;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A training, printed for people: a line of a table for each evaluation, and a line for each checkpoint. The loss and the accuracy of
 * the training are means over the rows of the epoch so far, {@link TrainMeans}.
 */
final class TrainingTable implements Observer {
    /** Without the interval of a third measure, 80 columns. */
    private static final String LINE = "%6s %6s %10s%s  %15s  %s";

    private final Screen screen;
    private final StoredRun run;
    private final String rows;
    private final String monitor;
    private boolean hasHead;

    /**
     * A table of evaluations.
     *
     * @param rows the rows that are evaluated: {@code validation} or {@code test}
     * @param monitor the measure that says which evaluation is best
     */
    TrainingTable(Screen screen, StoredRun run, String rows, String monitor) {
        this.screen = screen;
        this.run = run;
        this.rows = rows;
        this.monitor = monitor;
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.Evaluated e) {
            evaluated(e);
        } else if (event instanceof Event.Saved e) {
            CheckpointInfo c = e.checkpoint();
            screen.print("saved " + run.folder().resolve(c.fileName()) + " " + ByteSize.text(c.bytes()) + " " + Format.brief(c.digest()));
        } else if (event instanceof Event.LayerStatisticsMeasured e) {
            screen.print(extremes(e));
        } else if (event instanceof Event.Recovered e) {
            screen.print(recovery(e.action()));
        } else if (event instanceof Event.FaultPassed e) {
            screen.note(e.fault()
                    + ". The step was computed again and is correct now, so this is a fault of the machine, not of the training."
                    + " Training continues with the second result");
        } else if (event instanceof Event.SaveFailed e) {
            screen.log("cannot save step " + e.position().step() + ": " + e.why());
        } else if (event instanceof Event.JournalFailed e) {
            screen.log("cannot write the journal at step " + e.position().step() + ": " + e.why());
        } else if (event instanceof Event.PruneFailed e) {
            screen.log("cannot delete old checkpoints at step " + e.position().step() + ": " + e.why());
        } else if (event instanceof Event.Damaged e) {
            screen.note(e.why() + "\nIt is left alone, and another one is kept in its place. Training continues.");
        }
    }

    /** Prints the loss, the next measure, and the monitored measure if it is neither. */
    private void evaluated(Event.Evaluated e) {
        Map<String, Estimate> measures = e.result().measures();
        Iterator<String> names = measures.keySet().iterator();
        String loss = names.next();
        String second = names.next();
        boolean isThird = !monitor.equals(loss) && !monitor.equals(second);
        boolean hasAccuracy = measures.containsKey("accuracy");
        if (!hasHead) {
            hasHead = true;
            screen.print(String.format(LINE, "step", "epoch", "train loss", hasAccuracy ? " accuracy" : "", rows + " " + loss, second + (isThird ? ", " + monitor : "")));
        }
        String rest = measures.get(second) + (isThird ? ", " + measures.get(monitor) : "") + (e.isBest() ? "  best" : "");
        String accuracy = String.format(Locale.ROOT, " %8s", Format.known(e.train().accuracy(), Format::share));
        screen.print(String.format(Locale.ROOT, LINE, e.position().step(), Format.epoch(e.position()), Format.known(e.train().loss(), Format::real),
                hasAccuracy ? accuracy : "",
                Format.real(measures.get(loss).value()), rest));
    }

    /** What a recovery action did, and why. */
    private static String recovery(RecoveryAction i) {
        String why = i.fault().kind() == Fault.Kind.SPIKE
                ? "the loss of " + Format.real(i.fault().value()) + " is above " + Format.real(i.fault().limit())
                : i.fault().problem();
        return "recovery " + i.number() + " of " + i.atMost() + " at step " + i.fault().step() + ": " + why + "; the batch is skipped"
                + (i.backTo() < i.fault().step() ? ", the weights are those of step " + i.backTo() : "")
                + (i.rateFactor() < 1 ? ", learning rate times " + Format.real(i.rateFactor()) : "");
    }

    /** The largest of each statistic of a step, and where it is. */
    private static String extremes(Event.LayerStatisticsMeasured e) {
        Map<String, Map.Entry<String, Double>> largest = new LinkedHashMap<>();
        e.values().entrySet().forEach(v -> largest.merge(v.getKey().substring(0, v.getKey().indexOf('/')), v,
                (a, b) -> Double.compare(b.getValue(), a.getValue()) > 0 ? b : a));
        return "watch step " + e.position().step() + ": largest " + largest.entrySet().stream().map(l -> l.getKey() + " "
                + (l.getKey().equals("dead") || l.getKey().equals("saturated") ? Format.share(l.getValue().getValue())
                : Format.real(l.getValue().getValue()))
                + " (" + l.getValue().getKey().substring(l.getKey().length() + 1) + ")").collect(Collectors.joining(", "));
    }
}

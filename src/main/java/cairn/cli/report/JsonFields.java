package cairn.cli.report;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.cli.terminal.Screen;
import cairn.data.Labels;
import cairn.metrics.Estimate;
import cairn.metrics.Evaluation;
import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import cairn.run.Event;
import cairn.run.TrainMeans;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Results as JSON. Names have underscores. A number that is not finite is null, because JSON has no such numbers. */
public final class JsonFields {
    private JsonFields() {
    }

    public static ObjectNode of(String run, CheckpointInfo c) {
        ObjectNode event = Screen.event("checkpoint").put("run", run).put("step", c.step()).put("file", c.fileName())
                .put("bytes", c.bytes()).put("digest", c.digest());
        ObjectNode metrics = event.putObject("metrics");
        c.metrics().forEach((name, value) -> put(metrics, name, value));
        return event;
    }

    static ObjectNode of(String run, Event.Recovered e) {
        RecoveryAction i = e.action();
        ObjectNode event = Screen.event("intervention").put("run", run).put("step", e.position().step())
                .put("fault", name(i.fault().kind())).put("back_to", i.backTo()).put("number", i.number()).put("at_most", i.atMost());
        put(event, "value", i.fault().value());
        put(event, "limit", i.fault().limit());
        put(event, "rate_factor", i.rateFactor());
        i.fault().rows().forEach(event.putArray("rows")::add);
        return event;
    }

    /** {@code non-finite-loss}. */
    static String name(Fault.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Puts every measure under its name, and its interval beside it if the interval is known. */
    public static void put(ObjectNode into, Evaluation evaluation) {
        into.put("rows", evaluation.rows());
        evaluation.measures().forEach((name, estimate) -> put(into, name, estimate));
    }

    /** Puts the scores of each class, and the confusion matrix: rows are labels, columns are predictions. */
    public static void putClasses(ObjectNode into, Evaluation.Classification evaluation, Labels.Classes names) {
        ArrayNode classes = into.putArray("classes");
        for (Evaluation.OfClass c : evaluation.classes()) {
            ObjectNode each = classes.addObject().put("name", names.names().get(c.index())).put("support", c.support());
            put(each, "precision", c.precision());
            put(each, "recall", c.recall());
            put(each, "f1", c.f1());
        }
        ArrayNode confusion = into.putArray("confusion");
        for (int label = 0; label < names.width(); label++) {
            ArrayNode row = confusion.addArray();
            for (int predicted = 0; predicted < names.width(); predicted++) {
                row.add(evaluation.confusion().count(label, predicted));
            }
        }
    }

    /** Puts the scores of each of several labels. */
    public static void putLabels(ObjectNode into, Evaluation.MultiLabel evaluation, List<String> names) {
        ArrayNode labels = into.putArray("labels");
        for (Evaluation.OfLabel l : evaluation.labels()) {
            ObjectNode each = labels.addObject().put("name", names.get(l.index())).put("support", l.support());
            put(each, "accuracy", l.accuracy());
            put(each, "precision", l.precision());
            put(each, "recall", l.recall());
            put(each, "f1", l.f1());
        }
    }

    /** Puts the measures of each real target. */
    public static void putTargets(ObjectNode into, Evaluation.Regression evaluation, List<String> names) {
        ArrayNode targets = into.putArray("targets");
        for (Evaluation.OfTarget t : evaluation.targets()) {
            ObjectNode each = targets.addObject().put("name", names.get(t.index()));
            put(each, "mean-absolute-error", t.meanAbsoluteError());
            put(each, "r-squared", t.rSquared());
        }
    }

    /** Puts the means over the training rows of the epoch so far: null if one is not known, no accuracy if the model gives no answers. */
    static void put(ObjectNode into, TrainMeans means) {
        put(into, "train_loss", means.loss().orElse(Double.NaN));
        if (means.answers() > 0) {
            put(into, "train_accuracy", means.accuracy().orElse(Double.NaN));
        }
    }

    private static void put(ObjectNode into, String name, Estimate estimate) {
        put(into, name, estimate.value());
        if (estimate.interval().isKnown()) {
            into.putArray(key(name) + "_interval").add(estimate.interval().low()).add(estimate.interval().high());
        }
    }

    public static void put(ObjectNode into, String name, double value) {
        putExact(into, key(name), value);
    }

    /** Puts a number under exactly this name. */
    public static void putExact(ObjectNode into, String name, double value) {
        if (Double.isFinite(value)) {
            into.put(name, value);
        } else {
            into.putNull(name);
        }
    }

    private static String key(String name) {
        return name.replace('-', '_');
    }
}

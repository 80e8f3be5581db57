package cairn.cli.report;

import cairn.recipe.SaveInterval;
import cairn.run.Event;
import cairn.run.Observer;
import cairn.run.SaveCosts;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What saving cost in this training, and which interval {@code auto} chose. */
final class Saving implements Observer {
    private SaveCosts costs;
    private Optional<SaveInterval.Choice> auto = Optional.empty();

    @Override
    public void on(Event event) {
        if (event instanceof Event.Stopped e) {
            costs = e.saving();
            auto = e.auto();
        }
    }

    void put(ObjectNode event) {
        if (costs != null) {
            event.put("saves", costs.saves());
            JsonFields.put(event, "save-held-seconds", costs.stillSeconds());
            JsonFields.put(event, "save-write-seconds", costs.writeSeconds());
            JsonFields.put(event, "save-overhead", costs.overhead());
        }
        auto.ifPresent(a -> {
            event.put("auto_steps", a.steps());
            JsonFields.put(event, "auto-seconds", a.seconds());
            JsonFields.put(event, "auto-seconds-per-save", a.secondsPerSave());
            JsonFields.put(event, "auto-seconds-per-step", a.secondsPerStep());
        });
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (costs != null && costs.saves() > 0) {
            lines.add(Format.count(costs.saves(), "save") + " stopped the training for " + seconds(costs.stillSeconds()) + " of "
                    + seconds(costs.trainSeconds()) + " (" + Format.share(costs.overhead()) + "); writing took "
                    + seconds(costs.writeSeconds()));
        }
        auto.ifPresent(a -> lines.add("auto: every " + Format.count(a.steps(), "step") + ", " + seconds(a.seconds())
                + ", because a save costs "
                + seconds(a.secondsPerSave()) + " and a step " + seconds(a.secondsPerStep())));
        return lines;
    }

    /** {@code 0.31 ms}, {@code 12 s}, {@code 2.5 h}. */
    private static String seconds(double s) {
        double[] sizes = {3600, 60, 1, 1e-3};
        String[] names = {"h", "min", "s", "ms"};
        int i = 0;
        while (i < sizes.length - 1 && s < sizes[i] * (i < 2 ? 2 : 1)) {
            i++;
        }
        double amount = s / sizes[i];
        return String.format(Locale.ROOT, amount < 9.95 ? "%.2g %s" : "%.0f %s", amount, names[i]);
    }
}

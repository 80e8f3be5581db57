package cairn.lab;

import cairn.words.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Every experiment there is: those that come along, one line each, and a user's own, found through {@link ServiceLoader}. */
public final class Experiments {
    private static final List<Experiment> BUILT_IN = List.of(
            new Forget(),
            new When(),
            new SpikeRules(),
            new SavingInterval(),
            new SnapshotPlacement(),
            new Butterfly(),
            new Average(),
            new Pretrained());

    private Experiments() {
    }

    /** All of them, the built-in ones first. */
    public static List<Experiment> all() {
        List<Experiment> all = new ArrayList<>(BUILT_IN);
        ServiceLoader.load(Experiment.class).forEach(e -> {
            if (all.stream().anyMatch(known -> known.name().equals(e.name()))) {
                throw new IllegalArgumentException("two experiments are called '" + e.name() + "'; rename " + e.getClass().getName());
            }
            all.add(e);
        });
        return all;
    }

    /** The experiment called {@code name}. */
    public static Experiment find(String name) {
        return all().stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "there is no experiment '" + name + "'; " + Spelling.hint(name, all().stream().map(Experiment::name).toList())));
    }
}

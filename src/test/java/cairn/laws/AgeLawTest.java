package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.data.source.DataFolders;
import cairn.optim.Optimizer;
import cairn.recipe.ComponentNames;
import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.StepReport;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.transfer.StateFilter;
import cairn.transfer.StateTransfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The count by which a rule corrects its vectors belongs to the vectors: it begins and is copied with them. So whatever is transferred, the
 * first updates of what is fresh are those of a fresh training with the same gradients.
 */
class AgeLawTest {
    private static final int TRAINED = 40;
    private static final int COMPARED = 5;
    private static final Recipe RECIPE = Recipe.parse("""
            name: parent
            seed: 5
            data: {set: blobs, rows: 80, classes: 3, batch-size: 8, validation: 16, test: 16}
            model:
              - dense: {units: 6}
              - batch-norm
              - relu
              - dense: {units: 6}
              - dense: {units: 3}
            optimizer: {rule: sgd, learning-rate: 0.02}
            evaluate: {every: 10}
            """, "test");

    /** A way to begin again with a part. */
    private record Way(String name, List<String> parent, List<String> branch, StateFilter filter) {
    }

    private static List<Way> ways(String rule) {
        String set = "optimizer={rule: " + rule + ", learning-rate: 0.01}";
        List<String> same = List.of(set);
        return List.of(new Way("another rule", List.of("optimizer={rule: " + (rule.equals("sgd") ? "momentum" : "sgd") + ", learning-rate: 0.02}"),
                        same, StateFilter.all()),
                new Way("a new head", same, same, StateFilter.all().without("4.dense")),
                new Way("a new bias alone", same, same, StateFilter.all().without("3.dense/bias")),
                new Way("a layer of another width", same, List.of(set, "model.3.units=7"), StateFilter.all()),
                new Way("an unfrozen layer", List.of(set, "freeze=[0.dense]"), same, StateFilter.all()),
                new Way("weights alone", same, same, StateFilter.all().only("model")),
                new Way("one of its vectors", same, same, StateFilter.all().without("optimizer/m/3.dense", "optimizer/v/3.dense")),
                new Way("a new average", same, List.of(set, "average={decay: 0.99, warmup: true}"), StateFilter.all()),
                new Way("a new head under an average", List.of(set, "average={decay: 0.99, warmup: true}"),
                        List.of(set, "average={decay: 0.99, warmup: true}"), StateFilter.all().without("4.dense")),
                new Way("everything", same, same, StateFilter.all()));
    }

    static List<String> rules() {
        return ComponentNames.of(Optimizer.class);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void whatIsFreshIsUpdatedAsInAFreshTraining(String rule) throws IOException {
        for (Way way : ways(rule)) {
            Recipe parent = RECIPE.with(way.parent());
            Recipe branch = RECIPE.with(way.branch());
            TrainingData data = TrainingData.open(parent, DataFolders.of());
            State saved;
            try (Trainer trainer = Trainer.fresh(parent, data)) {
                Subject.run(trainer, TRAINED);
                saved = trainer.snapshot();
            }
            // This rule has no vector of that name.
            if (way.filter().without().stream().anyMatch(name -> saved.entries().keySet().stream().noneMatch(path -> path.contains(name)))) {
                continue;
            }
            try (Trainer trainer = Trainer.fresh(branch, data); Trainer fresh = Trainer.fresh(branch, data)) {
                State untrained = fresh.snapshot();
                StateTransfer transfer = StateTransfer.of(new StateTransfer.Target(trainer, branch), parent, saved, way.filter());
                trainer.restore(transfer.state());
                // The same weights and the same step, so the same gradients; only the rest of the state is that of a fresh training.
                fresh.restore(untrained.overlay(transfer.state().select("model")).overlay(transfer.state().select("average"))
                        .overlay(transfer.state().select("train/step")));
                List<String> begun = begun(transfer, path -> path.startsWith("optimizer/"));
                List<String> averaged = begun(transfer, path -> path.startsWith("average/"));
                trainer.step();
                fresh.step();
                same(way, trainer.snapshot(), fresh.snapshot(), begun, averaged);
            }
        }
    }

    /** The parameters all of whose vectors are fresh. */
    private static List<String> begun(StateTransfer transfer, Predicate<String> section) {
        Map<String, Boolean> begun = new LinkedHashMap<>();
        transfer.entries().stream().filter(e -> e.status() != StateTransfer.Status.UNUSED && section.test(e.path())).forEach(e ->
                begun.merge(e.path().replaceFirst("^(optimizer/[^/]*|average)/", ""), e.status() == StateTransfer.Status.INITIALIZED,
                        Boolean::logicalAnd));
        return begun.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    }

    private static void same(Way way, State branch, State fresh, List<String> begun, List<String> averaged) {
        List<String> compared = new ArrayList<>();
        begun.forEach(parameter -> branch.entries().keySet().stream().filter(path -> path.equals("model/" + parameter)
                || path.startsWith("optimizer/") && path.endsWith("/" + parameter)).forEach(compared::add));
        averaged.forEach(parameter -> compared.add("average-age/" + parameter));
        if (begun.containsAll(averaged)) {
            averaged.forEach(parameter -> compared.add("average/" + parameter));
        }
        for (String path : compared) {
            assertThat(branch.entries().get(path)).as("%s: %s", way.name(), path).isEqualTo(fresh.entries().get(path));
        }
    }

    /** Kingma and Ba 2015, section 2.1: the first update of a weight is as large as the learning rate at most. */
    @ParameterizedTest
    @MethodSource("rules")
    void noFirstUpdateOfACorrectedRuleIsLargerThanTheRate(String rule) throws IOException {
        Recipe branch = RECIPE.with(List.of("optimizer={rule: " + rule + ", learning-rate: 0.001}"));
        if (!branch.optimizer().usesAge()) {
            return;
        }
        TrainingData data = TrainingData.open(branch, DataFolders.of());
        try (Trainer parent = Trainer.fresh(RECIPE, data); Trainer trainer = Trainer.fresh(branch, data)) {
            Subject.run(parent, 3000);
            trainer.restore(StateTransfer.of(new StateTransfer.Target(trainer, branch), RECIPE, parent.snapshot(), StateFilter.all()).state());
            State before = trainer.snapshot();
            for (int i = 0; i < COMPARED; i++) {
                trainer.step();
            }
            State after = trainer.snapshot();
            before.select("model").entries().forEach((path, value) -> {
                if (path.endsWith("/weight")) {
                    Value.Tensor old = (Value.Tensor) value;
                    for (int i = 0; i < old.bytes().remaining() / Float.BYTES; i++) {
                        assertThat(after.tensor(path).get(i) - old.get(i)).as("%s of %s", path, rule).isCloseTo(0, within(1.01 * 0.001 * COMPARED));
                    }
                }
            });
        }
    }

    /** A step that a recovery rule skips is no update, and going back takes the ages back with the vectors. */
    @Test
    void ofASkippedStepNothingIsCounted() throws IOException {
        for (int back : new int[] {0, 4}) {
            Recipe recipe = RECIPE.with(List.of("optimizer={rule: adam, learning-rate: 0.01}", "data.poison={steps: [20], factor: 1.0e39}",
                    "recovery={back: " + back + ", at-most: 3}"));
            TrainingData data = TrainingData.open(recipe, DataFolders.of());
            try (Trainer trainer = Trainer.fresh(recipe, data)) {
                long updates = 0;
                for (int i = 0; i < TRAINED; i++) {
                    StepReport report = trainer.step();
                    updates = report.action().isEmpty() ? updates + 1 : report.action().get().backTo();
                }
                assertThat(updates).isLessThan(TRAINED);
                assertThat(trainer.snapshot().integer("optimizer/age/4.dense/weight")).as("back %d", back).isEqualTo(updates);
            }
        }
    }

    /** Versions before this one took the step of the training for the age of all vectors. Their states go on as they did. */
    @ParameterizedTest
    @MethodSource("rules")
    void aStateWithoutAgesHasThatOfTheStep(String rule) throws IOException {
        Recipe recipe = RECIPE.with(List.of("optimizer={rule: " + rule + ", learning-rate: 0.01}", "average={decay: 0.99, warmup: true}",
                "recovery={back: 4}"));
        TrainingData data = TrainingData.open(recipe, DataFolders.of());
        try (Trainer trainer = Trainer.fresh(recipe, data); Trainer other = Trainer.fresh(recipe, data)) {
            Subject.run(trainer, TRAINED);
            State saved = trainer.snapshot();
            Map<String, Value> older = new LinkedHashMap<>(saved.entries());
            older.keySet().removeIf(path -> path.contains("optimizer/age/") || path.contains("average-age/"));
            other.restore(State.of(older));
            assertThat(other.snapshot()).isEqualTo(saved);
        }
    }
}

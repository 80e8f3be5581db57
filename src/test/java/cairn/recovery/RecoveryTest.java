package cairn.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.data.CorruptedBatches;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.journal.Journal;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.optim.ClipNorm;
import cairn.optim.WeightAverage;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeBuilder;
import cairn.recipe.RecipeException;
import cairn.recipe.Recovery;
import cairn.run.JournalObserver;
import cairn.run.TrainOptions;
import cairn.run.TrainingLoop;
import cairn.state.State;
import cairn.tensor.op.Elementwise;
import cairn.train.StepReport;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.train.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("device")
class RecoveryTest {
    private static CorruptedBatches corrupted(long step, double factor) {
        return new CorruptedBatches(List.of(step), factor);
    }

    private static final double INFINITE = 1e39;
    private static final Recovery.Spike SPIKE = new Recovery.Spike(8, 10, 0.2);

    private static RecipeBuilder blobs() {
        return Recipe.named("blobs").seed(5).data(new BuiltInData.Blobs(200, 3, 0.2, 1)).batchSize(16)
                .model(Dense.of(8), new Relu(), new Dropout(0.1), Dense.of(3)).optimizer(Adam.of(0.01)).average(WeightAverage.of(0.9))
                .evaluate(TrainingTime.steps(7), "loss");
    }

    private static Recovery rule(int back, double rateFactor) {
        return new Recovery(back, rateFactor, 3, false, Optional.of(SPIKE));
    }

    private static Trainer trainer(RecipeBuilder recipe) throws IOException {
        return Trainer.fresh(recipe.build());
    }

    /** Every step's report; evaluations are made when due. */
    private static List<StepReport> train(Trainer trainer, long until) {
        List<StepReport> reports = new ArrayList<>();
        while (trainer.position().step() < until) {
            reports.add(trainer.step());
            if (trainer.isEvaluationDue()) {
                trainer.evaluateAndRecord();
            }
        }
        return reports;
    }

    /** The entries that a rollback restores. */
    private static State trained(Trainer trainer) {
        State state = trainer.snapshot();
        return state.select("model").overlay(state.select("optimizer")).overlay(state.select("average"));
    }

    @Test
    void withoutARuleAFaultStopsTrainingAndTheMessageNamesTheSetting() throws IOException {
        try (Trainer trainer = trainer(blobs().poison(corrupted(20, INFINITE)))) {
            train(trainer, 20);
            State before = trainer.snapshot();
            assertThatThrownBy(trainer::step).isInstanceOf(TrainingFaultException.class)
                    .hasMessageContaining("in the step after 20 updates").hasMessageContaining("recovery: {}");
            assertThat(trainer.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void aRuleChangesNothingIfThereIsNoFault() throws IOException {
        try (Trainer plain = trainer(blobs()); Trainer ruled = trainer(blobs()
                .recovery(new Recovery(5, 0.5, 3, true, Optional.of(SPIKE))))) {
            train(plain, 40);
            assertThat(train(ruled, 40)).allSatisfy(r -> assertThat(r.action()).isEmpty());
            assertThat(trained(ruled)).isEqualTo(trained(plain));
        }
    }

    @Test
    void theFaultyBatchIsSkippedAndTheStepCounts() throws IOException {
        try (Trainer trainer = trainer(blobs().poison(corrupted(20, INFINITE)).recovery(Recovery.of()))) {
            train(trainer, 20);
            State before = trained(trainer);
            StepReport report = trainer.step();
            assertThat(trainer.position().step()).isEqualTo(21);
            assertThat(trained(trainer)).isEqualTo(before);
            assertThat(report.loss()).isNaN();
            RecoveryAction action = report.action().orElseThrow();
            assertThat(action.fault().kind()).isEqualTo(Fault.Kind.NON_FINITE_LOSS);
            assertThat(action.fault().rows()).hasSize(16);
            assertThat(action).returns(20L, RecoveryAction::backTo).returns(1, RecoveryAction::number).returns(3, RecoveryAction::atMost);
            assertThat(trainer.step().action()).isEmpty();
            assertThat(trained(trainer)).isNotEqualTo(before);
        }
    }

    /** For each distance of the fault from the states that are kept. */
    @ParameterizedTest
    @CsvSource({"1, 10", "2, 10", "3, 11", "5, 9", "5, 10", "5, 11", "5, 12", "5, 13", "5, 14", "7, 30", "40, 33"})
    void itGoesBackExactlyTheNumberOfSteps(int back, long at) throws IOException {
        try (Trainer trainer = trainer(blobs().poison(corrupted(at, INFINITE)).recovery(rule(back, 1)))) {
            State earlier = trained(trainer);
            for (long step = 0; step < at; step++) {
                if (step == Math.max(0, at - back)) {
                    earlier = trained(trainer);
                }
                train(trainer, step + 1);
            }
            assertThat(trained(trainer)).isNotEqualTo(earlier);
            StepReport report = trainer.step();
            assertThat(report.action().orElseThrow().backTo()).isEqualTo(Math.max(0, at - back));
            assertThat(trained(trainer)).isEqualTo(earlier);
            assertThat(trainer.position().step()).isEqualTo(at + 1);
        }
    }

    @Test
    void itNeverGoesBackBeforeTheLastAction() throws IOException {
        try (Trainer trainer = trainer(blobs().poison(new CorruptedBatches(List.of(20L, 22L, 40L), INFINITE)).recovery(rule(10, 1)))) {
            assertThat(train(trainer, 45)).flatExtracting(r -> r.action().stream().map(RecoveryAction::backTo).toList())
                    .containsExactly(10L, 21L, 30L);
            assertThat(trainer.snapshot().text("recovery/interventions"))
                    .isEqualTo("non-finite-loss at 20 back to 10; non-finite-loss at 22 back to 21; non-finite-loss at 40 back to 30");
        }
    }

    /**
     * A recovery rule in a branch of a training without one: the steps before the branch are not recorded, so it cannot go back to them.
     */
    @Test
    void aBranchDoesNotGoBackBeforeItsBeginning() throws IOException {
        for (long begin : new long[] {3, 12}) {
            Recipe ruled = blobs().poison(corrupted(begin + 2, INFINITE)).recovery(rule(5, 1)).build();
            try (Trainer plain = trainer(blobs())) {
                train(plain, begin);
                try (Trainer branch = Transfer.from(plain).to(ruled, TrainingData.open(ruled, DataFolders.standard()))) {
                    State there = trained(branch);
                    StepReport report = train(branch, begin + 3).get(2);
                    assertThat(report.action().orElseThrow().backTo()).isEqualTo(begin);
                    assertThat(trained(branch)).isEqualTo(there).isEqualTo(trained(plain));
                }
            }
        }
    }

    @Test
    void aSpikeIsALossFarAboveTheMedianOfTheLastLosses() throws IOException {
        try (Trainer trainer = trainer(blobs().poison(corrupted(20, 300)).recovery(rule(4, 1)))) {
            RecoveryAction action = train(trainer, 21).get(20).action().orElseThrow();
            assertThat(action.fault().kind()).isEqualTo(Fault.Kind.SPIKE);
            assertThat(action.fault().value()).isGreaterThan(action.fault().limit());
            assertThat(action.backTo()).isEqualTo(16);
        }
        try (Trainer trainer = trainer(blobs().poison(corrupted(20, 300)).recovery(Recovery.of()))) {
            assertThat(train(trainer, 21)).as("without a rule for spikes").allSatisfy(r -> assertThat(r.action()).isEmpty());
        }
    }

    @Test
    void theLimitIsMedianPlusSpreadsOfTheLastLosses() {
        LossWindow window = new LossWindow(new Recovery.Spike(5, 3, 0.01));
        for (double loss : new double[] {100, 1, 2}) {
            assertThat(window.limit()).isEmpty();
            window.add(loss);
        }
        assertThat(window.limit().orElseThrow()).as("median 2, MAD 1").isEqualTo(2 + 3 * 1.4826);
        for (double loss : new double[] {4, 7, 3}) {
            window.add(loss);
        }
        // 3 has replaced 100: 1, 2, 3, 4, 7 with distances 2, 1, 0, 1, 4.
        assertThat(window.limit().orElseThrow()).isEqualTo(3 + 3 * 1.4826);
        for (int i = 0; i < 5; i++) {
            window.add(6);
        }
        assertThat(window.limit().orElseThrow()).as("the least spread").isEqualTo(6 + 3 * 0.01);
    }

    @Test
    void theRateIsLowerAfterEachAction() throws IOException {
        try (Trainer trainer = trainer(blobs().poison(new CorruptedBatches(List.of(10L, 15L), INFINITE)).recovery(rule(2, 0.5)))) {
            List<StepReport> reports = train(trainer, 20);
            assertThat(reports.get(9).learningRate()).isEqualTo(0.01);
            assertThat(reports.get(11).learningRate()).isEqualTo(0.005);
            assertThat(reports.get(19).learningRate()).isEqualTo(0.0025);
            assertThat(reports.get(15).action().orElseThrow().rateFactor()).isEqualTo(0.25);
        }
    }

    @Test
    void afterTheLastAllowedActionItStopsAndListsTheActions() throws IOException {
        Recovery once = new Recovery(0, 1, 1, false, Optional.of(SPIKE));
        try (Trainer trainer = trainer(blobs().poison(new CorruptedBatches(List.of(10L, 15L), 300)).recovery(once))) {
            train(trainer, 15);
            State before = trainer.snapshot();
            assertThatThrownBy(trainer::step).isInstanceOf(TrainingFaultException.class).hasMessageContaining("a spike: above")
                    .hasMessageContaining("step after 15 updates").hasMessageContaining("has acted 1 of 1 times (spike at 10 back to 10)");
            assertThat(trainer.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void aGradientThatIsNotFiniteIsAFaultWithoutClippingToo() throws IOException {
        for (RecipeBuilder recipe : List.of(blobs(), blobs().clip(new ClipNorm(1)))) {
            Flaky.reset(10, Flaky.GRADIENT);
            try (Trainer trainer = trainer(recipe.model(Dense.of(3), new Flaky()).recovery(Recovery.of()))) {
                assertThat(train(trainer, 12).get(10).action().orElseThrow().fault().kind()).isEqualTo(Fault.Kind.NON_FINITE_GRADIENT);
            }
        }
    }

    @Test
    void aFaultThatDoesNotComeAgainIsAnErrorOfTheMachine() throws IOException {
        Recovery confirming = new Recovery(2, 0.5, 0, true, Optional.empty());
        State clean;
        Flaky.reset(-1, Flaky.LOSS);
        try (Trainer trainer = trainer(blobs().model(Dense.of(3), new Flaky()).recovery(confirming))) {
            train(trainer, 20);
            clean = trainer.snapshot();
        }
        Flaky.reset(10, Flaky.LOSS);
        try (Trainer trainer = trainer(blobs().model(Dense.of(3), new Flaky()).recovery(confirming))) {
            List<StepReport> reports = train(trainer, 20);
            assertThat(reports.get(10).transientFault().orElseThrow().kind()).isEqualTo(Fault.Kind.NON_FINITE_LOSS);
            assertThat(reports).filteredOn(r -> r.transientFault().isPresent()).hasSize(1);
            assertThat(trainer.snapshot()).as("as if nothing had happened").isEqualTo(clean);
        }
        try (Trainer trainer = trainer(blobs().poison(corrupted(10, INFINITE)).recovery(confirming))) {
            train(trainer, 10);
            assertThatThrownBy(trainer::step).as("one that stays is real").isInstanceOf(TrainingFaultException.class)
                    .hasMessageContaining("at-most: 0");
        }
    }

    @Test
    void anErrorOfTheMachineIsInTheJournal(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("journal.csv");
        Flaky.reset(10, Flaky.LOSS);
        try (Trainer trainer = trainer(blobs().model(Dense.of(3), new Flaky()).recovery(new Recovery(2, 0.5, 0, true, Optional.empty())));
                Journal journal = Journal.open(new RealDisk(), file, () -> 0)) {
            new TrainingLoop(trainer, TrainOptions.until(20).observers(new JournalObserver(journal, Map.of(), false)),
                    RetentionPolicy.parse("all", Ranking.min("loss")), new InMemoryStore(), Map::of, () -> 0).run();
        }
        assertThat(Files.readAllLines(file)).filteredOn(l -> l.contains("recovery/")).hasSize(2)
                .anyMatch(l -> l.contains(",recovery/passed,non-finite-loss")).anyMatch(l -> l.contains(",recovery/value,"));
    }

    @Test
    void settingsOutOfRangeAreRefusedWithTheirNames() {
        assertThatThrownBy(() -> Recipe.parse("""
                name: wrong
                data: {set: iris, poison: {steps: [-1]}}
                model: [dense: {units: 3}]
                recovery: {back: -1, spike: {window: 2}}
                """, "wrong")).isInstanceOf(RecipeException.class).hasMessageContaining("steps").hasMessageContaining("spike.window");
        assertThatThrownBy(() -> new Recovery(-1, 1, 3, false, Optional.empty()))
                .hasMessageContaining("back: expected 0 or more steps, found -1");
        assertThatThrownBy(() -> new Recovery(0, 1.5, 3, false, Optional.empty())).hasMessageContaining("rate-factor");
        assertThatThrownBy(() -> new Recovery(0, 1, -3, false, Optional.empty())).hasMessageContaining("at-most");
        assertThatThrownBy(() -> new CorruptedBatches(List.of(), Double.NaN)).hasMessageContaining("factor");
    }

    @Test
    void aRecipeWithARuleIsReadAsItIsWritten() {
        Recipe recipe = blobs().poison(corrupted(3, 1e39)).recovery(new Recovery(5, 0.5, 2, true, Optional.of(SPIKE))).build();
        assertThat(Recipe.parse(recipe.toYaml(), "again")).isEqualTo(recipe);
        assertThat(recipe.digest()).isNotEqualTo(blobs().build().digest());
        assertThat(Recipe.parse("{name: a, data: {set: iris}, model: [relu], recovery: {spike: {}}}", "a").recovery())
                .contains(new Recovery(0, 1, 3, false, Optional.of(Recovery.Spike.of())));
    }

    /** y = x; but one forward or backward pass computes NaN, as if the machine had made an error. */
    record Flaky() implements Layer {
        static final int LOSS = 0;
        static final int GRADIENT = 1;
        private static final AtomicInteger LEFT = new AtomicInteger();
        private static final AtomicInteger WHAT = new AtomicInteger();

        static void reset(int calls, int what) {
            LEFT.set(calls);
            WHAT.set(what);
        }

        private static boolean isNow(int what) {
            return WHAT.get() == what && LEFT.getAndDecrement() == 0;
        }

        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.copy(t.x(), t.y()));
            if (t.training()) {
                t.forward(key -> {
                    if (isNow(LOSS)) {
                        t.y().fill(Double.NaN);
                    }
                });
                t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()), () -> key -> {
                    if (isNow(GRADIENT)) {
                        t.dx().fill(Double.NaN);
                    }
                });
            }
        }
    }
}

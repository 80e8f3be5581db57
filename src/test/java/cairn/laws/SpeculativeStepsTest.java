package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.recipe.Recipe;
import cairn.recovery.TrainingFaultException;
import cairn.tensor.device.Backend;
import cairn.tensor.device.TransferCounters;
import cairn.train.StepHook;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a device, several steps are made before their losses are read. The states are the same, and fewer values are read. */
@Tag("device")
class SpeculativeStepsTest {
    private static final int WARM_UP = 70;
    private static final int STEPS = 64;
    /** How many steps a GPU makes before their losses are read. */
    private static final int AT_ONCE = 32;

    @BeforeEach
    void onAGpuOrTheSimulatedOne() {
        assumeTrue(Backend.isDevice(), "on the CPU every step is read at once");
    }

    static List<Subject> subjects() {
        return Subjects.all();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void stepsMadeTogetherEqualStepsMadeOneByOne(Subject subject) throws IOException {
        List<StepReport> oneByOne = new ArrayList<>();
        List<StepReport> together = new ArrayList<>();
        try (Trainer one = subject.fresh(); Trainer other = subject.fresh()) {
            Stepper stepper = new Stepper(one, listener(oneByOne));
            stepper.evaluateIfDue();
            while (one.position().step() < Subject.STEPS) {
                stepper.next();
            }
            new Stepper(other, listener(together)).to(Subject.STEPS);
            assertThat(other.snapshot()).isEqualTo(one.snapshot());
            assertThat(together).isEqualTo(oneByOne);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 31, 32, 33, 40})
    void aBadStepAmongThemIsNotMadeAndIsReported(int bad) throws IOException {
        Recipe recipe = digits("{poison: {steps: [" + bad + "], factor: 1.0e39}, set: digits, batch-size: 32}", "dense: {units: 10}");
        try (Trainer one = Trainer.fresh(recipe); Trainer other = Trainer.fresh(recipe)) {
            for (int i = 0; i < bad; i++) {
                one.step();
            }
            assertThatThrownBy(one::step).isInstanceOf(TrainingFaultException.class);
            List<StepReport> made = new ArrayList<>();
            assertThatThrownBy(() -> new Stepper(other, listener(made)).to(bad + 1))
                    .isInstanceOfSatisfying(TrainingFaultException.class, e -> assertThat(e.fault().step()).isEqualTo(bad));
            assertThat(made).extracting(StepReport::step).hasSize(bad).doesNotHaveDuplicates();
            assertThat(other.snapshot()).isEqualTo(one.snapshot());
        }
    }

    @Test
    void cancelledOrLimitedStepsReportTheStepsThatWereMade() throws IOException {
        try (Trainer trainer = Trainer.fresh(digits("{set: digits, batch-size: 32}", "dense: {units: 10}"))) {
            int[] checks = {0};
            List<StepReport> made = new ArrayList<>();
            new Stepper(trainer, listener(made), () -> ++checks[0] == 5, step -> StepHook.NONE, step -> false).step();
            assertThat(made).as("cancelled before the sixth").hasSize(5);
            new Stepper(trainer, listener(made), () -> false, step -> StepHook.NONE, step -> step == 8).step();
            assertThat(made).as("the caller needs the state of step 8").hasSize(8);
            new Stepper(trainer, listener(made)).step();
            assertThat(made).hasSize(8 + AT_ONCE);
            new Stepper(trainer, listener(made)).to(8 + AT_ONCE);
            assertThat(made).as("already there").hasSize(8 + AT_ONCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flatten, {dense: {units: 32}}, relu, {dropout: {rate: 0.5}}, {dense: {units: 10}}",
            "{conv2d: {filters: 4, kernel: 3}}, batch-norm, relu, max-pool2d, flatten, {dense: {units: 10}}"})
    void aStepReadsNothingFromTheDeviceAndAllocatesNoArray(String model) throws IOException {
        Recipe recipe = digits("{set: digits, batch-size: 64, drop-last: true, micro-batches: 2}", model)
                .with(List.of("clip={kind: norm, norm: 1}", "average={decay: 0.99}"));
        try (Trainer trainer = Trainer.fresh(recipe)) {
            trainer.trainTo(WARM_UP);
            TransferCounters before = TransferCounters.now();
            trainer.trainTo(WARM_UP + STEPS);
            TransferCounters cost = TransferCounters.now().since(before);
            assertThat(cost.reads()).as("copies from the device").isEqualTo(STEPS / AT_ONCE);
            assertThat(cost.arrays()).as("arrays").isZero();
        }
    }

    private static Recipe digits(String data, String model) {
        return Recipe.parse("""
                name: speculative
                seed: 1
                data: %s
                model: [%s]
                optimizer: {rule: adam, learning-rate: 0.001}
                evaluate: {every: 10000ep}
                """.formatted(data, model.startsWith("{") || model.startsWith("flatten") ? model : "flatten, " + model), "speculative");
    }

    private static Stepper.Listener listener(List<StepReport> reports) {
        return new Stepper.Listener() {
            @Override
            public void stepped(StepReport report) {
                reports.add(report);
            }
        };
    }
}

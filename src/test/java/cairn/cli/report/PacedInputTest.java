package cairn.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.recipe.Position;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pace of a training, as lines say it. The training is a counter here. */
@Timeout(60)
class PacedInputTest {
    private final List<String> told = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final PacedInput pace = new PacedInput(System::nanoTime, this::hear, wrong::add, isStopped::get);
    /** What is said as soon as the training waits, one after the other; then the input ends. */
    private final List<String> lines = new ArrayList<>();
    private long rests;

    private void hear(String state, Position now) {
        told.add(state + " " + now.step());
        if (state.equals("paused")) {
            if (lines.isEmpty()) {
                pace.read(new ByteArrayInputStream(new byte[0]));
            }
            if (!lines.isEmpty()) {
                pace.obey(lines.remove(0));
            }
        }
    }

    /** Trains with lines that were all there before the training began. */
    private long trainAfter(String all) {
        pace.read(new ByteArrayInputStream(all.getBytes(StandardCharsets.UTF_8)));
        return train();
    }

    /** Trains until the pace lets it end; returns the last step. */
    private long train(String... said) {
        lines.addAll(List.of(said));
        long step = 0;
        while (true) {
            pace.await(new Position(step, 10), () -> rests++);
            if (pace.rule().met(new Position(step, 10), null).isPresent() || isStopped.get()) {
                return step;
            }
            step++;
        }
    }

    @Test
    void aTrainingWaitsUntilALineLetsItGoOn() {
        assertThat(train()).isZero();
        assertThat(told).containsExactly("paused 0");
    }

    @Test
    void aStepIsOneStep() {
        assertThat(train("step", "step", "step")).isEqualTo(3);
        assertThat(told).containsExactly("paused 0", "paused 1", "paused 2", "paused 3");
    }

    @Test
    void aTrainingGoesToAStepAndWaitsThere() {
        assertThat(train("to 7", "to 5", "to 9")).isEqualTo(9);
        assertThat(told).containsExactly("paused 0", "paused 7", "paused 7", "paused 9");
    }

    /** As a file or another command gives them. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            to 6,                 6
            step,                 1
            'step\nstep\nstep',   3
            'run\nto 4',          4
            'to 6\nstep',         1
            run,                  0
            run 20,               0
            'to 6\npause',        0
            digest,               0
            'to 6\ntied',         0
            'tied\nto 6',         0
            """)
    void whatHasAnEndIsDoneBeforeTheEndOfTheInputStopsTheTraining(String all, long steps) {
        assertThat(trainAfter(all)).isEqualTo(steps);
    }

    @Test
    void whereItStopsIsTold() {
        trainAfter("to 6");
        assertThat(told).containsExactly("paused 6");
    }

    @Test
    void everythingIsHandedOverBeforeAWait() {
        train("to 3");
        assertThat(rests).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aRunHasTheSpeedThatIsSaid() {
        AtomicLong now = new AtomicLong();
        PacedInput paced = new PacedInput(now::get, (state, at) -> { }, wrong::add, () -> false);
        paced.obey("run 50");
        long step = 0;
        for (; step < 100; step++) {
            long before = now.get();
            Thread clock = new Thread(() -> {
                for (int i = 0; i < 1000 && !Thread.interrupted(); i++) {
                    now.addAndGet(1_000_000);
                    try {
                        Thread.sleep(0, 100_000);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
            clock.start();
            paced.await(new Position(step, 10), () -> { });
            clock.interrupt();
            assertThat(now.get()).isGreaterThanOrEqualTo(before);
        }
        assertThat(now.get()).isGreaterThanOrEqualTo(99 * 20_000_000L);
    }

    @Test
    void aDigestIsToldWithoutAWait() {
        pace.obey("run");
        pace.obey("digest");
        pace.await(new Position(4, 10), () -> { });
        assertThat(told).containsExactly("running 4");
    }

    @Test
    void aStopForAnotherReasonEndsAWait() {
        isStopped.set(true);
        assertThat(train()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"walk", "to", "to x", "to 1.5", "step 3", "pause 1", "run 0", "run -1", "run x", "run NaN", "digest 1", "to 3 4"})
    void aLineThatMeansNothingIsToldAndChangesNothing(String line) {
        pace.obey(line);
        assertThat(wrong).hasSize(1).first().asString().contains(line, "expected step, run");
        assertThat(train()).isZero();
    }

    @Test
    void whereStepsMatterEachIsMadeAlone() {
        assertThat(pace.isStepwise()).isTrue();
        pace.obey("run");
        assertThat(pace.isStepwise()).isFalse();
        pace.obey("to 30");
        assertThat(pace.isStepwise()).isTrue();
        pace.obey("run 10");
        assertThat(pace.isStepwise()).isTrue();
    }

    @Test
    void atTheEndOfItsInputATrainingStops() {
        pace.read(new ByteArrayInputStream("run\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(pace.rule().isUrgent()).isTrue();
        assertThat(pace.rule().met(new Position(0, 10), null)).contains("the input that sets the pace has ended");
    }
}

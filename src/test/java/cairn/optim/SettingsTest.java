package cairn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.optim.schedule.Constant;
import cairn.optim.schedule.Cosine;
import cairn.optim.schedule.Exponential;
import cairn.optim.schedule.Joined;
import cairn.optim.schedule.OneCycle;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.Polynomial;
import cairn.optim.schedule.StepDecay;
import cairn.optim.schedule.TrainingTime;
import cairn.optim.schedule.Warmup;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A setting out of its range is refused with its name as a recipe writes it, the range and the value. */
class SettingsTest {

    static Stream<Arguments> refused() {
        return Stream.of(
            refused("learning-rate must be 0 or more, not -0.1", () -> Sgd.of(-0.1)),
            refused("learning-rate must be 0 or more, not NaN", () -> Adam.of(Double.NaN)),
            refused("learning-rate must be 0 or more, not Infinity", () -> Lion.of(Double.POSITIVE_INFINITY)),
            refused("weight-decay must be 0 or more, not -1.0", () -> new Sgd(0.1, -1)),
            refused("momentum must be from 0 to 0.999999, not 1.0", () -> new Momentum(0.1, 1, 0)),
            refused("momentum must be from 0 to 0.999999, not -0.5", () -> new Nesterov(0.1, -0.5, 0)),
            refused("decay must be from 0 to 0.999999, not 1.5", () -> new RmsProp(0.1, 1.5, 1e-8, 0)),
            refused("epsilon must be 1e-30 or more, not 0.0", () -> new RmsProp(0.1, 0.9, 0, 0)),
            refused("epsilon must be 1e-30 or more, not -1.0E-8", () -> new AdaGrad(0.1, -1e-8, 0)),
            refused("beta1 must be from 0 to 0.999999, not 1.0", () -> new Adam(0.1, 1, 0.999, 1e-8, 0)),
            refused("beta2 must be from 0 to 0.999999, not 0.9999999", () -> new AdamW(0.1, 0.9, 0.9999999, 1e-8, 0)),
            refused("beta2 must be from 0 to 0.999999, not NaN", () -> new AmsGrad(0.1, 0.9, Double.NaN, 1e-8, 0)),
            refused("momentum-decay must be 0 or more, not -0.004", () -> new NAdam(0.1, 0.9, 0.999, 1e-8, -4e-3, 0)),
            refused("beta2 must be from 0 to 0.999999, not 1.0", () -> new Lion(0.1, 0.9, 1, 0)),
            refused("norm must be greater than 0, not 0.0", () -> new ClipNorm(0)),
            refused("value must be greater than 0, not -1.0", () -> new ClipValue(-1)),
            refused("decay must be from 0 to 0.999999, not 1.0", () -> WeightAverage.of(1)),
            refused("factor must be 0 or more, not -1.0", () -> new Constant(-1)),
            refused("every must be longer than 0, such as 200 or 5ep, not 0", () -> StepDecay.of(TrainingTime.steps(0))),
            refused("factor must be greater than 0, not 0.0", () -> new StepDecay(TrainingTime.steps(1), 0)),
            refused("decay must be greater than 0, not 0.0", () -> Exponential.of(0)),
            refused("over must be longer than 0, such as 200 or 5ep, not 0ep", () -> Polynomial.of(TrainingTime.epochs(0))),
            refused("power must be greater than 0, not -2.0", () -> new Polynomial(TrainingTime.steps(5), -2, 0)),
            refused("to must be 0 or more, not -0.1", () -> new Cosine(TrainingTime.steps(5), -0.1, 1, 1)),
            refused("periods must be from 1 to 1000, not 0", () -> new Cosine(TrainingTime.steps(5), 0, 0, 1)),
            refused("multiply must be from 1 to 1000, not 0.5", () -> new Cosine(TrainingTime.steps(5), 0, 2, 0.5)),
            refused("warmup-fraction must be from 0 to below 1, not 1.0", () -> new OneCycle(TrainingTime.steps(5), 1, 25, 1e4)),
            refused("div-factor must be 1 or more, not 0.0", () -> new OneCycle(TrainingTime.steps(5), 0.3, 0, 1e4)),
            refused("final-div-factor must be 1 or more, not 0.5", () -> new OneCycle(TrainingTime.steps(5), 0.3, 25, 0.5)),
            refused("over must be longer than 0, such as 200 or 5ep, not 0", () -> new Warmup(TrainingTime.steps(0), Constant.of())),
            refused("parts must have at least one entry", () -> Joined.of()),
            refused("length must be longer than 0, such as 200 or 5ep, not 0",
                    () -> new Joined.Part(Constant.of(), TrainingTime.steps(0))),
            refused("factor must be between 0 and 1, not 1.0", () -> new Plateau(1, 1, 0, 0, 0, Plateau.Mode.MIN)),
            refused("patience must be 0 or more, not -1", () -> new Plateau(0.1, -1, 0, 0, 0, Plateau.Mode.MIN)),
            refused("cooldown must be 0 or more, not -1", () -> new Plateau(0.1, 1, -1, 0, 0, Plateau.Mode.MIN)),
            refused("threshold must be from 0 to below 1, not 1.0", () -> new Plateau(0.1, 1, 0, 1, 0, Plateau.Mode.MIN)),
            refused("min-factor must be from 0 to 1, not 2.0", () -> new Plateau(0.1, 1, 0, 0, 2, Plateau.Mode.MAX)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aSettingOutOfItsRangeIsRefusedByName(String message, ThrowingCallable construction) {
        assertThatThrownBy(construction).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    /** Each default is written in one place, and equals that of the paper and of PyTorch. */
    @Test
    void theDefaultsAreTheUsualOnes() {
        List<Optimizer> usual = List.of(new Sgd(0.1, 0), new Momentum(0.1, 0.9, 0), new Nesterov(0.1, 0.9, 0),
            new RmsProp(0.1, 0.99, 1e-8, 0), new AdaGrad(0.1, 1e-10, 0), new Adam(0.1, 0.9, 0.999, 1e-8, 0),
            new AdamW(0.1, 0.9, 0.999, 1e-8, 0.01), new AmsGrad(0.1, 0.9, 0.999, 1e-8, 0),
            new NAdam(0.1, 0.9, 0.999, 1e-8, 4e-3, 0), new Lion(0.1, 0.9, 0.99, 0));
        assertThat(List.<Optimizer>of(Sgd.of(0.1), Momentum.of(0.1), Nesterov.of(0.1), RmsProp.of(0.1), AdaGrad.of(0.1),
            Adam.of(0.1), AdamW.of(0.1), AmsGrad.of(0.1), NAdam.of(0.1), Lion.of(0.1))).isEqualTo(usual);
    }

    private static Arguments refused(String message, ThrowingCallable construction) {
        return Arguments.of(message, construction);
    }
}

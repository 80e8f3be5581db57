package cairn.train;

import cairn.metrics.Evaluation;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * How a training goes forward, said in this one place: the update, and then the evaluation that the recipe asks for at the new step.
 * Training, replaying and testing all go forward in this way, and so come to the same states.
 *
 * <p>Law: the state at a step is that after its evaluation. A state that was captured between the two is brought there by
 * {@link #settle}, which {@link #next} calls first.
 */
public final class Stepper {

    /** Hears what happens on the way, at once. */
    public interface Listener {
        /** One update was made. */
        default void stepped(StepReport report) {
        }

        /** The evaluation that was due has been made. */
        default void evaluated(Evaluation evaluation) {
        }
    }

    private final Trainer trainer;
    private final Listener listener;
    private final BooleanSupplier isGivenUp;
    private final LongFunction<StepHook> probes;

    public Stepper(Trainer trainer, Listener listener) {
        this(trainer, listener, () -> false, step -> StepHook.NONE);
    }

    /**
     * The same, where no further update is made, and an evaluation is given up, as soon as {@code isGivenUp} says so; it stays due.
     *
     * @param probes who looks into the update that leads to a step
     */
    public Stepper(Trainer trainer, Listener listener, BooleanSupplier isGivenUp, LongFunction<StepHook> probes) {
        this.trainer = trainer;
        this.listener = listener;
        this.isGivenUp = isGivenUp;
        this.probes = probes;
    }

    /**
     * One update, and the evaluation that is due after it.
     *
     * @throws cairn.recovery.TrainingFaultException if the update cannot be made; then the training stands where it stood
     */
    public void next() {
        next(1);
    }

    /**
     * Some updates, at least one and at most {@code most}, none after an evaluation; and the evaluation that is due after them.
     *
     * @throws cairn.recovery.TrainingFaultException if the first of them cannot be made; then the training stands where it stood
     */
    public void next(int most) {
        settle();
        trainer.rememberHere();
        long step = trainer.position().step();
        StepHook probe = probes.apply(step + 1);
        if (probe != StepHook.NONE) {
            listener.stepped(trainer.step(probe));
        } else {
            int n = 1;
            while (n < most && !trainer.isEvaluatedAt(step + n) && probes.apply(step + n + 1) == StepHook.NONE) {
                n++;
            }
            trainer.steps(n, isGivenUp).forEach(listener::stepped);
        }
        settle();
    }

    /** Makes the evaluation that is due where the training stands, if there is one. */
    public void settle() {
        if (trainer.evaluationDue()) {
            trainer.observe(isGivenUp).ifPresent(listener::evaluated);
        }
    }

    /** Goes forward until {@code step} updates are done in all; does nothing if they are. */
    public void to(long step) {
        settle();
        while (trainer.position().step() < step) {
            next((int) Math.min(trainer.mostSteps(), step - trainer.position().step()));
        }
    }
}

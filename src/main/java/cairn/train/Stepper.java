package cairn.train;

import cairn.metrics.Evaluation;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/**
 * How a training goes forward, in this one place: the update, and then the evaluation that the recipe asks for at the new step.
 * Training, replaying and proving all go forward in this way, so they reach the same states.
 *
 * <p>Law: the state at a step is the state after its evaluation. {@link #evaluateIfDue} completes a state that was captured between update
 * and evaluation; {@link #step} calls it first.
 */
public final class Stepper {

    /** Is called for what happens, as soon as it has happened. */
    public interface Listener {
        /** Updates are about to be made from the current state. */
        default void beforeSteps() {
        }

        /** One update was made. */
        default void stepped(StepReport report) {
        }

        /** The evaluation that was due has been made. */
        default void evaluated(Evaluation evaluation) {
        }
    }

    private final Trainer trainer;
    private final Listener listener;
    private final BooleanSupplier isCancelled;
    private final LongFunction<StepHook> hooks;
    private final LongPredicate looksAt;

    public Stepper(Trainer trainer) {
        this(trainer, new Listener() { });
    }

    public Stepper(Trainer trainer, Listener listener) {
        this(trainer, listener, () -> false, step -> StepHook.NONE, step -> false);
    }

    /**
     * @param isCancelled asked between two updates and before each batch of an evaluation; a cancelled evaluation stays due
     * @param hooks the hook of the update that leads to a step
     * @param looksAt the steps whose state the caller needs; on a GPU, where several updates are made at once, they end there
     */
    public Stepper(Trainer trainer, Listener listener, BooleanSupplier isCancelled, LongFunction<StepHook> hooks, LongPredicate looksAt) {
        this.trainer = trainer;
        this.listener = listener;
        this.isCancelled = isCancelled;
        this.hooks = hooks;
        this.looksAt = looksAt;
    }

    /** Makes exactly one update, on a GPU too, and the evaluation that is due after it. */
    public void next() {
        step(trainer.position().step() + 1);
        evaluateIfDue();
    }

    /**
     * Makes one update; on a GPU several, where nothing needs the states between them.
     *
     * @throws cairn.recovery.TrainingFaultException if the first update cannot be made; then the training has not moved
     */
    public void step() {
        step(Long.MAX_VALUE);
    }

    /** As {@link #step()}, not beyond step {@code last}. */
    private void step(long last) {
        evaluateIfDue();
        listener.beforeSteps();
        long step = trainer.position().step();
        StepHook hook = hooks.apply(step + 1);
        if (hook != StepHook.NONE) {
            listener.stepped(trainer.step(hook));
        } else {
            trainer.steps(stepsUntilLook(step, last), isCancelled).forEach(listener::stepped);
        }
    }

    /** How many updates after {@code step} may be made before a state is needed: by an evaluation, a hook, or the caller. */
    private int stepsUntilLook(long step, long last) {
        int n = 1;
        while (n < trainer.batchedSteps() && step + n < last && !trainer.isEvaluatedAt(step + n) && !looksAt.test(step + n)
                && hooks.apply(step + n + 1) == StepHook.NONE) {
            n++;
        }
        return n;
    }

    /** Makes the evaluation that is due at the current step, if there is one. */
    public void evaluateIfDue() {
        if (trainer.isEvaluationDue()) {
            trainer.evaluateAndRecord(isCancelled).ifPresent(listener::evaluated);
        }
    }

    /** Goes forward until {@code step} updates are done; does nothing if they are. */
    public void to(long step) {
        evaluateIfDue();
        while (trainer.position().step() < step) {
            step(step);
            evaluateIfDue();
        }
    }
}

package cairn.train;

import cairn.metrics.Evaluation;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/**
 * Makes updates, and after each update the evaluation that the recipe asks for at the new step. Training, replay and proof all use this
 * class, so they reach the same states.
 *
 * <p>Law: the state at a step is the state after its evaluation. {@link #evaluateIfDue} completes a state that was captured between update
 * and evaluation; {@link #step} calls it first.
 */
public final class Stepper {

    /** Is called after each update and evaluation. */
    public interface Listener {
        /** Updates will be made from the current state. */
        default void beforeSteps() {
        }

        /** One update was made. */
        default void stepped(StepReport report) {
        }

        /** The evaluation that was due was made. */
        default void evaluated(Evaluation evaluation) {
        }
    }

    private final Trainer trainer;
    private final Listener listener;
    private final BooleanSupplier isCancelled;
    private final LongFunction<StepHook> hooks;
    private final LongPredicate needsState;

    public Stepper(Trainer trainer) {
        this(trainer, new Listener() { });
    }

    public Stepper(Trainer trainer, Listener listener) {
        this(trainer, listener, () -> false, step -> StepHook.NONE, step -> false);
    }

    /**
     * @param isCancelled checked between two updates and before each batch of an evaluation; a cancelled evaluation stays due
     * @param hooks the hook of the update that leads to a step
     * @param needsState whether the caller needs the state at a step; on a GPU, several updates at once end at such a step
     */
    public Stepper(Trainer trainer, Listener listener, BooleanSupplier isCancelled, LongFunction<StepHook> hooks,
            LongPredicate needsState) {
        this.trainer = trainer;
        this.listener = listener;
        this.isCancelled = isCancelled;
        this.hooks = hooks;
        this.needsState = needsState;
    }

    /** Makes exactly one update, on a GPU too, and the evaluation that is due after it. */
    public void next() {
        step(trainer.position().step() + 1);
        evaluateIfDue();
    }

    /**
     * Makes one update; on a GPU several updates, if the states between them are not needed.
     *
     * @throws cairn.recovery.TrainingFaultException if the first update cannot be made; then the state has not changed
     */
    public void step() {
        step(Long.MAX_VALUE);
    }

    /** As {@link #step()}, but not beyond step {@code last}. */
    private void step(long last) {
        evaluateIfDue();
        listener.beforeSteps();
        long step = trainer.position().step();
        StepHook hook = hooks.apply(step + 1);
        if (hook != StepHook.NONE || trainer.batchedSteps() == 1) {
            listener.stepped(trainer.step(hook));
        } else {
            trainer.steps(stepsAtOnce(step, last), isCancelled).forEach(listener::stepped);
        }
    }

    /** The number of updates after {@code step} until a state is needed: by an evaluation, a hook or the caller. */
    private int stepsAtOnce(long step, long last) {
        int n = 1;
        while (n < trainer.batchedSteps() && step + n < last && !trainer.isEvaluatedAt(step + n) && !needsState.test(step + n)
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

    /** Makes updates until {@code step} updates are done. */
    public void to(long step) {
        evaluateIfDue();
        while (trainer.position().step() < step) {
            step(step);
            evaluateIfDue();
        }
    }
}

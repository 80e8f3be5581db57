package cairn.train;

import cairn.checkpoint.Checkpoint;
import cairn.checkpoint.CheckpointInfo;
import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.RetentionPolicy;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The loop: step, evaluate when due, save when due, until a stop rule is met. {@link Event} is its log.
 *
 * @param store where checkpoints go
 * @param facts what every checkpoint says about where it was made
 * @param clock nanoseconds, for saving by time and for what saving cost; it decides when to save and changes no number
 */
public record TrainingLoop(Trainer trainer, StopRule stop, SaveRule save, RetentionPolicy keep, CheckpointStore store,
        Map<String, String> facts, List<Observer> observers, LongSupplier clock) {

    /** Trains until the stop rule is met; returns why. On return the final state is saved. */
    public String run(long untilStep) throws IOException {
        tell(new Event.Started(trainer.position(), untilStep));
        // A state may have been taken after an update and before the evaluation that was due then.
        evaluateIfDue();
        boolean isSaved = isStored();
        long savedAt = clock.getAsLong();
        if (!isSaved) {
            commit();
        }
        Optional<String> reason;
        while ((reason = stop.met(trainer.position(), trainer.progress())).isEmpty()) {
            StepReport report = step(isSaved);
            tell(new Event.Stepped(trainer.position(), report));
            isSaved = false;
            if (save.due(trainer.position(), evaluateIfDue(), OptionalLong.of(clock.getAsLong() - savedAt))) {
                commit();
                isSaved = true;
                savedAt = clock.getAsLong();
            }
        }
        if (!isSaved) {
            commit();
        }
        tell(new Event.Stopped(trainer.position(), reason.get()));
        return reason.get();
    }

    /** One update; if it cannot be made, the state before it is saved before anybody hears of it. */
    private StepReport step(boolean isSaved) throws IOException {
        try {
            return trainer.step();
        } catch (NonFiniteLossException e) {
            if (!isSaved) {
                commit();
            }
            throw e;
        }
    }

    /** Evaluates if the recipe's cadence asks for it here; says whether the model is the best so far. */
    private boolean evaluateIfDue() {
        if (!trainer.evaluationDue()) {
            return false;
        }
        Evaluation evaluation = trainer.observe();
        boolean isBest = trainer.progress().bestStep() == trainer.position().step();
        tell(new Event.Evaluated(trainer.position(), trainer.monitored().name(), evaluation, isBest));
        return isBest;
    }

    private boolean isStored() throws IOException {
        return store.steps().contains(trainer.position().step());
    }

    /** Saves, and only when that is durable deletes what the retention policy does not keep. */
    private void commit() throws IOException {
        long begin = clock.getAsLong();
        Position position = trainer.position();
        CheckpointInfo info = store.commit(new Checkpoint(position.step(), trainer.snapshot(), facts, metrics()));
        tell(new Event.Saved(position, info, clock.getAsLong() - begin));
        List<CheckpointInfo> dropped = store.prune(keep);
        if (!dropped.isEmpty()) {
            tell(new Event.Pruned(position, dropped));
        }
    }

    /** The monitored metric belongs to a checkpoint only if it was measured at its very step. */
    private Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        Progress progress = trainer.progress();
        if (progress.evaluatedAt() == trainer.position().step()) {
            metrics.put(trainer.recipe().evaluate().monitor(), progress.last());
        }
        return metrics;
    }

    private void tell(Event event) {
        observers.forEach(o -> o.on(event));
    }
}

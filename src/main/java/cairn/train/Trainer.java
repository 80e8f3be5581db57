package cairn.train;

import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.metrics.Evaluation;
import cairn.recipe.Position;
import cairn.recipe.Recipe;
import cairn.recipe.SaveRule;
import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import cairn.recovery.RecoveryState;
import cairn.recovery.TrainingFaultException;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.transfer.InitialWeightsReader;
import cairn.transfer.OlderStates;
import cairn.transfer.StateTransfer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * A training in progress. Its whole state is one value: {@link #snapshot()} takes it, {@link #restore} sets it, at any step, bit for bit. A
 * trainer is used by one thread at a time.
 *
 * <p>Laws: {@link #step()} makes exactly one update or, if it throws, none. All later steps are a pure function of recipe and state.
 * Evaluations that the recipe does not ask for change nothing.
 */
public final class Trainer implements Snapshottable, AutoCloseable {
    private final Recipe recipe;
    private final TrainingData data;
    private final Map<String, String> constants;
    private final Assembly parts;
    private final Optional<RecoveryState> recovery;
    private final Progress progress;
    private long step;
    @Ephemeral("counts calls of restore; no step reads it")
    private long restores;

    /** @param mayUseDevice whether data sets may be copied to the device; it changes no number */
    Trainer(Recipe recipe, TrainingData data, boolean mayUseDevice) {
        RecipeFit.check(recipe, data.splits());
        Normalization normalization = Normalization.fit(recipe.data().normalize(), data.splits().train());
        this.recipe = recipe;
        this.data = data;
        this.constants = StateConstants.of(recipe, data, normalization);
        this.progress = new Progress(recipe.evaluate(), recipe.plateau());
        this.parts = Assembly.of(recipe, data, normalization, mayUseDevice);
        this.recovery = parts.recovery();
    }

    /** A training at step 0, with the data sets in the standard folders. */
    public static Trainer fresh(Recipe recipe) throws IOException {
        return fresh(recipe, TrainingData.open(recipe));
    }

    /**
     * A training at step 0 on data that is already open, so that several trainings can share it.
     *
     * @throws cairn.recipe.RecipeException if the components of the recipe do not fit each other or the data, or its initial weights have
     *     another digest
     * @throws java.io.UncheckedIOException if its initial weights cannot be read
     */
    public static Trainer fresh(Recipe recipe, TrainingData data) {
        Trainer trainer = blank(recipe, data);
        try {
            InitialWeightsReader.begin(new StateTransfer.Target(trainer, recipe));
            return trainer;
        } catch (RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /** As {@link #fresh}, but without reading the initial weights of the recipe, because a state will be restored. */
    public static Trainer blank(Recipe recipe, TrainingData data) {
        return new Trainer(recipe, data, true);
    }

    // --- training

    /**
     * Makes exactly one update. At a fault, the recovery rule of the recipe acts instead, and that counts as a step too.
     *
     * @throws TrainingFaultException if the loss, the gradient or something that the update would make is not finite (or the loss is a
     *     spike), and no recovery rule allows to go on; then nothing has changed
     */
    public StepReport step() {
        return step(StepHook.NONE);
    }

    StepReport step(StepHook hook) {
        double rate = rate(step);
        OptionalDouble lossLimit = recovery.map(RecoveryState::limit).orElse(OptionalDouble.empty());
        recovery.ifPresent(r -> r.begin(step));
        StepUpdate.Attempt attempt = parts.update().attempt(step, hook);
        Optional<Fault> fault = parts.update().make(attempt, step, rate, lossLimit);
        if (fault.isEmpty()) {
            return finish(attempt, rate, hook, Optional.empty());
        }
        if (recovery.isEmpty()) {
            throw new TrainingFaultException(fault.get(), "");
        }
        if (recovery.get().rule().confirm()) {
            StepUpdate.Attempt again = parts.update().attempt(step, hook);
            if (!again.sameNumbers(attempt) && parts.update().make(again, step, rate, lossLimit).isEmpty()) {
                return finish(again, rate, hook, fault);
            }
            parts.update().undo();
        }
        RecoveryAction action = recovery.get().act(fault.get());
        step++;
        return new StepReport(step, attempt.loss(), attempt.weight(), 0, 0, rate, attempt.norm(), Optional.empty(), Optional.of(action));
    }

    /** Makes up to {@code most} updates, until {@code isEnough}, and reads their losses at the end. If the first one is bad, it throws. */
    List<StepReport> steps(int most, BooleanSupplier isEnough) {
        List<StepReport> made = most > 1 && parts.speculation().isPresent()
                ? parts.speculation().get().run(step, most, this::rate, isEnough) : List.of();
        step += made.size();
        return made.isEmpty() ? List.of(step()) : made;
    }

    /** The largest number of updates that {@link #steps} makes at once: several on a GPU, because reading a loss makes the GPU wait. */
    int batchedSteps() {
        return parts.speculation().map(SpeculativeSteps::atOnce).orElse(1);
    }

    private double rate(long step) {
        return recipe.optimizer().learningRate() * recipe.schedule().factor(step, parts.stepsPerEpoch())
                * progress.rateFactor() * (recovery.isPresent() ? recovery.get().rateFactor() : 1);
    }

    private StepReport finish(StepUpdate.Attempt attempt, double rate, StepHook hook, Optional<Fault> transientFault) {
        step++;
        if (recovery.isPresent()) {
            recovery.get().record(step, attempt.loss(), rate);
        }
        hook.updated();
        return new StepReport(step, attempt.loss(), attempt.weight(), attempt.right(), attempt.answers(), rate, attempt.norm(), transientFault, Optional.empty());
    }

    /** Trains to {@code step}: makes every update, and every evaluation that the recipe asks for. */
    public void trainTo(long step) {
        new Stepper(this).to(step);
    }

    // --- evaluation

    /** Whether the recipe asks for an evaluation at this step and it was not made yet. */
    public boolean isEvaluationDue() {
        return progress.evaluatedAt() != step && isEvaluatedAt(step);
    }

    boolean isEvaluatedAt(long step) {
        return SaveRule.every(recipe.evaluate().every(), new Position(step, parts.stepsPerEpoch()));
    }

    /** Makes the evaluation that is due, on the {@linkplain TrainingData#monitored() monitored rows}, and records it in the state. */
    public Evaluation evaluateAndRecord() {
        return evaluateAndRecord(() -> false).orElseThrow();
    }

    /** As {@link #evaluateAndRecord()}; empty, without a change, if {@code isCancelled} becomes true; it is checked before each batch. */
    Optional<Evaluation> evaluateAndRecord(BooleanSupplier isCancelled) {
        if (!isEvaluationDue()) {
            throw new IllegalStateException("no evaluation is due at step " + step
                    + "; to evaluate without changing the state, call evaluate(...)");
        }
        Optional<Evaluation> evaluation = evaluate(data.monitored(), isCancelled);
        evaluation.ifPresent(e -> progress.record(step, Evaluations.measure(e, recipe.evaluate().monitor())));
        return evaluation;
    }

    /** Evaluates the model on {@code rows}; changes nothing. */
    public Evaluation evaluate(DataSet rows) {
        return parts.evaluations().of(rows);
    }

    /** As {@link #evaluate(DataSet)}; empty if {@code isCancelled} becomes true, which is checked before each batch. */
    public Optional<Evaluation> evaluate(DataSet rows, BooleanSupplier isCancelled) {
        return parts.evaluations().of(rows, isCancelled);
    }

    // --- state

    /** The whole state of the training as a value. */
    public State snapshot() {
        return State.of(this);
    }

    /**
     * Sets the whole state. If it throws, nothing has changed.
     *
     * @throws cairn.state.RestoreException if {@code state} does not fit; it lists every difference
     */
    public void restore(State state) {
        OlderStates.completed(StateConstants.completed(state, constants), recipe).into(this);
        restores++;
    }

    /** The number of calls of {@link #restore}. After a call, earlier steps may be those of another training. */
    public long restores() {
        return restores;
    }

    @Override
    public void slots(Slots s) {
        s.integer("train/step", () -> step, v -> step = v);
        constants.forEach(s::constant);
        parts.slots(s);
        s.child("progress", progress);
        recovery.ifPresent(r -> s.child("recovery", r));
    }

    public Recipe recipe() {
        return recipe;
    }

    public TrainingData data() {
        return data;
    }

    public Position position() {
        return new Position(step, parts.stepsPerEpoch());
    }

    public Progress progress() {
        return progress;
    }

    /** The memory of its arrays, computed before they were made. */
    public MemoryNeed memory() {
        return parts.memory();
    }

    /**
     * What the bits depend on, beside recipe and state: the facts of the backend, and the operations that add in
     * {@linkplain cairn.tensor.Operation#unordered() no fixed order}. The first evaluation can add operations.
     */
    public Map<String, String> environment() {
        return parts.environment();
    }

    Assembly parts() {
        return parts;
    }

    /** Ends its threads and frees the data sets on the device. */
    @Override
    public void close() {
        parts.close();
    }
}

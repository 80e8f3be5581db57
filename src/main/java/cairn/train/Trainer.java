package cairn.train;

import cairn.data.Augmentation;
import cairn.data.Batch;
import cairn.data.Batches;
import cairn.data.CorruptedBatches;
import cairn.data.DataSet;
import cairn.data.Normalization;
import cairn.data.Prefetch;
import cairn.data.RowNumberBatches;
import cairn.data.Splits;
import cairn.data.source.DataFolders;
import cairn.metrics.Evaluation;
import cairn.nn.Network;
import cairn.optim.Clipping;
import cairn.random.Key;
import cairn.recipe.Position;
import cairn.recipe.Recipe;
import cairn.recipe.SaveRule;
import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import cairn.recovery.RecoveryState;
import cairn.recovery.TrainingFaultException;
import cairn.replay.Replay;
import cairn.replay.SnapshotBuffer;
import cairn.replay.SnapshotSource;
import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.ParameterVector;
import cairn.tensor.device.Backend;
import cairn.tensor.device.FreeMemory;
import cairn.train.device.DatasetTooLarge;
import cairn.train.device.DeviceDatasets;
import cairn.transfer.InitialWeightsReader;
import cairn.transfer.StateFilter;
import cairn.transfer.StateTransfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * A training in progress. Its whole state is one value: {@link #snapshot()} takes it, {@link #restore} puts it back, at any
 * step, bit for bit. One thread at a time.
 *
 * <p>Laws: {@link #step()} makes exactly one update or, if it throws, none; what follows is a pure function of recipe and
 * state; evaluations that the recipe did not ask for change nothing.
 */
public final class Trainer implements Snapshottable, AutoCloseable {
    /** Batches prepared ahead on a background thread; they change no number. */
    private static final int PREFETCHED = 2;
    /** A batch of fewer numbers is made sooner than another thread is woken. */
    private static final long WORTH_A_THREAD = 8192;

    private final Recipe recipe;
    private final TrainingData data;
    private final Splits splits;
    private final Map<String, String> constants;
    private final Prefetch batches;
    private final Network network;
    private final OptimizerVectors vectors;
    private final Optional<ParameterVector> average;
    private final MemoryNeed memory;
    private final DeviceDatasets resident;
    private final StepUpdate update;
    private final Optional<RecoveryState> recovery;
    private final Optional<SpeculativeSteps> stride;
    private final Evaluations evaluations;
    private final Progress progress;
    private long step;
    @Ephemeral(value = "what a rollback may start from; no step reads it", whole = true)
    private List<SnapshotSource> past = List.of(SnapshotSource.beginning());
    @Ephemeral(value = "states of earlier steps, for a rollback; no step reads them", whole = true)
    private Optional<SnapshotBuffer> ring = Optional.empty();

    @Ephemeral(value = "what there is to tell of its first weights; no step reads it", whole = true)
    private List<StateTransfer.Entry> begunWith = List.of();

    private Trainer(Recipe recipe, TrainingData data, boolean mayKeepData) {
        this.recipe = recipe;
        Key root = Key.of(recipe.seed());
        this.data = data;
        this.splits = data.splits();
        RecipeFit.check(recipe, splits);
        Normalization normalization = Normalization.fit(recipe.data().normalize(), splits.train());
        this.constants = constants(recipe, data, normalization);

        ElementType type = recipe.dtype().type();
        // Before anything is allocated, for a process that takes too much is ended without a word.
        long free = FreeMemory.bytes();
        MemoryNeed.vectors(recipe, splits.train().shape(), free);
        this.network = new Network(recipe.network(), splits.train().shape(), type, root.fold("init"), recipe.frozen());
        MemoryNeed need = MemoryNeed.require(recipe, network, data, batchSizes(), free);
        this.resident = mayKeepData ? DeviceDatasets.of(recipe, splits, normalization, free - need.arrays()) : DeviceDatasets.none(recipe.loss());
        this.memory = need.withData(resident.bytes());
        ParameterVector gradient = new ParameterVector(network.trained().layout(), type);
        this.vectors = new OptimizerVectors(recipe.optimizer(), network.trained(), gradient);
        this.average = recipe.average().map(a -> a.start(network.parameters()));
        this.progress = new Progress(recipe.evaluate().largerIsBetter(), recipe.plateau());
        this.evaluations = new Evaluations(recipe.loss(), network,
                average.orElse(network.parameters()), normalization, resident);
        Batches shuffled = Batches.shuffled(splits.train(), recipe.data().batchSize(), root)
                .normalized(normalization).augmented(recipe.data().augment().orElse(Augmentation.none()));
        Batches dealt = recipe.data().dropLast() ? shuffled.droppingLast() : shuffled;
        boolean isResident = resident.has(splits.train());
        // Late, for it starts a thread, which nobody would end if something before it failed.
        this.batches = new Prefetch(
                recipe.data().poison().orElse(CorruptedBatches.none()).among(isResident ? new RowNumberBatches(dealt) : dealt, dealt),
                isResident || (long) recipe.data().batchSize() * splits.train().featureCount() < WORTH_A_THREAD ? 0 : PREFETCHED);
        try {
            this.update = new StepUpdate(recipe, network, vectors, average, splits.train().labels(), batches,
                    resident.feeding(splits.train()), batchSizes(), root.fold("step"));
            this.recovery = recipe.recovery().map(r -> new RecoveryState(r, update, this::whatUpdatesChange));
            // A recovery rule decides after each step.
            this.stride = recovery.isPresent() ? Optional.empty() : update.stride(this::whatUpdatesChange);
        } catch (RuntimeException | Error e) {
            batches.close();
            throw e;
        }
    }

    /** A training at step 0; looks for data sets where the command line does. */
    public static Trainer fresh(Recipe recipe) throws IOException {
        return fresh(recipe, DataFolders.standard());
    }

    /**
     * A training at step 0, with its data from {@code folders}.
     *
     * @throws cairn.recipe.RecipeException if the parts of the recipe do not fit each other or the data
     */
    public static Trainer fresh(Recipe recipe, DataFolders folders) throws IOException {
        return fresh(recipe, TrainingData.open(recipe, folders));
    }

    /**
     * A training at step 0 on data that is open already, so that several trainings may share it.
     *
     * @param data cut as it is given; its digest is to speak for the rows and for the cut
     * @throws cairn.recipe.RecipeException if the parts of the recipe do not fit each other or the data, or the weights that it begins with are others
     * @throws java.io.UncheckedIOException if the weights that it begins with cannot be read
     */
    public static Trainer fresh(Recipe recipe, TrainingData data) {
        Trainer trainer = blank(recipe, data);
        try {
            if (recipe.weights().isPresent()) {
                StateTransfer first = InitialWeightsReader.inheritance(recipe, trainer);
                first.state().into(trainer);
                trainer.begunWith = first.entries();
            }
            return trainer;
        } catch (RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /** A training that a state is to be restored into: as {@link #fresh}, but the weights that the recipe begins with are not read. */
    public static Trainer blank(Recipe recipe, TrainingData data) {
        return new Trainer(recipe, data, true);
    }

    /** The same, with every batch made on the host; it changes no number. */
    public static Trainer blankWithHostBatches(Recipe recipe, TrainingData data) {
        return new Trainer(recipe, data, false);
    }

    public static Trainer blank(Recipe recipe, DataFolders folders) throws IOException {
        return blank(recipe, TrainingData.open(recipe, folders));
    }

    /**
     * A fresh training of {@code other}, brought to this one's step, with everything of its state that fits and still means the
     * same; see {@link StateTransfer}. This one stays as it is.
     *
     * @throws IllegalArgumentException if nothing of the model fits, naming every entry
     */
    public Trainer branch(Recipe other, TrainingData data) {
        Trainer trainer = blank(other, data);
        try {
            trainer.restore(StateTransfer.of(trainer, recipe, snapshot(), StateFilter.all()).requireModel("step " + step).state());
            return trainer;
        } catch (RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /** The same; looks for data sets where the command line does. */
    public Trainer branch(Recipe other) throws IOException {
        return branch(other, TrainingData.open(other, DataFolders.standard()));
    }

    // --- training

    /**
     * Makes exactly one update, or what the recipe's recovery rule does in its place; either counts as a step.
     *
     * @throws TrainingFaultException if the loss or anything in the gradient is not finite (or the loss a spike), and no recovery rule
     *     helps; then nothing has changed
     */
    public StepReport step() {
        return step(StepHook.NONE);
    }

    /** The same, with somebody looking into it. */
    StepReport step(StepHook probe) {
        double rate = rate(step);
        recovery.ifPresent(r -> r.begin(step));
        StepUpdate.Attempt attempt = update.attempt(step, probe);
        Optional<Fault> fault = fault(attempt, rate);
        if (fault.isEmpty()) {
            return made(attempt, rate, probe, Optional.empty());
        }
        update.undo();
        if (recovery.isEmpty()) {
            throw TrainingFaultException.of(fault.get(), "");
        }
        if (recovery.get().rule().confirm()) {
            StepUpdate.Attempt again = update.attempt(step, probe);
            if (!again.sameNumbers(attempt) && fault(again, rate).isEmpty()) {
                return made(again, rate, probe, fault);
            }
            update.undo();
        }
        RecoveryAction intervention = recovery.get().intervene(fault.get());
        step++;
        return new StepReport(step, attempt.loss(), rate, attempt.norm(), fault.get().rows().size(), Optional.empty(),
                Optional.of(intervention));
    }

    /**
     * Makes some updates, at least one and at most {@code most}, and looks at what they were: on the processor one at a time, on a card
     * several, so that it does not stop at each. A bad one ends them: it is not made, and the next call meets it.
     *
     * @param isEnough asked between two updates
     * @throws TrainingFaultException as {@link #step} does, if the very first cannot be made
     */
    public List<StepReport> steps(int most, BooleanSupplier isEnough) {
        if (most < 1) {
            throw new IllegalArgumentException("expected at least 1 step, found " + most);
        }
        if (most == 1 || stride.isEmpty() || ring.isPresent()) {
            return List.of(step());
        }
        List<StepReport> reports = new ArrayList<>();
        for (SpeculativeSteps.Made m : stride.get().run(step, most, this::rate, isEnough)) {
            step++;
            reports.add(new StepReport(step, m.loss(), m.rate(), recipe.clip().filter(Clipping::usesNorm).isPresent()
                    ? OptionalDouble.of(Math.sqrt(m.squares())) : OptionalDouble.empty(), m.rows(), Optional.empty(), Optional.empty()));
        }
        // What is wrong with it is found out by looking.
        return reports.isEmpty() ? List.of(step()) : reports;
    }

    /** How many updates {@link #steps} makes at once, at most. */
    public int mostSteps() {
        return stride.isPresent() && ring.isEmpty() ? SpeculativeSteps.MOST : 1;
    }

    private double rate(long step) {
        return recipe.optimizer().learningRate() * recipe.schedule().factor(step, batches.batchesPerEpoch())
                * progress.rateFactor() * (recovery.isPresent() ? recovery.get().rateFactor() : 1);
    }

    private Optional<Fault> fault(StepUpdate.Attempt attempt, double rate) {
        return Fault.in(attempt, step, rate, recovery.isPresent() ? recovery.get().limit() : OptionalDouble.empty());
    }

    private StepReport made(StepUpdate.Attempt attempt, double rate, StepHook probe, Optional<Fault> passing) {
        update.apply(rate, step);
        step++;
        recovery.ifPresent(r -> r.made(step, attempt.loss(), rate));
        probe.updated();
        return new StepReport(step, attempt.loss(), rate, attempt.norm(), attempt.batch().size(), passing, Optional.empty());
    }

    /** The sizes of full and short batches, which are wired before the first step. */
    private int[] batchSizes() {
        int n = splits.train().size();
        int full = Math.min(recipe.data().batchSize(), n);
        return !recipe.data().dropLast() && n % full != 0 ? new int[] {full, n % full} : new int[] {full};
    }

    /** Goes forward to {@code step}: every update, and every evaluation that the recipe asks for on the way. */
    public void trainTo(long step) {
        new Stepper(this, new Stepper.Listener() { }).to(step);
    }

    // --- evaluation

    /** Whether the recipe asks for an evaluation at {@code step}. */
    boolean isEvaluatedAt(long step) {
        return SaveRule.every(recipe.evaluate().every(), new Position(step, batches.batchesPerEpoch()));
    }

    /** Whether the recipe asks for an evaluation at this step that has not been made yet. */
    public boolean evaluationDue() {
        return progress.evaluatedAt() != step && isEvaluatedAt(step);
    }

    /** Makes the evaluation that is due, on the validation rows, and takes its result into the state. */
    public Evaluation observe() {
        return observe(() -> false).orElseThrow();
    }

    /** The same; or nothing, and no change, as soon as {@code isGivenUp} says so, which is asked before each batch. */
    public Optional<Evaluation> observe(BooleanSupplier isGivenUp) {
        if (!evaluationDue()) {
            throw new IllegalStateException("no evaluation is due at step " + step
                    + "; to look without changing the state, call evaluate(...)");
        }
        Optional<Evaluation> evaluation = evaluate(monitored(), isGivenUp);
        evaluation.ifPresent(e -> progress.observe(step, Evaluations.measure(e, recipe.evaluate().monitor())));
        return evaluation;
    }

    /** Evaluates the model as it is on {@code rows}: changes nothing. */
    public Evaluation evaluate(DataSet rows) {
        return evaluations.of(rows);
    }

    /** The same; or nothing as soon as {@code isGivenUp} says so, which is asked before each batch. */
    public Optional<Evaluation> evaluate(DataSet rows, BooleanSupplier isGivenUp) {
        return evaluations.of(rows, isGivenUp);
    }

    /** What the cadence evaluates on: the validation rows, or the test rows if there are none. */
    public DataSet monitored() {
        return monitored(splits);
    }

    public static DataSet monitored(Splits splits) {
        return splits.validation().size() > 0 ? splits.validation() : splits.test();
    }

    // --- state

    /** The whole of training as a value. */
    public State snapshot() {
        return State.of(this);
    }

    /**
     * Goes to {@code state}, all of it, or nothing.
     *
     * @throws cairn.state.RestoreException if it does not fit, naming every difference
     */
    public void restore(State state) {
        state.into(this);
        // What led to this state may be another past than the one that was remembered.
        past = List.of();
        ring.ifPresent(SnapshotBuffer::forget);
    }

    /** The state at step 0, whatever this training has become. */
    public State initial() {
        try (Trainer fresh = fresh(recipe, data)) {
            return fresh.snapshot();
        }
    }

    // --- the past

    /** Keeps states in {@code ring} from now on, for {@link #rollbackTo}. It changes no number. */
    public void remember(SnapshotBuffer ring) {
        this.ring = Optional.of(ring);
        ring.begin(this);
    }

    void rememberHere() {
        ring.ifPresent(r -> r.remember(this));
    }

    /**
     * Goes to the state of {@code step}, before this one or after it: weights, optimizer, averages, best metric and patience are those of
     * that step, bit for bit. The nearest remembered state before it is restored and the rest is done again; without any, all from
     * step 0.
     *
     * @throws IllegalArgumentException if nothing is remembered at or before {@code step} and this training was restored from a state
     */
    public Replay.Route rollbackTo(long step) throws IOException {
        trainTo(position().step());
        rememberHere();
        List<SnapshotSource> sources = new ArrayList<>();
        ring.ifPresent(sources::add);
        sources.add(SnapshotSource.here(this));
        sources.addAll(past);
        return new Replay(this, sources).goTo(step);
    }

    @Override
    public void slots(Slots s) {
        s.integer("train/step", () -> step, v -> step = v);
        constants.forEach(s::constant);
        whatUpdatesChange(s);
        s.child("progress", progress);
        recovery.ifPresent(r -> s.child("recovery", r));
    }

    private void whatUpdatesChange(Slots s) {
        s.child("model", network);
        s.child("optimizer", vectors);
        average.ifPresent(a -> s.child("average", a));
    }

    /** What must be the same in whatever is restored, and what a prediction has to know. */
    private static Map<String, String> constants(Recipe recipe, TrainingData data, Normalization normalization) {
        DataSet rows = data.splits().train();
        Map<String, String> constants = new LinkedHashMap<>();
        constants.put("recipe/digest", recipe.digest());
        constants.put("data/digest", data.digest());
        constants.put("data/shape", DataFacts.text(rows.shape()));
        constants.put("data/labels", DataFacts.text(rows.labels()));
        constants.put("data/normalization", DataFacts.text(normalization));
        return Collections.unmodifiableMap(constants);
    }

    // --- facts

    public Recipe recipe() {
        return recipe;
    }

    /**
     * What its bits depend on beside recipe and state: the facts of the backend, and what in it adds in
     * {@linkplain cairn.tensor.Operation#unordered() no fixed order}.
     */
    public Map<String, String> environment() {
        Map<String, String> facts = new LinkedHashMap<>(Backend.facts());
        facts.put(Backend.UNORDERED, unordered());
        return facts;
    }

    /** The fact {@link Backend#UNORDERED}. */
    public String unordered() {
        Set<String> all = new TreeSet<>(update.unordered());
        all.addAll(evaluations.unordered());
        return all.isEmpty() ? Backend.NONE : String.join(" ", all);
    }

    /** The memory of its arrays, as it was computed before they were made. */
    public MemoryNeed memory() {
        return memory;
    }

    /** Which rows live where the arrays do. */
    public DeviceDatasets resident() {
        return resident;
    }

    /** Training rows that would live on the card, where the arrays do, if they fitted. */
    public Optional<DatasetTooLarge> rowsLeftOut() {
        return resident.leftOut();
    }

    public Position position() {
        return new Position(step, batches.batchesPerEpoch());
    }

    public Progress progress() {
        return progress;
    }

    public Splits splits() {
        return splits;
    }

    /** Every weight of the model. */
    public ParameterVector parameters() {
        return network.parameters();
    }

    /** What became of each entry of the model when this training began with weights from elsewhere; nothing where it did not. */
    public List<StateTransfer.Entry> begunWith() {
        return begunWith;
    }

    /** The rows of the next step, as indices into the training rows: a pure function of the step. */
    public int[] nextRows() {
        return rows(step);
    }

    /** The rows of the step after {@code step} updates. */
    public int[] rows(long step) {
        Batch batch = batches.at(step);
        return Arrays.copyOf(batch.rows(), batch.size());
    }

    @Override
    public void close() {
        batches.close();
        resident.close();
    }
}

package cairn.train;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.data.BatchSource;
import cairn.data.Normalization;
import cairn.nn.Network;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recovery.RecoveryState;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.ParameterVector;
import cairn.tensor.device.Backend;
import cairn.tensor.device.FreeMemory;
import cairn.train.device.DeviceDatasets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The arrays of a training and the programs that use them. They are made only here, so the {@linkplain MemoryNeed estimate of the memory}
 * counts exactly what a {@link Trainer} makes.
 *
 * <p>Its slots are everything that updates change: {@code model/}, {@code optimizer/}, {@code average/} and their ages.
 */
final class Assembly implements Snapshottable, AutoCloseable {
    private final Network network;
    private final DeviceDatasets datasets;
    private final BatchSource batches;
    private final OptimizerVectors vectors;
    private final Optional<AveragedWeights> average;
    private final StepUpdate update;
    private final Evaluations evaluations;
    private final Optional<RecoveryState> recovery;
    private final Optional<SpeculativeSteps> speculation;
    private final MemoryNeed memory;
    @Ephemeral(value = "facts of this process, read when first asked for, because each save asks", kind = WIRING)
    private Map<String, String> backend;

    /** Wires {@code network} for the steps and evaluations of {@code recipe}. */
    Assembly(Recipe recipe, TrainingData data, Network network, Normalization normalization, DeviceDatasets datasets,
            BatchSource batches, MemoryNeed memory) {
        this.network = network;
        this.datasets = datasets;
        this.batches = batches;
        this.memory = memory;
        ParameterVector gradient = new ParameterVector(network.trained().layout(), recipe.dtype().type());
        this.vectors = new OptimizerVectors(recipe.optimizer(), network.trained(), gradient);
        this.average = recipe.average().map(a -> new AveragedWeights(a, network.parameters()));
        ParameterVector evaluated = average.map(AveragedWeights::vector).orElse(network.parameters());
        this.evaluations = new Evaluations(recipe.loss(), network, evaluated, normalization, datasets);
        this.update = new StepUpdate(recipe, network, vectors, average, data.splits().train().labels(), batches,
                datasets.feed(data.splits().train()), data.batchSizes(recipe), Key.of(recipe.seed()).fold("step"), this);
        this.recovery = recipe.recovery().map(rule -> new RecoveryState(rule, update::redo, this));
        // A recovery rule decides after each step.
        this.speculation = recovery.isPresent() ? Optional.empty() : update.speculative(this, recipe.clip());
    }

    /**
     * Everything that a training of {@code recipe} needs.
     *
     * @param mayUseDevice whether data sets may be copied to the device; otherwise every batch is made on the host
     * @throws cairn.state.MemoryException if it needs more memory than is free; then nothing was allocated
     */
    static Assembly of(Recipe recipe, TrainingData data, Normalization normalization, boolean mayUseDevice) {
        long[] row = data.splits().train().shape();
        // This is checked before anything is allocated, because the system kills a process that takes too much memory.
        long free = FreeMemory.bytes();
        MemoryNeed vectors = MemoryNeed.requireVectors(recipe, row, free);
        Network network = new Network(recipe.network(), row, recipe.dtype().type(), Key.of(recipe.seed()).fold("init"), recipe.frozen());
        MemoryNeed need = MemoryNeed.require(vectors, recipe, network, data, free);
        DeviceDatasets datasets = mayUseDevice ? DeviceDatasets.of(recipe, data.splits(), normalization, free - need.arrays())
                : DeviceDatasets.none(recipe.loss());
        // This comes last, because it starts a thread.
        BatchSource batches = data.prefetch(recipe, normalization, datasets);
        try {
            return new Assembly(recipe, data, network, normalization, datasets, batches, need.with(datasets));
        } catch (RuntimeException | Error e) {
            batches.close();
            throw e;
        }
    }

    Network network() {
        return network;
    }

    StepUpdate update() {
        return update;
    }

    Evaluations evaluations() {
        return evaluations;
    }

    Optional<RecoveryState> recovery() {
        return recovery;
    }

    /** Makes several steps at once; empty on the CPU, and where a recovery rule decides after each step. */
    Optional<SpeculativeSteps> speculation() {
        return speculation;
    }

    /** The number of steps of an epoch. */
    int stepsPerEpoch() {
        return batches.batchesPerEpoch();
    }

    MemoryNeed memory() {
        return memory;
    }

    /** The rows on the device. */
    DeviceDatasets datasets() {
        return datasets;
    }

    /** The facts of the backend, and the operations that add in no fixed order, in the programs that are wired so far. */
    Map<String, String> environment() {
        Set<String> unordered = new TreeSet<>(update.unordered());
        unordered.addAll(evaluations.unordered());
        if (backend == null) {
            backend = Backend.facts();
        }
        Map<String, String> facts = new LinkedHashMap<>(backend);
        facts.put(Backend.UNORDERED, unordered.isEmpty() ? Backend.NONE : String.join(" ", unordered));
        return facts;
    }

    @Override
    public void slots(Slots s) {
        // Who asks for the slots may write them.
        update.guard().forget();
        s.child("model", network);
        s.child("optimizer", vectors);
        average.ifPresent(a -> a.slots(s));
    }

    /** Ends the thread that prepares batches, and frees the rows on the device. */
    @Override
    public void close() {
        batches.close();
        datasets.close();
    }
}

package cairn.train;

import cairn.data.Labels;
import cairn.nn.Buffer;
import cairn.nn.Network;
import cairn.nn.Parameter;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recovery.RecoveryState;
import cairn.recovery.WeightRollback;
import cairn.run.BackgroundSaver;
import cairn.state.Snapshottable;
import cairn.tensor.AllocationDryRun;
import cairn.tensor.ParameterVector;
import cairn.tensor.device.Backend;
import cairn.train.device.HostBatchFeed;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The memory that arrays of a training take, in bytes, computed before it is taken.
 *
 * @param weights parameters and buffers
 * @param optimizer the gradient, the optimizer's vectors and the averaged weights
 * @param wiring activations and their gradients, for each size of a batch, and everything else that steps and evaluations work with
 * @param data rows that live beside the arrays, on a card; 0 where batches are made on the host
 * @param kept copies of the state, where arrays lie apart: of one that is being saved, and of one that waits
 * @param capture of one state that is being saved, in Java's memory
 */
public record MemoryNeed(long weights, long optimizer, long wiring, long data, long kept, long capture) {
    /** Rows of a batch at which looking for one that fits begins to be hopeless. */
    private static final int SMALLEST_BATCH = 1;

    /** Of the arrays. */
    public long arrays() {
        return weights + optimizer + wiring + data + kept;
    }

    /**
     * With so many bytes of rows beside the arrays, which never make a training need too much: where they do not fit they are elsewhere.
     */
    MemoryNeed withData(long bytes) {
        return new MemoryNeed(weights, optimizer, wiring, bytes, kept, capture);
    }

    /**
     * The vectors of {@code recipe} over rows of such a shape; from the layouts alone.
     *
     * @throws MemoryException if they are more than what is free
     */
    static MemoryNeed vectors(Recipe recipe, long[] row, long free) {
        int bytes = recipe.dtype().type().bytes();
        long all = sizes(recipe.network().parameters(row).stream().map(Parameter::shape).toArray(long[][]::new));
        long trained = sizes(recipe.network().parameters(row).stream().filter(p -> !recipe.frozen().has(p.name())).map(Parameter::shape)
                .toArray(long[][]::new));
        long buffers = sizes(recipe.network().buffers(row).stream().map(Buffer::shape).toArray(long[][]::new));
        int average = recipe.average().isPresent() ? 1 : 0;
        int slots = recipe.optimizer().slots().size();
        // With a way back, the state has earlier ones in it.
        int states = recipe.recovery().filter(r -> r.back() > 0).isPresent() ? 1 + WeightRollback.EARLIER : 1;
        long capture = states * (all * (1 + average) + buffers + trained * slots) * bytes;
        MemoryNeed need = new MemoryNeed((all + buffers) * bytes, (trained * (1 + slots) + all * average) * bytes, 0, 0,
                Backend.isDevice() ? BackgroundSaver.BUFFERS * capture : 0, capture);
        if (need.arrays() > free) {
            throw new MemoryException(recipe, need, free, Optional.empty());
        }
        return need;
    }

    /**
     * All of it, for a network that is there already.
     *
     * @param sizes of training batches
     * @return nothing if it is more than {@code most}
     */
    static Optional<MemoryNeed> within(long most, MemoryNeed vectors, Recipe recipe, Network network, TrainingData data, int[] sizes) {
        OptionalLong wired = AllocationDryRun.bytes(most - vectors.weights() - vectors.kept(), () -> wire(recipe, network, data, sizes));
        return wired.isEmpty() ? Optional.empty() : Optional.of(new MemoryNeed(vectors.weights(), vectors.optimizer(),
                wired.getAsLong() - vectors.optimizer(), 0, vectors.kept(), vectors.capture()));
    }

    /** Everything that a trainer makes beside the network, and what its evaluations make. */
    private static void wire(Recipe recipe, Network network, TrainingData data, int[] sizes) {
        ParameterVector gradient = new ParameterVector(network.trained().layout(), recipe.dtype().type());
        OptimizerVectors vectors = new OptimizerVectors(recipe.optimizer(), network.trained(), gradient);
        Optional<ParameterVector> average = recipe.average().map(a -> a.start(network.parameters()));
        Labels labels = data.splits().train().labels();
        StepUpdate update = new StepUpdate(recipe, network, vectors, average, labels, null, new HostBatchFeed(recipe.loss(), labels), sizes,
                Key.of(0));
        Snapshottable part = s -> {
            s.child("model", network);
            s.child("optimizer", vectors);
            average.ifPresent(a -> s.child("average", a));
        };
        recipe.recovery().ifPresentOrElse(r -> new RecoveryState(r, update, part), () -> update.stride(part));
        for (int rows : Evaluations.sizes(Trainer.monitored(data.splits()).size())) {
            network.evaluation(rows, recipe.loss(), average.orElse(network.parameters()));
        }
    }

    /** The largest of the batch sizes that come from halving which needs no more than {@code most}. */
    static Optional<Integer> fittingBatch(long most, MemoryNeed vectors, Recipe recipe, Network network, TrainingData data, int batch) {
        for (int rows = batch / 2; rows >= SMALLEST_BATCH; rows /= 2) {
            if (within(most, vectors, recipe, network, data, new int[] {rows}).isPresent()) {
                return Optional.of(rows);
            }
        }
        return Optional.empty();
    }

    /**
     * Of {@code recipe} on {@code data}.
     *
     * @throws MemoryException if it is more than what is free, naming the batch size that would fit
     */
    static MemoryNeed require(Recipe recipe, Network network, TrainingData data, int[] sizes, long free) {
        MemoryNeed vectors = vectors(recipe, data.splits().train().shape(), free);
        return within(free, vectors, recipe, network, data, sizes).orElseThrow(() ->
                new MemoryException(recipe, vectors, free, fittingBatch(free, vectors, recipe, network, data, sizes[0])));
    }

    private static long sizes(long[][] shapes) {
        long sum = 0;
        for (long[] shape : shapes) {
            sum += LongStream.of(shape).reduce(1, Math::multiplyExact);
        }
        return sum;
    }
}

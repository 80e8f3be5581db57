package cairn.train;

import cairn.data.Normalization;
import cairn.nn.Buffer;
import cairn.nn.Network;
import cairn.nn.Parameter;
import cairn.recipe.Recipe;
import cairn.recovery.WeightRollback;
import cairn.state.MemoryException;
import cairn.state.ProcessMemory;
import cairn.state.StateMemory;
import cairn.tensor.AllocationDryRun;
import cairn.tensor.device.Backend;
import cairn.tensor.device.FreeMemory;
import cairn.train.device.DatasetTooLarge;
import cairn.train.device.DeviceDatasets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The memory that the arrays of a training take, in bytes, computed before they are made.
 *
 * @param weights parameters and buffers
 * @param optimizer the gradient, the optimizer's vectors and the averaged weights
 * @param wiring activations and their gradients, for each batch size, and all other arrays of steps and evaluations
 * @param data rows on the device; 0 if batches are made on the host
 * @param kept copies of the state on the device, for the states that are being saved
 * @param capture one state that is being saved or read, in Java's memory off its heap
 * @param heap the largest parameter while it is initialized, on Java's heap
 * @param tooLarge the size of the training rows, if they do not fit on the device
 */
public record MemoryNeed(long weights, long optimizer, long wiring, long data, long kept, long capture, long heap,
        Optional<DatasetTooLarge> tooLarge) {
    /** The most states that are in memory while they are saved: one is being written, one waits. One is enough where memory is scarce. */
    public static final int SAVES = 2;
    private static final MemoryNeed NONE = new MemoryNeed(0, 0, 0, 0, 0, 0, 0, Optional.empty());
    /** The smallest batch size that is tried. */
    private static final int SMALLEST_BATCH = 1;

    /** The memory where the arrays are: their own and, if that is the host's, that of one state which is being saved or read. */
    long here() {
        return arrays() + copyHere();
    }

    /** A state that was read is in memory already, and makes room for the first one that is saved. */
    private long copyHere() {
        return Backend.isDevice() ? 0 : Math.max(0, capture - StateMemory.bytes());
    }

    /** The memory of all arrays. */
    public long arrays() {
        return weights + optimizer + wiring + data + kept;
    }

    /** Adds the rows on the device. They never make a training too large, because rows that do not fit stay on the host. */
    MemoryNeed with(DeviceDatasets datasets) {
        return new MemoryNeed(weights, optimizer, wiring, datasets.bytes(), kept, capture, heap, datasets.tooLarge());
    }

    /**
     * The memory of the vectors of {@code recipe} for rows of shape {@code row}, computed from their sizes.
     *
     * @throws MemoryException if they need more than is free, or than Java may use
     */
    static MemoryNeed requireVectors(Recipe recipe, long[] row, long free) {
        int bytes = recipe.dtype().type().bytes();
        long all = recipe.parameterCount(row);
        long trained = sizes(recipe.network().parameters(row).stream().filter(p -> !recipe.frozen().has(p.name())).map(Parameter::shape)
                .toArray(long[][]::new));
        long buffers = sizes(recipe.network().buffers(row).stream().map(Buffer::shape).toArray(long[][]::new));
        long largest = recipe.network().parameters(row).stream().mapToLong(p -> sizes(new long[][] {p.shape()})).max().orElse(0);
        int average = recipe.average().isPresent() ? 1 : 0;
        int slots = recipe.optimizer().slots().size();
        // With a recovery rule that goes back, the state contains earlier states.
        int states = recipe.recovery().filter(r -> r.back() > 0).isPresent() ? 1 + WeightRollback.EARLIER : 1;
        long capture = states * (all * (1 + average) + buffers + trained * slots) * bytes;
        MemoryNeed need = new MemoryNeed((all + buffers) * bytes, (trained * (1 + slots) + all * average) * bytes, 0, 0,
                Backend.isDevice() ? SAVES * capture : 0, capture, Double.BYTES * largest, Optional.empty());
        if (need.here() > free) {
            throw refusal(recipe, need, free, Optional.empty());
        }
        String refused = "cannot train " + recipe.name();
        StateMemory.requireRoom(refused, capture, StateMemory.bytes());
        if (need.heap > ProcessMemory.heap()) {
            throw MemoryException.ofHeap(refused + ": its largest parameter, while it is initialized,", need.heap,
                    "make the largest parameter smaller.");
        }
        return need;
    }

    /**
     * The memory of everything, for a network that already exists.
     *
     * @return empty if it is more than {@code most}
     */
    private static Optional<MemoryNeed> within(long most, MemoryNeed vectors, Recipe recipe, Network network, TrainingData data) {
        OptionalLong bytes = AllocationDryRun.bytes(most - vectors.weights() - vectors.kept() - vectors.copyHere(),
                () -> wire(recipe, network, data));
        return bytes.isEmpty() ? Optional.empty() : Optional.of(new MemoryNeed(vectors.weights(), vectors.optimizer(),
                bytes.getAsLong() - vectors.optimizer(), 0, vectors.kept(), vectors.capture(), vectors.heap(), Optional.empty()));
    }

    /** Makes everything that a training and its evaluations make beside the network. A dry run counts it without allocating. */
    private static void wire(Recipe recipe, Network network, TrainingData data) {
        Assembly parts = new Assembly(recipe, data, network, Normalization.none(), DeviceDatasets.none(recipe.loss()), data.batches(recipe),
                NONE);
        parts.evaluations().wire(data.monitored().size());
    }

    /** The first batch size that needs no more than {@code most}, if the batch size is halved again and again. */
    private static Optional<Integer> fittingBatch(long most, MemoryNeed vectors, Recipe recipe, Network network, TrainingData data) {
        for (int rows = data.batchSizes(recipe)[0] / 2; rows >= SMALLEST_BATCH; rows /= 2) {
            if (within(most, vectors, recipe.withBatchSize(rows), network, data).isPresent()) {
                return Optional.of(rows);
            }
        }
        return Optional.empty();
    }

    /**
     * The memory that a training of {@code recipe} on {@code data} needs.
     *
     * @param vectors the memory of its vectors
     * @throws MemoryException if it is more than is free; the exception names a batch size that would fit
     */
    static MemoryNeed require(MemoryNeed vectors, Recipe recipe, Network network, TrainingData data, long free) {
        return within(free, vectors, recipe, network, data).orElseThrow(() ->
                refusal(recipe, vectors, free, fittingBatch(free, vectors, recipe, network, data)));
    }

    /**
     * The arrays do not fit where they are made.
     *
     * @param fitting a batch size that would fit, if there is one
     */
    private static MemoryException refusal(Recipe recipe, MemoryNeed vectors, long free, Optional<Integer> fitting) {
        return new MemoryException("cannot train " + recipe.name() + ": its arrays need more memory than is free " + FreeMemory.place()
                + "\n  free                   " + MemoryException.size(free)
                + "\n  weights                " + MemoryException.size(vectors.weights)
                + "\n  gradient and optimizer " + MemoryException.size(vectors.optimizer)
                + (vectors.kept > 0 ? "\n  copies while saving    " + MemoryException.size(vectors.kept) : "")
                + (Backend.isDevice() ? "" : "\n  its state, while saved " + MemoryException.size(vectors.capture))
                + (vectors.here() > free ? "" : "\n  batches of " + recipe.data().batchSize() + " rows need more than the rest")
                + "\n" + fitting.map(rows -> "Batches of " + rows + " rows would fit: data.batch-size=" + rows)
                        .orElse("No batch size would fit: make the model smaller, or free some memory."));
    }

    private static long sizes(long[][] shapes) {
        long sum = 0;
        for (long[] shape : shapes) {
            sum += LongStream.of(shape).reduce(1, Math::multiplyExact);
        }
        return sum;
    }
}

package cairn.bench.peers;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Products;

/** Work for the limits of the machine: products of large matrices, and sums of vectors that are larger than every cache. */
final class Limits implements BenchmarkTrainer {
    private final Operation operation;

    Limits(Work work) {
        operation = work == Work.PRODUCT
                ? Products.product(filled(Work.SIZE, Work.SIZE), filled(Work.SIZE, Work.SIZE), filled(Work.SIZE, Work.SIZE))
                : Elementwise.add(filled(Work.LENGTH), filled(Work.LENGTH), filled(Work.LENGTH));
    }

    private static Array filled(long... shape) {
        return Array.filled(ElementType.F32, 0.5, shape);
    }

    @Override
    public double train(int steps) {
        Key key = Key.of(0);
        for (int i = 0; i < steps; i++) {
            operation.run(key);
        }
        return 0;
    }

    @Override
    public void close() {
        // The end of the process frees the arrays.
    }
}

package cairn.bench.peers;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Products;

/** What the machine can do at the most: products of large matrices, and sums of vectors that fit into no cache. */
final class Limits implements Contestant {
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
        // Its arrays go with the process.
    }
}

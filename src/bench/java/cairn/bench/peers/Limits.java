package cairn.bench.peers;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Elementwise;
import cairn.tensor.Operation;
import cairn.tensor.Products;

/** What the machine can do at the most: products of large matrices, and sums of vectors that fit into no cache. */
final class Limits implements Contestant {
    private static final int SIZE = 1536;
    private static final int LENGTH = 1 << 24;
    /** Each of a turn's steps is one of these; the sum reads two vectors and writes one. */
    static final Work PRODUCT = new Work("product", "", 40, 2.0 * SIZE * SIZE * SIZE, 0);
    static final Work SUM = new Work("sum", "", 20, 0, 3.0 * Float.BYTES * LENGTH);

    private final Operation operation;

    Limits(Work work) {
        operation = work.name().equals(PRODUCT.name())
                ? Products.product(filled(SIZE, SIZE), filled(SIZE, SIZE), filled(SIZE, SIZE))
                : Elementwise.add(filled(LENGTH), filled(LENGTH), filled(LENGTH));
    }

    static Work named(String name) {
        return name.equals(PRODUCT.name()) ? PRODUCT : SUM;
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

package cairn.tensor.op;

import static cairn.tensor.Native.flags;
import static cairn.tensor.Native.in;
import static cairn.tensor.Native.integers;
import static cairn.tensor.Native.out;
import static cairn.tensor.Native.reals;

import cairn.tensor.Array;
import cairn.tensor.Native;
import cairn.tensor.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums of whole arrays, written into a scalar of rank 0, with the same bits at any number of threads, up to two million doubles.
 *
 * <p>They are summed block by block. Over a whole vector of floats ND4J adds one element after the other, and the sum of ten million ones
 * is 3.5 % too small; and it divides a whole vector among its threads, so that their number changes the bits.
 */
public final class Reductions {
    private static final long BLOCK = 1024;

    private Reductions() {
    }

    /** s = Σ x. */
    public static Operation sum(Array x, Array s) {
        return HostLoops.can(x) ? HostReductions.sum(x, s) : byBlocks("reduce_sum", x, s);
    }

    /** s = Σ x². */
    public static Operation sumOfSquares(Array x, Array s) {
        return HostLoops.can(x) ? HostReductions.sumOfSquares(x, s) : byBlocks("reduce_sqnorm", x, s);
    }

    private static Operation byBlocks(String name, Array x, Array s) {
        if (x.size() <= BLOCK) {
            return overRows(name, x.view(0, 1, x.size()), s.view(0, 1));
        }
        long blocks = x.size() / BLOCK;
        long rest = x.size() % BLOCK;
        Array partial = Array.zeros(x.type(), blocks + (rest > 0 ? 1 : 0));
        List<Operation> sums = new ArrayList<>();
        sums.add(overRows(name, x.view(0, blocks, BLOCK), partial.view(0, blocks)));
        if (rest > 0) {
            sums.add(overRows(name, x.view(blocks * BLOCK, 1, rest), partial.view(blocks, 1)));
        }
        sums.add(overRows("reduce_sum", partial.view(0, 1, partial.size()), s.view(0, 1)));
        return Operation.sequence(sums);
    }

    private static Operation overRows(String name, Array x, Array perRow) {
        return Native.call(name, in(x), out(perRow), reals(), integers(1), flags());
    }
}

package cairn.state;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@link TensorDigest}s of many tensors. The work is divided into pieces of about a block, whatever the sizes of the tensors are. */
public final class TensorDigests {
    /** Less is done by one thread in less time than it takes to wake another one for it. */
    private static final long WORTH_THREADS = 256 << 10;

    /** The digests of the blocks of a tensor, one after the other. */
    private record Blocks(ByteBuffer bytes, byte[] digests, KnownDigest known) {
        void compute(int block, MessageDigest sha) {
            sha.update(TensorDigest.block(bytes, block));
            System.arraycopy(sha.digest(), 0, digests, block * TensorDigest.BYTES, TensorDigest.BYTES);
        }
    }

    private final Map<String, Blocks> tensors = new LinkedHashMap<>();
    private final List<Runnable> pieces = new ArrayList<>();

    private TensorDigests(Map<String, Value.Tensor> all) {
        List<Runnable> together = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, Value.Tensor> e : all.entrySet()) {
            ByteBuffer bytes = e.getValue().bytes();
            KnownDigest known = e.getValue().known();
            if (known.blocks() != null) {
                tensors.put(e.getKey(), new Blocks(bytes, known.blocks(), known));
                continue;
            }
            Blocks blocks = new Blocks(bytes, new byte[TensorDigest.blocks(bytes.remaining()) * TensorDigest.BYTES], known);
            tensors.put(e.getKey(), blocks);
            for (int i = 0; i < TensorDigest.blocks(bytes.remaining()); i++) {
                int block = i;
                together.add(() -> blocks.compute(block, TensorDigest.sha256()));
                size += TensorDigest.block(bytes, i).remaining();
                if (size >= TensorDigest.BLOCK / 2) {
                    pieces.add(inTurn(together));
                    together = new ArrayList<>();
                    size = 0;
                }
            }
        }
        if (!together.isEmpty()) {
            pieces.add(inTurn(together));
        }
    }

    private static Runnable inTurn(List<Runnable> some) {
        return some.size() == 1 ? some.get(0) : () -> some.forEach(Runnable::run);
    }

    /** The digests of these tensors, which are there when all {@link #pieces} are done. */
    public static TensorDigests of(Map<String, Value.Tensor> tensors) {
        return new TensorDigests(tensors);
    }

    /** The pieces of the work, which may be done in any order and at the same time. */
    public List<Runnable> pieces() {
        return pieces;
    }

    /** Whether there is enough to do for more than one thread. */
    public boolean isWorthThreads() {
        return tensors.values().stream().mapToLong(t -> t.bytes().remaining()).sum() >= WORTH_THREADS;
    }

    SharedWork work() {
        return isWorthThreads() ? SharedWork.begin(pieces) : SharedWork.later(pieces);
    }

    /** The digest of the tensor at {@code path}. */
    byte[] of(String path) {
        Blocks blocks = tensors.get(path);
        // All pieces are done now.
        blocks.known.set(blocks.digests);
        return TensorDigest.sha256().digest(blocks.digests);
    }
}

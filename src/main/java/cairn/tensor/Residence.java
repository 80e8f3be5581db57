package cairn.tensor;

import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the numbers of arrays live, and what it takes to see them from Java. On a GPU an array has two memories, and ND4J knows which
 * of them is the newer one; memory that is looked at through a pointer has to be fetched before, and marked after it was written.
 */
enum Residence {
    /** One memory, always up to date. */
    HOST {
        @Override
        void fetch(INDArray root) {
            // What is looked at is the memory itself.
        }

        @Override
        void written(INDArray root) {
            // What was written is there.
        }
    },

    /**
     * The numbers live on the device. Fetching waits for it and copies the root's whole memory, once for all views of it, unless the host's
     * copy is the newest; what was written goes up whole before the next operation that uses it. So a flat vector costs one copy for
     * a capture and one for a restore, however many views are read or written.
     */
    DEVICE {
        @Override
        void fetch(INDArray root) {
            Nd4j.getAffinityManager().ensureLocation(root, Location.HOST);
        }

        @Override
        void written(INDArray root) {
            Nd4j.getAffinityManager().tagLocation(root, Location.HOST);
        }
    };

    /** Before memory of {@code root} is looked at: makes the host's copy the newest. */
    abstract void fetch(INDArray root);

    /** After memory of {@code root} was written: makes the device's copy outdated. */
    abstract void written(INDArray root);
}

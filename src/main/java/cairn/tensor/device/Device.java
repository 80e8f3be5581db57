package cairn.tensor.device;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.machine.BackendChoice;
import cairn.state.Ephemeral;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Where this process keeps its arrays and runs its operations: the memory and the native library. Using this class loads the library. */
public final class Device {
    static {
        // Before anything of ND4J's is touched.
        ActiveBackend.made();
    }

    public static final ArrayMemory MEMORY = memory(ActiveBackend.made());
    /** Whether the arrays lie in the host's memory and calls may go straight to the library. */
    public static final boolean IS_HOST = MEMORY.isHost();
    @Ephemeral(value = "the native library's functions", kind = FIXED)
    public static final NativeOps LIBRARY = library();
    /** The native operations that this build of ND4J computes in no fixed order. */
    public static final Set<String> UNORDERED = Cudnn.unordered(NativeLibraries.nd4jClassifier());

    /** Below this many elements ND4J's other threads are not woken, which takes 20 to 40 us where the step has kept them idle. */
    private static final int ELEMENTS_WORTH_A_THREAD = 1 << 17;

    static {
        configure();
        // Before the first product: before the first request for BLAS, ND4J 1.0.0-M1.1 multiplies with loops of its own, which give other
        // bits.
        Nd4j.factory().blas();
        ActiveBackend.libraries().end();
    }

    private Device() {
    }

    /** Computes something and fetches it. */
    static void warmUp() {
        INDArray x = Nd4j.create(DataType.FLOAT, 2, 2);
        MEMORY.settle(x);
        x.assign(1);
        x.mmul(x).getFloat(0);
    }

    private static ArrayMemory memory(BackendChoice choice) {
        return choice.isOnGpu() ? new CudaMemory() : choice.isSimulatedGpu() ? new SimulatedDevice() : new HostMemory();
    }

    private static NativeOps library() {
        // Loads the library, if nothing has done so yet.
        Nd4j.getExecutioner();
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    /** ND4J's own checks of each call cost twice the call; what they look for is checked at wiring. Nothing else turns them off. */
    @SuppressWarnings("deprecation")
    private static void configure() {
        Threads.requireWholeTeams(Nd4j.getEnvironment().maxMasterThreads());
        Nd4j.getExecutioner().setProfilingMode(OpExecutioner.ProfilingMode.DISABLED);
        if (IS_HOST) {
            Nd4j.getEnvironment().setElementwiseThreshold(ELEMENTS_WORTH_A_THREAD);
        }
    }
}

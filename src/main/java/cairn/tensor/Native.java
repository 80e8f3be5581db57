package cairn.tensor;

import static cairn.state.Ephemeral.Kind.FIXED;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.random.Key;
import cairn.state.Ephemeral;
import cairn.tensor.device.Device;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Prepared calls into ND4J: the operation object and its context are built once over fixed arrays, so that a call has about 1 microsecond
 * of overhead instead of 5 to 25. The native function is called without ND4J's executioner, which would only wrap the outputs again, wait
 * for the device before the call and mark the outputs after it. A call leaves no garbage.
 */
public final class Native {
    @Ephemeral(value = "empty", kind = FIXED)
    private static final double[] NO_REALS = {};
    @Ephemeral(value = "empty", kind = FIXED)
    private static final long[] NO_INTEGERS = {};
    @Ephemeral(value = "empty", kind = FIXED)
    private static final boolean[] NO_FLAGS = {};

    @Ephemeral(value = "a prepared call; what changes in it is set before each run", kind = WIRING)
    private final CustomOp op;
    @Ephemeral(value = "a prepared call; what changes in it is set before each run", kind = WIRING)
    private final OpContext context;
    private final long hash;
    @Ephemeral(value = "the address of the context", kind = WIRING)
    private final Pointer nativeContext;
    @Ephemeral(value = "decided at wiring", kind = WIRING)
    private boolean isHelped = true;

    private Native(String name, INDArray[] inputs, INDArray... outputs) {
        // The operation object carries the same arrays as the context: on a GPU its outputs are the ones marked as written.
        op = DynamicCustomOp.builder(name).addInputs(inputs).addOutputs(outputs).build();
        context = Nd4j.getExecutioner().buildContext();
        context.setInputArrays(inputs);
        context.setOutputArrays(outputs);
        hash = op.opHash();
        nativeContext = context.contextPointer();
    }

    public static Array[] in(Array... arrays) {
        return arrays;
    }

    public static Array[] out(Array... arrays) {
        return arrays;
    }

    public static double[] reals(double... values) {
        return values;
    }

    public static long[] integers(long... values) {
        return values;
    }

    public static boolean[] flags(boolean... values) {
        return values;
    }

    /** The native operation {@code name}; each call overwrites its outputs. */
    public static Operation call(String name, Array[] in, Array[] out, double[] reals, long[] integers, boolean[] flags) {
        return prepare(name, in, out, reals, integers, flags).operation();
    }

    public static Operation call(String name, Array[] in, Array[] out) {
        return call(name, in, out, NO_REALS, NO_INTEGERS, NO_FLAGS);
    }

    /** As {@link #call(String, Array[], Array[])}, over strided views. */
    public static Operation call(String name, INDArray[] in, INDArray out) {
        return new Native(name, in, out).operation();
    }

    /** As {@link #call(String, INDArray[], INDArray)}, with arguments. */
    public static Operation call(String name, INDArray[] in, INDArray out, long[] integers, boolean[] flags) {
        Native prepared = new Native(name, in, out);
        prepared.context.setIArguments(integers);
        prepared.context.setBArguments(flags);
        return prepared.operation();
    }

    /** The native operation {@code name} as an object whose real arguments may be {@linkplain #setReals changed} between calls. */
    public static Native prepare(String name, Array[] in, Array[] out, double[] reals, long[] integers, boolean[] flags) {
        Native prepared = new Native(name, arrays(in), arrays(out));
        if (reals.length > 0) {
            prepared.context.setTArguments(reals);
        }
        if (integers.length > 0) {
            prepared.context.setIArguments(integers);
        }
        if (flags.length > 0) {
            prepared.context.setBArguments(flags);
        }
        return prepared;
    }

    /** Keeps the call away from the vendor library (oneDNN, cuDNN), where that one fails or is slower. */
    public Native withoutHelpers() {
        context.allowHelpers(false);
        isHelped = false;
        return this;
    }

    public void setReals(double... values) {
        context.setTArguments(values);
    }

    public void run() {
        // If the call failed, the executioner makes it again, because it reports the error in words.
        if (Device.LIBRARY.execCustomOp2(null, hash, nativeContext) != 0) {
            Nd4j.getExecutioner().exec(op, context);
        }
    }

    public Operation operation() {
        Operation call = key -> run();
        return isHelped && Device.UNORDERED.contains(op.opName()) ? Operation.unordered(op.opName(), call) : call;
    }

    /** A call of ND4J's older kind (transforms and scalar operations), which needs no context. */
    public static Operation legacy(Op op) {
        return Device.IS_HOST ? HostCall.of(op) : new Legacy(op);
    }

    /** A call of the older kind through the executioner, for a device. */
    private record Legacy(@Ephemeral(value = "a prepared call; what changes in it is set before each run", kind = WIRING) Op op)
            implements Operation {
        @Override
        public void run(Key key) {
            Nd4j.getExecutioner().exec(op);
        }
    }

    private static INDArray[] arrays(Array[] arrays) {
        INDArray[] nd = new INDArray[arrays.length];
        for (int i = 0; i < nd.length; i++) {
            nd[i] = arrays[i].nd();
        }
        return nd;
    }
}

package cairn.tensor;

import static cairn.state.Ephemeral.Kind.FIXED;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import cairn.tensor.device.Device;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.TransformOp;
import org.nd4j.nativeblas.OpaqueDataBuffer;

/**
 * A call of ND4J's older kind (a transform or a scalar operation) on the CPU, made without the executioner: with the pointers that the
 * executioner would look up at every call.
 */
final class HostCall {
    /** The extra arguments of a transform; none of ours has any. */
    @Ephemeral(value = "empty", kind = FIXED)
    private static final PointerPointer<?> NO_ARGUMENTS = new PointerPointer<>(32);

    private HostCall() {
    }

    static Operation of(Op op) {
        int number = op.opNum();
        Operand x = Operand.of(op.x());
        Operand z = Operand.of(op.z());
        Op.Type type = op instanceof ScalarOp scalar ? scalar.getOpType() : ((TransformOp) op).getOpType();
        Operation call = switch (type) {
            case SCALAR -> {
                Operand c = Operand.of(((ScalarOp) op).scalar());
                yield key -> Device.LIBRARY.execScalar(null, number, x.data, x.shape, null, z.data, z.shape, null,
                        c.data, c.shape, null, null);
            }
            case TRANSFORM_ANY -> key ->
                    Device.LIBRARY.execTransformAny(NO_ARGUMENTS, number, x.data, x.shape, null, z.data, z.shape, null, null);
            case TRANSFORM_SAME -> key ->
                    Device.LIBRARY.execTransformSame(NO_ARGUMENTS, number, x.data, x.shape, null, z.data, z.shape, null, null);
            case TRANSFORM_FLOAT -> key ->
                    Device.LIBRARY.execTransformFloat(NO_ARGUMENTS, number, x.data, x.shape, null, z.data, z.shape, null, null);
            case TRANSFORM_STRICT -> key ->
                    Device.LIBRARY.execTransformStrict(NO_ARGUMENTS, number, x.data, x.shape, null, z.data, z.shape, null, null);
            default -> throw new IllegalArgumentException(op.opName() + " is an operation of an unexpected kind: " + type);
        };
        String name = op.opName();
        return key -> {
            call.run(key);
            if (Device.LIBRARY.lastErrorCode() != 0) {
                throw new IllegalStateException(name + " failed in the native library: " + Device.LIBRARY.lastErrorMessage());
            }
        };
    }

    /** An array as the library knows it, and the array itself, because it owns the memory. */
    private record Operand(@Ephemeral(value = "an array of the wiring", kind = WIRING) INDArray array,
            @Ephemeral(value = "its address", kind = WIRING) OpaqueDataBuffer data,
            @Ephemeral(value = "the address of its shape", kind = WIRING) LongPointer shape) {
        static Operand of(INDArray array) {
            return new Operand(array,
                    OpaqueDataBuffer.externalizedDataBuffer(array.length(), array.dataType(), array.data().addressPointer(), null),
                    new LongPointer(array.shapeInfoDataBuffer().addressPointer()));
        }
    }
}

package cairn.interop;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and orders of the tensors of PyTorch's modules. */
final class TorchLayout {
    private static final String WEIGHT = "/weight";

    private TorchLayout() {
    }

    /**
     * The tensors of PyTorch's modules under Cairn's names and in Cairn's order; their numbers are the same.
     *
     * @param file the name of the file, for messages
     * @param names what each path is called in the file
     * @throws DamagedCheckpointException if two tensors would have one name here
     */
    static Map<String, Value.Tensor> own(String file, Map<String, Value.Tensor> tensors, Map<String, String> names)
            throws DamagedCheckpointException {
        Map<String, Value.Tensor> own = new LinkedHashMap<>();
        Map<String, String> taken = new HashMap<>();
        for (Map.Entry<String, Value.Tensor> e : tensors.entrySet()) {
            String path = e.getKey();
            Value.Tensor tensor = e.getValue();
            String module = path.substring(0, path.lastIndexOf('/'));
            Value.Tensor weight = tensors.get(module + WEIGHT);
            boolean normalizes = weight != null && weight.shape().length == 1;
            String name = path.substring(module.length() + 1);
            String other = switch (name) {
                case "weight" -> normalizes ? "gamma" : name;
                case "bias" -> normalizes ? "beta" : name;
                case "running_mean" -> "running-mean";
                case "running_var" -> "running-var";
                default -> name;
            };
            int rank = tensor.shape().length;
            boolean isPermuted = name.equals("weight") && (rank == 2 || rank == 4);
            String first = taken.put(module + "/" + other, names.get(path));
            if (first != null) {
                throw new DamagedCheckpointException(file, module + "/" + other, 8, "two tensors would have this path: " + first + " and "
                        + names.get(path));
            }
            own.put(module + "/" + other, !isPermuted ? tensor : rank == 2 ? permuted(tensor, 1, 0) : permuted(tensor, 2, 3, 1, 0));
        }
        return own;
    }

    /** The tensor whose dimension i is dimension {@code axes[i]} of {@code t}. */
    static Value.Tensor permuted(Value.Tensor t, int... axes) {
        long[] shape = t.shape();
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        long[] other = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            other[i] = shape[axes[i]];
        }
        int width = t.type().bytes();
        ByteBuffer from = t.bytes();
        byte[] all = new byte[from.remaining()];
        from.get(all);
        byte[] permuted = new byte[all.length];
        long[] index = new long[axes.length];
        for (int to = 0; to < permuted.length; to += width) {
            long at = 0;
            for (int i = 0; i < axes.length; i++) {
                at += index[i] * strides[axes[i]];
            }
            System.arraycopy(all, (int) at * width, permuted, to, width);
            for (int i = axes.length - 1; i >= 0 && ++index[i] == other[i]; i--) {
                index[i] = 0;
            }
        }
        return new Value.Tensor(t.type(), other, ByteBuffer.wrap(permuted));
    }
}

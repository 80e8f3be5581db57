package cairn.interop.torch;

import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorOrder;
import cairn.nn.Layer;
import cairn.nn.layer.BatchNorm;
import cairn.state.ElementType;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of a model under the names, and in the orders, that they have in the model of PyTorch that {@link TorchCode} builds: those of
 * its {@code state_dict()}, such as {@code 0.weight} and {@code 3.body.1.running_mean}.
 */
public final class TorchNames {
    private TorchNames() {
    }

    /**
     * The state dict, in its order.
     *
     * @param row the shape of a row of the input
     * @param weights the tensors by their paths here, such as {@code 0.conv2d/weight}
     * @param step how many batches every batch norm has counted
     * @throws IllegalArgumentException if a tensor is missing, or PyTorch has no modules for a layer
     */
    public static Map<String, Value.Tensor> of(Layer model, long[] row, Map<String, Value.Tensor> weights, long step) {
        Map<String, Value.Tensor> named = new LinkedHashMap<>();
        owners(model, row).forEach((module, part) -> {
            for (String parameter : part.tensors().keySet()) {
                named.put(name(module, parameter), ofPart(part, parameter, weights));
            }
            if (part.layer() instanceof BatchNorm) {
                ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, step);
                named.put(module + ".num_batches_tracked", new Value.Tensor(ElementType.I64, new long[0], count));
            }
        });
        return named;
    }

    /** The path here of each tensor that is trained or kept, by its name there, in the order there. */
    public static Map<String, String> paths(Layer model, long[] row) {
        Map<String, String> paths = new LinkedHashMap<>();
        owners(model, row).forEach((module, part) -> part.tensors().keySet().forEach(p -> paths.put(name(module, p), path(part, p))));
        return paths;
    }

    /** The modules with tensors, by their names, and the layers here that the tensors are of. */
    static Map<String, ModelPart> owners(Layer model, long[] row) {
        Map<String, ModelPart> owners = new LinkedHashMap<>();
        TorchModel.of(model, row).owners("", owners);
        return owners;
    }

    static Value.Tensor ofPart(ModelPart part, String parameter, Map<String, Value.Tensor> tensors) {
        Value.Tensor own = tensors.get(path(part, parameter));
        if (own == null) {
            throw new IllegalArgumentException("there is no tensor " + path(part, parameter));
        }
        return TensorOrder.PYTORCH.fromOwn(part, parameter, own).tensor();
    }

    static String path(ModelPart part, String parameter) {
        return part.name().isEmpty() ? parameter : part.name() + "/" + parameter;
    }

    static String name(String module, String parameter) {
        return module + "." + switch (parameter) {
            case "gamma" -> "weight";
            case "beta" -> "bias";
            default -> parameter.replace('-', '_');
        };
    }
}

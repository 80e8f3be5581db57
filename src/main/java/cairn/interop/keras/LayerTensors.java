package cairn.interop.keras;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileModule.Kind;
import cairn.interop.file.FileTensor;
import cairn.interop.file.TensorOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tensor of a layer is which. Keras numbers the variables of a layer in the order in which the layer made them: kernel, bias; gamma,
 * beta, moving mean, moving variance (Layer.save_own_variables). With the settings of the layer it is known which of them exist.
 */
final class LayerTensors {
    private static final Map<String, String> ROLES = Map.of("kernel", "weight", "bias", "bias", "gamma", "gamma", "beta", "beta",
            "moving_mean", "running-mean", "moving_variance", "running-var");

    private LayerTensors() {
    }

    static Kind kind(String type) {
        return switch (type) {
            case "Dense", "dense" -> Kind.DENSE;
            case "Conv2D", "conv2d" -> Kind.CONV2D;
            case "BatchNormalization", "batch_normalization" -> Kind.BATCH_NORM;
            case "LayerNormalization", "layer_normalization" -> Kind.LAYER_NORM;
            default -> Kind.OTHER;
        };
    }

    /** The layer's module, by its settings. */
    static FileModule of(KerasLayer layer, List<String> tensors, Map<String, FileTensor> all, List<String> notes) {
        Kind kind = kind(layer.type());
        List<String> roles = new ArrayList<>();
        if (kind == Kind.DENSE || kind == Kind.CONV2D) {
            roles.add("weight");
            if (layer.isOn("use_bias", true)) {
                roles.add("bias");
            }
        } else if (kind != Kind.OTHER) {
            if (layer.isOn("scale", true)) {
                roles.add("gamma");
            }
            if (layer.isOn("center", true)) {
                roles.add("beta");
            }
            if (kind == Kind.BATCH_NORM) {
                roles.addAll(List.of("running-mean", "running-var"));
            }
        }
        if (kind != Kind.OTHER && roles.size() != tensors.size()) {
            notes.add(layer.path() + ": has " + tensors.size() + " tensors; a " + layer.type() + " with its settings has " + roles
                    + ", so none of them is taken to be one of these");
        } else if (kind != Kind.OTHER && fits(kind, roles, tensors, all)) {
            return module(layer.path(), kind, roles, tensors);
        }
        return module(layer.path(), Kind.OTHER, List.of(), tensors);
    }

    /** A module of a file that has no settings, by the number of its tensors and their shapes. */
    static FileModule guessed(String name, Kind kind, List<String> tensors, Map<String, FileTensor> all, List<String> notes) {
        int count = tensors.size();
        List<String> roles = switch (kind) {
            case DENSE, CONV2D -> count == 1 ? List.of("weight") : List.of("weight", "bias");
            case LAYER_NORM -> count == 2 ? List.of("gamma", "beta") : List.of();
            case BATCH_NORM -> count == 4 ? List.of("gamma", "beta", "running-mean", "running-var")
                    : count == 2 ? List.of("running-mean", "running-var") : List.of();
            case OTHER -> List.of();
        };
        if (kind != Kind.OTHER && count >= 1 && roles.isEmpty()) {
            String what = count == 3 || count == 1 ? ": the file does not tell whether its first tensor is gamma or beta" : "";
            if (kind == Kind.BATCH_NORM && count == 3) {
                notes.add(name + what + ", so it is left over; the other two are the running statistics");
                Map<String, String> own = new LinkedHashMap<>();
                own.put("running-mean", tensors.get(1));
                own.put("running-var", tensors.get(2));
                return new FileModule(name, kind, TensorOrder.CHANNELS_LAST, own);
            }
            notes.add(name + (what.isEmpty() ? ": has " + count + " tensors" : what) + ", so it is no " + kind.layer() + " here");
        }
        if (roles.isEmpty() || roles.size() != count || !fits(kind, roles, tensors, all)) {
            return module(name, Kind.OTHER, List.of(), tensors);
        }
        return module(name, kind, roles, tensors);
    }

    /** A module of the older format, which names its tensors. */
    static FileModule named(String name, String type, List<String> names, List<String> tensors, Map<String, FileTensor> all) {
        List<String> roles = names.stream().map(n -> ROLES.getOrDefault(n.replaceAll("(_\\d+)?(:\\d+)?$", ""), "")).toList();
        Kind kind = kind(type);
        if (type.isEmpty()) {
            kind = roles.contains("running-mean") ? Kind.BATCH_NORM : roles.contains("gamma") || roles.contains("beta") ? Kind.LAYER_NORM
                    : rank(tensors.get(0), all) == 4 ? Kind.CONV2D : Kind.DENSE;
        }
        boolean isKnown = !roles.contains("") && roles.stream().distinct().count() == roles.size();
        return isKnown && kind != Kind.OTHER && fits(kind, roles, tensors, all) ? module(name, kind, roles, tensors)
                : module(name, Kind.OTHER, List.of(), tensors);
    }

    /** Whether the ranks are those of the kind, and all vectors have the size of the weight's outputs. */
    static boolean fits(Kind kind, List<String> roles, List<String> tensors, Map<String, FileTensor> all) {
        long size = -1;
        for (int i = 0; i < roles.size(); i++) {
            long[] shape = all.get(tensors.get(i)).shape();
            boolean isWeight = roles.get(i).equals("weight");
            boolean isOfKind = switch (kind) {
                case DENSE -> isWeight ? shape.length == 2 : roles.get(i).equals("bias");
                case CONV2D -> isWeight ? shape.length == 4 : roles.get(i).equals("bias");
                default -> !isWeight && !roles.get(i).equals("bias");
            };
            long last = shape.length == 0 ? -1 : shape[shape.length - 1];
            if (!isOfKind || !isWeight && shape.length != 1 || size >= 0 && last != size) {
                return false;
            }
            size = last;
        }
        return kind != Kind.DENSE && kind != Kind.CONV2D || roles.contains("weight");
    }

    static int rank(String tensor, Map<String, FileTensor> all) {
        return all.get(tensor).shape().length;
    }

    private static FileModule module(String name, Kind kind, List<String> roles, List<String> tensors) {
        Map<String, String> own = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            String tensor = tensors.get(i);
            own.put(kind == Kind.OTHER ? tensor.substring(tensor.lastIndexOf('/') + 1) : roles.get(i), tensor);
        }
        return new FileModule(name, kind, TensorOrder.CHANNELS_LAST, own);
    }
}

package cairn.interop.file;

import cairn.interop.file.FileModule.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tensors under names that end in the role of the tensor, as in Keras, TensorFlow, Flax and here: {@code dense_1/kernel} is the kernel of
 * {@code dense_1}. The module is everything before the last slash, or before the last dot if there is no slash. Roles and ranks tell its
 * kind of layer:
 *
 * <pre>
 * kernel of 2 dimensions, bias                        DENSE
 * kernel of 4 dimensions, bias                        CONV2D
 * gamma, beta, moving_mean, moving_variance           BATCH_NORM  (gamma and beta may be missing)
 * gamma, beta                                         LAYER_NORM
 * anything else                                       OTHER
 * </pre>
 *
 * Other words of the same: weight for kernel; scale for gamma, and then bias for beta; running-mean and running-var.
 */
public final class PrefixModules {

    private PrefixModules() {
    }

    /** The modules in the order of the tensors, of which each has its numbers in {@code order}. */
    public static List<FileModule> of(Map<String, FileTensor> tensors, TensorOrder order) {
        Map<String, Map<String, String>> parts = new LinkedHashMap<>();
        for (String name : tensors.keySet()) {
            int cut = name.contains("/") ? name.lastIndexOf('/') : name.lastIndexOf('.');
            parts.computeIfAbsent(name.substring(0, Math.max(0, cut)), n -> new LinkedHashMap<>()).put(name.substring(cut + 1), name);
        }
        List<FileModule> modules = new ArrayList<>();
        parts.forEach((name, roles) -> modules.add(module(name, roles, tensors, order)));
        return List.copyOf(modules);
    }

    /** The tensors in the order of their names, numbers by their size: {@code layers/2} before {@code layers/10}. */
    public static <T> Map<String, T> sorted(Map<String, T> tensors) {
        Map<String, T> sorted = new TreeMap<>(Comparator.comparing(TorchModules::sortable).thenComparing(name -> name));
        sorted.putAll(tensors);
        return Collections.unmodifiableMap(new LinkedHashMap<>(sorted));
    }

    /**
     * A module of tensors whose names are known otherwise.
     *
     * @param roles for each name that a tensor has in its layer, such as {@code kernel}, its name in the file
     */
    public static FileModule module(String name, Map<String, String> roles, Map<String, FileTensor> tensors, TensorOrder order) {
        Map<String, String> own = new LinkedHashMap<>();
        boolean isScaled = roles.keySet().stream().anyMatch(role -> role(role).equals("scale"));
        roles.forEach((role, tensor) -> {
            String here = role(role);
            own.putIfAbsent(!isScaled ? here : here.equals("scale") ? "gamma" : here.equals("bias") ? "beta" : here, tensor);
        });
        Kind kind = own.size() < roles.size() ? Kind.OTHER : kind(own, tensors);
        return new FileModule(name, kind, order, Collections.unmodifiableMap(kind == Kind.OTHER ? new LinkedHashMap<>(roles) : own));
    }

    /**
     * Whether weights are [out, in] and kernels [out, in, height, width], as far as the biases tell: each has as many numbers as its
     * layer has outputs. Empty if they do not tell it, or not all the same.
     */
    public static Optional<Boolean> outputsFirst(List<FileModule> modules, Map<String, FileTensor> tensors) {
        List<Boolean> told = new ArrayList<>();
        for (FileModule module : modules) {
            if ((module.kind() == Kind.DENSE || module.kind() == Kind.CONV2D) && module.tensors().containsKey("bias")) {
                long[] weight = tensors.get(module.tensors().get("weight")).shape();
                long outputs = tensors.get(module.tensors().get("bias")).shape()[0];
                boolean first = weight[0] == outputs;
                if (first != (weight[weight.length - 1] == outputs)) {
                    told.add(first);
                }
            }
        }
        return told.stream().distinct().count() == 1 ? Optional.of(told.get(0)) : Optional.empty();
    }

    private static String role(String last) {
        String bare = last.endsWith(":0") ? last.substring(0, last.length() - 2) : last;
        bare = bare.startsWith("_") ? bare.substring(1) : bare;
        return switch (bare) {
            case "kernel", "weight" -> "weight";
            case "moving_mean", "running_mean" -> "running-mean";
            case "moving_variance", "running_var" -> "running-var";
            default -> bare;
        };
    }

    private static Kind kind(Map<String, String> own, Map<String, FileTensor> tensors) {
        List<String> roles = List.copyOf(own.keySet());
        int weightRank = roles.contains("weight") ? tensors.get(own.get("weight")).shape().length : 0;
        boolean areRows = own.entrySet().stream().filter(e -> !e.getKey().equals("weight"))
                .allMatch(e -> tensors.get(e.getValue()).shape().length == 1);
        if (!areRows) {
            return Kind.OTHER;
        } else if (weightRank > 0) {
            boolean isProduct = List.of("weight", "bias").containsAll(roles);
            return isProduct && weightRank == 2 ? Kind.DENSE : isProduct && weightRank == 4 ? Kind.CONV2D : Kind.OTHER;
        }
        boolean fit = own.values().stream().map(t -> Arrays.toString(tensors.get(t).shape())).distinct().count() == 1;
        if (!fit || !List.of("gamma", "beta", "running-mean", "running-var").containsAll(roles)) {
            return Kind.OTHER;
        } else if (roles.contains("running-mean") && roles.contains("running-var")) {
            return Kind.BATCH_NORM;
        }
        return roles.contains("gamma") && !roles.contains("running-mean") && !roles.contains("running-var") ? Kind.LAYER_NORM : Kind.OTHER;
    }
}

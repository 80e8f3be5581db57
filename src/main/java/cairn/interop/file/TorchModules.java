package cairn.interop.file;

import cairn.interop.file.FileModule.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tensors under PyTorch's names, such as {@code features.0.weight}, in the modules that they belong to: all up to the last dot is the
 * module, the rest is the tensor in it. What kind of layer a module is, is told by the names and ranks of its tensors ({@code
 * torch/nn/modules}):
 *
 * <pre>
 * weight [out, in, kh, kw], bias [out]      CONV2D      (of a transposed or a grouped one no shape fits later)
 * weight [out, in], bias [out]              DENSE       (an embedding looks the same, but has no bias)
 * weight [n], bias [n], running_mean [n]... BATCH_NORM  weight is gamma, bias is beta; both may be missing
 * weight [n], bias [n]                      LAYER_NORM  (a group norm looks the same)
 * anything else                             OTHER
 * </pre>
 *
 * @param tensors the tensors, without a prefix that a wrapper puts before every name
 * @param modules their modules, in the order of the tensors
 * @param notes what was left out or taken off, in words
 */
public record TorchModules(Map<String, FileTensor> tensors, List<FileModule> modules, List<String> notes) {
    /** What {@code DataParallel} and {@code torch.compile} put before the names of what they wrap. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");
    private static final String COUNTER = "num_batches_tracked";

    /** Of tensors that stand in the order of the model, as in a state dict. */
    public static TorchModules of(Map<String, FileTensor> tensors) {
        List<String> notes = new ArrayList<>();
        Map<String, FileTensor> bare = tensors;
        for (String prefix = wrapper(bare); !prefix.isEmpty(); prefix = wrapper(bare)) {
            notes.add("every name begins with " + prefix + ", which a wrapper of the model puts there; it is taken off");
            Map<String, FileTensor> shorter = new LinkedHashMap<>();
            for (Map.Entry<String, FileTensor> e : bare.entrySet()) {
                shorter.put(e.getKey().substring(prefix.length()), e.getValue());
            }
            bare = shorter;
        }
        Map<String, Map<String, FileTensor>> parts = new LinkedHashMap<>();
        bare.forEach((name, tensor) -> {
            int dot = name.lastIndexOf('.');
            parts.computeIfAbsent(name.substring(0, Math.max(dot, 0)), n -> new LinkedHashMap<>()).put(name.substring(dot + 1), tensor);
        });
        List<FileModule> modules = new ArrayList<>();
        int counters = 0;
        for (Map.Entry<String, Map<String, FileTensor>> part : parts.entrySet()) {
            FileModule module = module(part.getKey(), part.getValue());
            modules.add(module);
            counters += module.kind() == Kind.BATCH_NORM && part.getValue().containsKey(COUNTER) ? 1 : 0;
        }
        if (counters > 0) {
            notes.add(COUNTER + " of " + counters + (counters == 1 ? " batch norm is" : " batch norms is")
                    + " left out, because a batch norm here counts no batches");
        }
        return new TorchModules(Collections.unmodifiableMap(bare), List.copyOf(modules), List.copyOf(notes));
    }

    /**
     * Of tensors that stand in another order, as in a file that sorts them by name. They are taken in the order of their names, numbers by
     * their size: 2.weight before 10.weight.
     */
    public static TorchModules ofSorted(Map<String, FileTensor> tensors) {
        Map<String, FileTensor> sorted = new TreeMap<>(Comparator.comparing(TorchModules::sortable).thenComparing(name -> name));
        sorted.putAll(tensors);
        return of(sorted);
    }

    /** The prefix of a wrapper that every name has; empty if there is none. */
    private static String wrapper(Map<String, FileTensor> tensors) {
        return WRAPPERS.stream().filter(prefix -> !tensors.isEmpty() && tensors.keySet().stream().allMatch(n -> n.startsWith(prefix)))
                .findFirst().orElse("");
    }

    private static FileModule module(String name, Map<String, FileTensor> tensors) {
        Map<String, FileTensor> known = new LinkedHashMap<>(tensors);
        known.remove(COUNTER);
        Kind kind = kind(known);
        Map<String, String> own = new LinkedHashMap<>();
        boolean normalizes = kind == Kind.BATCH_NORM || kind == Kind.LAYER_NORM;
        for (String tensor : kind == Kind.OTHER ? tensors.keySet() : known.keySet()) {
            own.put(normalizes ? ofNorm(tensor) : tensor, name.isEmpty() ? tensor : name + "." + tensor);
        }
        return new FileModule(name, kind, TensorOrder.PYTORCH, Collections.unmodifiableMap(own));
    }

    private static Kind kind(Map<String, FileTensor> tensors) {
        List<String> names = List.copyOf(tensors.keySet());
        FileTensor first = tensors.get(names.contains("weight") ? "weight" : "running_mean");
        if (first == null || first.shape().length == 0) {
            return Kind.OTHER;
        }
        long size = first.shape()[0];
        boolean fit = tensors.entrySet().stream().filter(e -> e.getValue() != first)
                .allMatch(e -> Arrays.equals(e.getValue().shape(), new long[] {size}));
        int rank = first.shape().length;
        boolean isProduct = List.of("weight", "bias").containsAll(names);
        if (!fit) {
            return Kind.OTHER;
        } else if (isProduct && rank == 4) {
            return Kind.CONV2D;
        } else if (isProduct && rank == 2) {
            return Kind.DENSE;
        } else if (isProduct && rank == 1 && names.size() == 2) {
            return Kind.LAYER_NORM;
        }
        boolean isBatchNorm = rank == 1 && names.containsAll(List.of("running_mean", "running_var"))
                && List.of("weight", "bias", "running_mean", "running_var").containsAll(names);
        return isBatchNorm ? Kind.BATCH_NORM : Kind.OTHER;
    }

    private static String ofNorm(String tensor) {
        return switch (tensor) {
            case "weight" -> "gamma";
            case "bias" -> "beta";
            default -> tensor.replace('_', '-');
        };
    }

    /** Text whose order is that of the name with its numbers taken by size: each number follows its own count of digits. */
    static String sortable(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length();) {
            int end = i;
            while (end < name.length() && name.charAt(end) >= '0' && name.charAt(end) <= '9') {
                end++;
            }
            if (end > i) {
                String digits = name.substring(i, end).replaceFirst("^0+(?=.)", "");
                text.append((char) ('0' + Math.min(digits.length(), Short.MAX_VALUE))).append(digits);
                i = end;
            } else {
                text.append(name.charAt(i++));
            }
        }
        return text.toString();
    }
}

package cairn.interop;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileTensor;
import cairn.interop.file.PrefixModules;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.interop.file.TorchModules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of a file that has only names and tensors, and in which order their numbers stand. The file may say which program's they are;
 * otherwise a bias tells it that has as many numbers as its layer has outputs. A file that says nothing and shows nothing is read in the
 * order of Keras, TensorFlow and this program, and the note says so, because a square matrix looks the same in both orders.
 *
 * @param tensors by their names, without a prefix that a wrapper put before all of them
 * @param notes which order was taken, and why
 */
record NamedLayers(Map<String, FileTensor> tensors, List<FileModule> modules, List<String> notes) {
    private static final String OUTPUTS_FIRST = "dense weights are taken as [out, in], kernels as [out, in, height, width]";
    private static final String OUTPUTS_LAST = "dense weights are taken as [in, out], kernels as [height, width, in, out]";

    private static final String FIT = "because that is what the sizes of the biases fit";
    /** A key of its checkpoints. */
    private static final String CHECKPOINT = "cairn.format";

    /** Whether a file with these facts has the names and the order of here: Cairn also writes files in the order of PyTorch. */
    static boolean isOwn(Map<String, String> facts) {
        return facts.containsKey(TensorFile.STATE_DIGEST) && !"pt".equals(facts.get("format"));
    }

    /** What wrote a file with these facts; empty if they do not tell it. */
    static String program(Map<String, String> facts) {
        return isOwn(facts) || facts.containsKey(CHECKPOINT) ? "Cairn" : switch (facts.getOrDefault("format", "")) {
            case "pt" -> "PyTorch";
            case "tf" -> "TensorFlow";
            case "flax" -> "Flax";
            case "np" -> "NumPy";
            case "mlx" -> "MLX";
            default -> "";
        };
    }

    /** @param facts what the file says beside its tensors, which stand in the order of their layers */
    static NamedLayers of(Map<String, FileTensor> tensors, Map<String, String> facts) {
        List<FileModule> last = PrefixModules.of(tensors, TensorOrder.CHANNELS_LAST);
        String program = program(facts);
        if (program.equals("PyTorch")) {
            return torch(tensors, "because the file says that it is PyTorch's");
        } else if (program.equals("Cairn")) {
            return new NamedLayers(tensors, last, List.of());
        } else if (program.equals("MLX")) {
            // [out, height, width, in]: no order that is known here.
            return new NamedLayers(tensors, List.of(), List.of("no layers are told, because the order of MLX's kernels is not known here"));
        }
        Optional<Boolean> shown = PrefixModules.outputsFirst(last, tensors);
        boolean isNamed = tensors.keySet().stream().anyMatch(n -> n.endsWith("running_mean") || n.endsWith("num_batches_tracked"));
        if (shown.isPresent() ? shown.get() : isNamed) {
            return torch(tensors, shown.isPresent() ? FIT : "because the names are PyTorch's");
        }
        String reason = shown.isPresent() ? FIT : program.isEmpty()
                ? "because neither the file nor the sizes of its biases say otherwise; a PyTorch file should have the metadata format: pt"
                : "because the file says that it is of " + program;
        return new NamedLayers(tensors, last, List.of(OUTPUTS_LAST + ", " + reason));
    }

    private static NamedLayers torch(Map<String, FileTensor> tensors, String reason) {
        TorchModules torch = TorchModules.of(tensors);
        List<String> notes = new ArrayList<>();
        notes.add(OUTPUTS_FIRST + ", " + reason);
        notes.addAll(torch.notes());
        return new NamedLayers(torch.tensors(), torch.modules(), List.copyOf(notes));
    }
}

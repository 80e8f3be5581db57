package cairn.interop;

import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.TensorFile;
import cairn.interop.keras.KerasFile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the order of the modules in a file is worth. Some formats sort their tensors by name, so their order says nothing of the model. */
final class OrderEvidence {
    private static final List<String> SORTED = List.of(SafetensorsFile.FORMAT, ShardedSafetensors.FORMAT, KerasFile.STORED_WEIGHTS);

    private OrderEvidence() {
    }

    /**
     * Whether a file has its modules in the order in which its program defined them.
     *
     * @param model what it says of its model; an archive of Keras has an order only through that
     */
    static boolean keepsOrder(TensorFile file, Optional<FileModel> model) {
        return !(SORTED.contains(file.format()) || file.format().equals(KerasFile.ARCHIVE) && model.isEmpty());
    }

    /**
     * Another module that could stand in the place of {@code module}: of the same kind and shapes, and with a name that no number orders
     * ({@code encoder} and {@code decoder}, but not {@code conv1} and {@code conv2}).
     */
    static Optional<FileModule> rival(TensorFile file, FileModule module, List<FileModule> all) {
        return all.stream().filter(other -> other != module && other.kind() == module.kind() && hasShapesOf(file, other, module)
                && !bare(other.name()).equals(bare(module.name()))).findFirst();
    }

    private static boolean hasShapesOf(TensorFile file, FileModule one, FileModule other) {
        return one.tensors().keySet().equals(other.tensors().keySet()) && one.tensors().keySet().stream().allMatch(t -> Arrays.equals(
                file.tensors().get(one.tensors().get(t)).shape(), file.tensors().get(other.tensors().get(t)).shape()));
    }

    private static String bare(String name) {
        return name.replaceAll("_?\\d+", "");
    }
}

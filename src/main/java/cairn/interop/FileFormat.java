package cairn.interop;

import cairn.words.Spelling;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The formats in which the weights of a training, or its model, are written for other programs. */
public enum FileFormat {
    /** Under the names and in the order of here. */
    SAFETENSORS("safetensors", ".safetensors"),
    /** NumPy's, under the names and in the order of here. */
    NPZ("npz", ".npz"),
    /** A state dict; with the optimizer, a dict of two. */
    PYTORCH("pytorch", ".pt", ".pth"),
    /** Safetensors with PyTorch's names and order of numbers. */
    PYTORCH_SAFETENSORS("pytorch-safetensors"),
    /** A whole model. */
    KERAS("keras", ".keras"),
    /** The weights of a model that the other side has. */
    KERAS_WEIGHTS("keras-weights", ".weights.h5"),
    /** A whole model. */
    ONNX("onnx", ".onnx");

    private final String label;
    private final List<String> endings;

    FileFormat(String label, String... endings) {
        this.label = label;
        this.endings = List.of(endings);
    }

    /** Its name. */
    public String label() {
        return label;
    }

    /** Whether the file has the names, orders or operations of another program, which follow from the model. */
    public boolean needsModel() {
        return this != SAFETENSORS && this != NPZ;
    }

    /** Whether the file can have what the optimizer keeps. */
    public boolean hasOptimizer() {
        return this == PYTORCH || this == KERAS || this == KERAS_WEIGHTS;
    }

    /** Whether the file has a place for texts beside the tensors. */
    public boolean hasMetadata() {
        return this == SAFETENSORS || this == NPZ || this == ONNX || this == PYTORCH_SAFETENSORS;
    }

    /** The names of all. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(FileFormat::label).toList();
    }

    /** The format with this name. */
    public static FileFormat named(String label) {
        return Arrays.stream(values()).filter(f -> f.label.equals(label)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "there is no format '" + label + "'; " + Spelling.hint(label, labels())));
    }

    /**
     * The format that the ending of a file's name says.
     *
     * @throws IllegalArgumentException if it says none
     */
    public static FileFormat of(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        Optional<FileFormat> format = Arrays.stream(values()).filter(f -> f.endings.stream().anyMatch(name::endsWith)).findFirst();
        List<String> all = Arrays.stream(values()).flatMap(f -> f.endings.stream()).toList();
        String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
        return format.orElseThrow(() -> new IllegalArgumentException("cannot export weights to " + file + ": expected a name that ends in "
                + all.stream().limit(all.size() - 1L).collect(Collectors.joining(", ")) + " or " + all.get(all.size() - 1)
                + Spelling.suggestion(ending, Stream.concat(all.stream(), Stream.of(".h5")).toList())));
    }
}

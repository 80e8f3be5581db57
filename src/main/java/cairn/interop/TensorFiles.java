package cairn.interop;

import cairn.disk.Disk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import cairn.interop.keras.KerasFile;
import cairn.interop.onnx.OnnxReader;
import cairn.interop.tensorflow.TensorFlowFile;
import cairn.interop.torch.TorchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Files with tensors, of whatever program. The bytes of a file tell its format, and never the ending of its name.
 *
 * <pre>
 * a zip archive with data.pkl              PyTorch
 * a zip archive with model.weights.h5      Keras, a whole model
 * a zip archive of .npy files              NumPy
 * an HDF5 file                             Keras, weights or a whole model of an earlier version
 * a safetensors header                     safetensors; a JSON object: the index of safetensors files
 * the end of a LevelDB table               TensorFlow, the index of a checkpoint; the folder of one and its prefix are taken too
 * a protobuf message of a model            ONNX
 * </pre>
 */
public final class TensorFiles {
    /** Enough of the beginning to tell the format. */
    private static final int HEAD = 64;
    private static final String ZIP = "PK\003\004";
    private static final String HDF5 = "\u0089HDF\r\n\u001a\n";
    private static final String KNOWN = "Known are PyTorch (.pt), Keras (.keras, .h5), ONNX, safetensors and its index, NumPy (.npz) and"
            + " TensorFlow checkpoints (.index).";

    private TensorFiles() {
    }

    /**
     * A file that was read.
     *
     * @param digest SHA-256 of its bytes, in hexadecimal digits; of several files, of their bytes one after the other
     */
    public record Read(TensorFile file, String digest) {
    }

    /** Whether a path stands for several files without being one itself: the folder or the prefix of a TensorFlow checkpoint. */
    static boolean isSeveral(Path path, Disk disk) throws IOException {
        return TensorFlowFile.index(path, disk).isPresent();
    }

    /**
     * Reads all of a file of tensors.
     *
     * @throws ForeignFileException if it is none, or is damaged
     */
    public static Read read(Path path, Disk disk) throws IOException {
        return read(path, "", disk);
    }

    /**
     * As {@link #read(Path, Disk)}, of a file with several models.
     *
     * @param key the names of the dicts in a PyTorch file that lead to the model, put together with {@code /}; empty to find it
     */
    public static Read read(Path path, String key, Disk disk) throws IOException {
        if (!Files.isRegularFile(path) && isSeveral(path, disk)) {
            return ofTensorFlow(path, disk);
        }
        try (FileBytes file = FileBytes.open(path, disk)) {
            byte[] head = new byte[(int) Math.min(HEAD, file.size())];
            file.read(0, head.length, "beginning").get(head);
            if (TensorFlowFile.isIndex(file) || begins(head, "model_checkpoint_path")) {
                return ofTensorFlow(path, disk);
            } else if (new String(head, StandardCharsets.ISO_8859_1).strip().startsWith("{")) {
                return new Read(ShardedSafetensors.read(path, disk), digest(ShardedSafetensors.files(path, disk), disk));
            } else if (!key.isEmpty() && !begins(head, ZIP)) {
                throw refused(file, "no PyTorch file", "Only such a file has several models, of which one is named.");
            }
            Optional<TensorFile> tensors = ofOne(file, head, key);
            if (tensors.isPresent()) {
                // The digest comes after the tensors, because a file that is refused may be of any size.
                return new Read(tensors.get(), digest(List.of(path), disk));
            } else if (isSeveral(path, disk)) {
                return ofTensorFlow(path, disk);
            }
            throw refusal(file, head).orElse(refused(file, head.length == 0 ? "empty" : "in a format that is unknown here", KNOWN));
        }
    }

    /** Why a file of a known format is not read, and what to do with it. */
    private static Optional<ForeignFileException> refusal(FileBytes file, byte[] head) {
        if (TorchFile.isLegacy(head)) {
            return Optional.of(TorchFile.legacy(file.name()));
        } else if (begins(head, "\u0093NUMPY")) {
            return Optional.of(refused(file, "a single NumPy array without a name", "Save it with numpy.savez(FILE, NAME=array)."));
        } else if (begins(head, "GGUF")) {
            return Optional.of(refused(file, "a GGUF file", KNOWN));
        } else if (begins(head, "\u001f\u008b")) {
            return Optional.of(refused(file, "packed with gzip", "Unpack it first."));
        } else if (begins(head, "\u0080")) {
            return Optional.of(refused(file, "a Python pickle without PyTorch's archive", "Save the tensors with torch.save or numpy.savez."));
        }
        return Optional.empty();
    }

    /** The tensors of a format that is one file; empty if it is none of them. */
    private static Optional<TensorFile> ofOne(FileBytes file, byte[] head, String key) throws IOException {
        if (begins(head, ZIP) || begins(head, "PK\005\006")) {
            try (ZipParts zip = ZipParts.of(file)) {
                return Optional.of(ofZip(file, zip, key));
            }
        } else if (begins(head, HDF5)) {
            return Optional.of(KerasFile.read(file));
        } else if (SafetensorsFile.is(file)) {
            return Optional.of(SafetensorsFile.read(file));
        } else if (refusal(file, head).isEmpty() && OnnxReader.looksLike(file)) {
            return Optional.of(OnnxReader.read(file));
        }
        return Optional.empty();
    }

    private static TensorFile ofZip(FileBytes file, ZipParts zip, String key) throws IOException {
        Set<String> names = zip.names();
        if (TorchFile.is(zip)) {
            return TorchFile.read(file, zip, key);
        } else if (!key.isEmpty()) {
            throw refused(file, "no PyTorch file", "Only such a file has several models, of which one is named.");
        } else if (names.contains("config.json") || names.contains("model.weights.h5")) {
            return KerasFile.read(file, zip);
        } else if (NpzFile.is(zip)) {
            return NpzFile.read(file, zip);
        }
        throw refused(file, "a zip archive of " + (names.isEmpty() ? "nothing" : names.stream().limit(3).collect(Collectors.joining(", "))
                + (names.size() > 3 ? ", ..." : "")), KNOWN);
    }

    private static Read ofTensorFlow(Path path, Disk disk) throws IOException {
        Path index = TensorFlowFile.index(path, disk).orElse(path);
        String prefix = index.getFileName().toString().replaceFirst("\\.index$", "");
        List<Path> files = new ArrayList<>(List.of(index));
        disk.list(index.toAbsolutePath().getParent()).stream().filter(n -> n.matches(Pattern.quote(prefix) + "\\.data-\\d{5}-of-\\d{5}"))
                .sorted().forEach(n -> files.add(index.resolveSibling(n)));
        return new Read(TensorFlowFile.read(index, disk), digest(files, disk));
    }

    private static ForeignFileException refused(FileBytes file, String what, String advice) {
        return new ForeignFileException(file.name(), "", "it is " + what, advice);
    }

    private static boolean begins(byte[] head, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return head.length >= bytes.length && Arrays.equals(head, 0, bytes.length, bytes, 0, bytes.length);
    }

    /** SHA-256 of the bytes of files, one after the other. */
    private static String digest(List<Path> files, Disk disk) throws IOException {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        ByteBuffer portion = ByteBuffer.allocateDirect(1 << 20);
        for (Path file : files) {
            try (Disk.Input input = disk.open(file)) {
                long size = input.size();
                for (long at = 0; at < size; ) {
                    int n = input.read(portion.clear(), at);
                    if (n <= 0) {
                        throw new ForeignFileException(file.toString(), "byte " + at, "the file became shorter while it was read");
                    }
                    sha.update(portion.flip());
                    at += n;
                }
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }
}

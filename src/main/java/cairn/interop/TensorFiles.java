package cairn.interop;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import cairn.interop.keras.KerasFile;
import cairn.interop.onnx.OnnxFile;
import cairn.interop.tensorflow.TensorFlowCheckpoint;
import cairn.interop.torch.TorchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Files with tensors, of whatever program. What a file is, is told by its bytes, never by the ending of its name.
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
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
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
    static boolean isSeveral(Path path) throws IOException {
        return TensorFlowCheckpoint.index(path, new RealDisk()).isPresent();
    }

    /**
     * Reads all of a file of tensors.
     *
     * @throws ForeignFileException if it is none, or is damaged
     */
    public static Read read(Path path, Disk disk) throws IOException {
        if (TensorFlowCheckpoint.index(path, disk).isPresent()) {
            return several(TensorFlowCheckpoint.read(path, disk), TensorFlowCheckpoint.files(path, disk), disk);
        }
        try (FileBytes file = FileBytes.open(path, disk)) {
            byte[] head = new byte[(int) Math.min(HEAD, file.size())];
            file.read(0, head.length, "beginning").get(head);
            if (ShardedSafetensors.is(head)) {
                return several(ShardedSafetensors.read(path, disk), ShardedSafetensors.files(path, disk), disk);
            }
            return new Read(read(file, head), digest(List.of(path), disk));
        }
    }

    private static TensorFile read(FileBytes file, byte[] head) throws IOException {
        if (begins(head, "PK\003\004") || begins(head, "PK\005\006")) {
            try (ZipParts zip = ZipParts.of(file)) {
                return ofZip(file, zip);
            }
        } else if (Arrays.mismatch(head, 0, Math.min(HDF5.length, head.length), HDF5, 0, HDF5.length) < 0) {
            return KerasFile.read(file);
        } else if (SafetensorsFile.is(head, file.size())) {
            return SafetensorsFile.read(file);
        } else if (OnnxFile.is(head)) {
            return OnnxFile.read(file);
        } else if (TorchFile.isLegacy(head)) {
            throw refused(file, "a PyTorch file of the form before version 1.6", "Load it with a current torch and save it again.");
        } else if (begins(head, "\u0093NUMPY")) {
            throw refused(file, "a single NumPy array without a name", "Save it with numpy.savez(FILE, NAME=array).");
        } else if (begins(head, "GGUF")) {
            throw refused(file, "a GGUF file", KNOWN);
        } else if (begins(head, "\u001f\u008b")) {
            throw refused(file, "packed with gzip", "Unpack it first.");
        } else if (begins(head, "\u0080")) {
            throw refused(file, "a Python pickle without PyTorch's archive", "Save the tensors with torch.save or numpy.savez.");
        }
        throw refused(file, head.length == 0 ? "empty" : "in a format that is unknown here", KNOWN);
    }

    private static TensorFile ofZip(FileBytes file, ZipParts zip) throws IOException {
        Set<String> names = zip.names();
        if (names.stream().anyMatch(n -> n.equals("data.pkl") || n.endsWith("/data.pkl"))) {
            return TorchFile.read(file, zip);
        } else if (names.contains("config.json") || names.contains("model.weights.h5")) {
            return KerasFile.read(file, zip);
        } else if (!names.isEmpty() && names.stream().allMatch(n -> n.endsWith(".npy"))) {
            return NpzFile.read(file, zip);
        }
        throw refused(file, "a zip archive of " + (names.isEmpty() ? "nothing" : names.stream().limit(3).collect(Collectors.joining(", "))
                + (names.size() > 3 ? ", ..." : "")), KNOWN);
    }

    private static Read several(TensorFile file, List<Path> files, Disk disk) throws IOException {
        return new Read(file, digest(files, disk));
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

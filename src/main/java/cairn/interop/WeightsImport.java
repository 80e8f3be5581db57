package cairn.interop;

import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.HeaderText;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.state.EarlierDigest;
import cairn.state.State;
import cairn.state.StatePath;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Weights from a file: a checkpoint or an {@linkplain WeightsExport export} of this program, which are states under their own names, or
 * {@linkplain TensorFiles any file of another program}. The whole file is checked before any of it is used.
 */
public final class WeightsImport {
    private static final String MODEL = "model/";

    /**
     * What a file holds: a state of this program, or tensors of another one.
     *
     * @param own its tensors, and whatever else a checkpoint has
     * @param digest of the state, if it is a checkpoint; otherwise SHA-256 of the file
     */
    public record Imported(Optional<State> own, Optional<TensorFile> foreign, String digest) {

        /** A state that was stored here. */
        public static Imported of(State state) {
            return new Imported(Optional.of(state), Optional.empty(), state.digest());
        }

        /** Whether a recipe means this by {@code recorded}: it may be from a time when states had another digest. */
        public boolean hasDigest(String recorded) {
            return recorded.equals(digest) || own.isPresent() && recorded.equals(EarlierDigest.of(own.get()));
        }
    }

    private WeightsImport() {
    }

    /** Whether there is something to read: a file, or a TensorFlow checkpoint that has this prefix or folder. */
    public static boolean exists(Path path) throws IOException {
        return Files.isRegularFile(path) || TensorFiles.isSeveral(path, new RealDisk());
    }

    /**
     * Reads the whole of {@code file}.
     *
     * @throws DamagedCheckpointException if it is a checkpoint, and not sound
     * @throws ForeignFileException if it is no file of tensors that can be read here
     */
    public static Imported read(Path file, Disk disk) throws IOException {
        return read(file, "", disk);
    }

    /** As {@link #read(Path, Disk)}; {@code key} names one of several models as in {@link TensorFiles#read(Path, String, Disk)}. */
    public static Imported read(Path file, String key, Disk disk) throws IOException {
        if (Files.isRegularFile(file) && isCheckpoint(file, disk)) {
            return Imported.of(CheckpointFile.read(disk, file, true).state());
        }
        TensorFiles.Read read = TensorFiles.read(file, key, disk);
        return isExport(read.file()) ? new Imported(Optional.of(state(file, read.file())), Optional.empty(), read.digest())
                : new Imported(Optional.empty(), Optional.of(read.file()), read.digest());
    }

    private static boolean isCheckpoint(Path file, Disk disk) throws IOException {
        try (Disk.Input input = disk.open(file)) {
            ByteBuffer head = ByteBuffer.allocate(HeaderText.CRC_OFFSET);
            input.read(head, 0);
            return head.position() > 8 && Arrays.mismatch(head.array(), 8, head.position(), HeaderText.START, 0, HeaderText.START.length) < 0;
        }
    }

    /** Whether a file has the names and orders of here, and says which state it is from. An ONNX file says that too, and has others. */
    private static boolean isExport(TensorFile file) {
        return List.of(SafetensorsFile.FORMAT, NpzFile.FORMAT).contains(file.format()) && NamedLayers.isOwn(file.facts());
    }

    /** The tensors of an export, and what it says of its inputs and outputs, so that they are compared by name. */
    private static State state(Path file, TensorFile export) throws ForeignFileException {
        Map<String, Value> values = new LinkedHashMap<>();
        for (String name : export.tensors().keySet()) {
            if (!StatePath.isPath(MODEL + name)) {
                throw new ForeignFileException(file.toString(), name, "is no name of a tensor in an export");
            }
            values.put(MODEL + name, export.tensors().get(name).value());
        }
        for (Map.Entry<String, String> fact : export.facts().entrySet()) {
            if (fact.getKey().startsWith("data/") && StatePath.isPath(fact.getKey())) {
                try {
                    values.put(fact.getKey(), new Value.Text(fact.getValue()));
                } catch (IllegalArgumentException e) {
                    throw new ForeignFileException(file.toString(), fact.getKey(), "its text is no valid Unicode");
                }
            }
        }
        return State.of(values);
    }
}

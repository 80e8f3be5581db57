package cairn.interop;

import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.HeaderJson;
import cairn.checkpoint.format.HeaderParser;
import cairn.checkpoint.format.HeaderText;
import cairn.disk.Disk;
import cairn.state.State;
import cairn.state.StatePath;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Weights from a safetensors file: a checkpoint, an {@linkplain WeightsExport export}, or another program's. The whole file is
 * checked before any of it is used, as with a checkpoint. A file without checksums of its own can be compared by its digest.
 *
 * <p>Another program's names become paths: {@code fc1.weight} is {@code model/fc1/weight}. The last dot becomes a slash if there is none,
 * letters become small, and {@code _} stands for what a path cannot have. A file with the metadata {@code format: pt} is PyTorch's: its
 * matrices [out, in] are transposed to [in, out], its kernels [out, in, h, w] to [h, w, in, out], and the scale and offset of a
 * normalization get the names that they have here. The rows of a matrix behind a flattened image still stand in PyTorch's order:
 * channels first.
 */
public final class WeightsImport {
    private static final String MODEL = "model/";

    /**
     * What a file holds.
     *
     * @param state its tensors, and whatever else a checkpoint has
     * @param digest of the state, if it is a checkpoint; otherwise SHA-256 of the file
     */
    public record Imported(State state, String digest) {
    }

    private WeightsImport() {
    }

    /**
     * Reads the whole of {@code file}.
     *
     * @throws DamagedCheckpointException if it is no sound safetensors file of tensors that can be read here
     */
    public static Imported read(Path file, Disk disk) throws IOException {
        String name = file.toString();
        try (Disk.Input input = disk.open(file)) {
            byte[] head = CheckpointFile.readHead(input, name, input.size());
            if (Arrays.mismatch(head, 8, Math.min(head.length, HeaderText.CRC_OFFSET), HeaderText.START, 0, HeaderText.START.length) < 0) {
                State state = CheckpointFile.read(disk, file, true).state();
                return new Imported(state, state.digest());
            }
            return readForeign(input, name, head);
        }
    }

    private static Imported readForeign(Disk.Input input, String file, byte[] head) throws IOException {
        HeaderJson json = HeaderJson.readForeign(file, head, input.size() - head.length);
        MessageDigest sha = sha256();
        sha.update(head);
        Map<String, Value.Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> names = new HashMap<>();
        for (Map.Entry<String, HeaderJson.Place> e : json.places().entrySet()) {
            HeaderJson.Place place = e.getValue();
            ByteBuffer bytes = CheckpointFile.readFully(input, file, HeaderParser.printable(e.getKey()), head.length + place.begin(),
                    Math.toIntExact(place.end() - place.begin()));
            sha.update(bytes.duplicate());
            String path = path(e.getKey());
            String other = names.put(path, e.getKey());
            if (other != null) {
                throw new DamagedCheckpointException(file, path, 8, "two tensors would have this path: " + other + " and " + e.getKey());
            }
            tensors.put(path, new Value.Tensor(place.type(), place.shape().stream().mapToLong(Long::longValue).toArray(), bytes));
        }
        Map<String, Value.Tensor> own = "pt".equals(json.metadata().get("format")) ? TorchLayout.own(file, tensors, names) : tensors;
        return new Imported(State.of(own).overlay(meaning(file, json.metadata())), HexFormat.of().formatHex(sha.digest()));
    }

    /** What an export says of its inputs and outputs, so that they are compared by name. */
    private static State meaning(String file, Map<String, String> metadata) throws DamagedCheckpointException {
        Map<String, Value> texts = new LinkedHashMap<>();
        for (Map.Entry<String, String> fact : metadata.entrySet()) {
            if (!metadata.containsKey("state-digest") || !fact.getKey().startsWith("data/") || !StatePath.isPath(fact.getKey())) {
                continue;
            }
            try {
                texts.put(fact.getKey(), new Value.Text(fact.getValue()));
            } catch (IllegalArgumentException e) {
                throw new DamagedCheckpointException(file, fact.getKey(), 8, "its text is no valid Unicode");
            }
        }
        return State.of(texts);
    }

    private static String path(String name) {
        String text = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._/-]", "_");
        int dot = text.lastIndexOf('.');
        String path = MODEL + (text.contains("/") || dot <= 0 ? text : text.substring(0, dot) + "/" + text.substring(dot + 1));
        return StatePath.isPath(path) ? path : MODEL + text.replaceAll("[^a-z0-9_-]", "_");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package cairn.interop;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.interop.file.FileStream;
import cairn.interop.file.TensorFile;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The weights of a checkpoint for other programs: its tensors under {@code model/}, by the rest of their paths. If the training averages its
 * weights, the averages take their place, because evaluations and predictions use them too.
 *
 * <p>The file also says what a prediction needs beside the weights: every text of the state below {@code data/} (the shape of a row, the names of
 * classes, targets and columns, the normalization) and {@code recipe/}, under its path, and what the caller adds. In safetensors it is the
 * {@code __metadata__}; in npz it is an array of that name with one text, a JSON object of texts.
 *
 * <p>Laws: the same checkpoint gives the same bytes; a file that exists is never replaced, nor deleted; a file is written whole or not
 * at all.
 */
public final class WeightsExport {
    private static final String MODEL = "model/";
    private static final String AVERAGE = "average/";
    /** Npy format 1.0 (numpy.lib.format): magic, version, length of the header in 2 bytes, the header padded to a multiple of 64. */
    private static final byte[] NPY_MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int NPY_ALIGNMENT = 64;
    /** The earliest time that a zip archive can hold, so that the time of writing changes no byte. */
    private static final java.time.LocalDateTime ZIP_BEGIN = java.time.LocalDateTime.of(1980, 1, 1, 0, 0);

    private WeightsExport() {
    }

    /** Which weights of a training that averages them. */
    public enum Which {
        /** The averaged ones, if there are any. */
        PREDICTING,
        /** Those that training goes on with. */
        RAW
    }

    /**
     * What was written.
     *
     * @param tensors how many
     * @param areAveraged whether they are averages
     * @param metadata what the file says beside them
     * @param code Python code that makes the model that takes them; may be empty
     */
    public record Written(int tensors, boolean areAveraged, Map<String, String> metadata, String code) {
        public Written(int tensors, boolean areAveraged, Map<String, String> metadata) {
            this(tensors, areAveraged, Collections.unmodifiableMap(metadata), "");
        }
    }

    /** Writes the weights that predict, with the facts of the state alone. */
    public static Written write(Checkpoint checkpoint, Path file, Disk disk) throws IOException {
        return write(checkpoint, Which.PREDICTING, Map.of(), file, disk);
    }

    /**
     * Writes {@code .safetensors} or {@code .npz}, as the file's name says.
     *
     * @param more what the file says beside the facts of the state, by name
     */
    public static Written write(Checkpoint checkpoint, Which which, Map<String, String> more, Path file, Disk disk) throws IOException {
        return write(checkpoint, which, more, FileFormat.of(file), file, disk);
    }

    /** As {@link #write(Checkpoint, Which, Map, Path, Disk)}, in one of these two formats, whatever the file's name says. */
    public static Written write(Checkpoint checkpoint, Which which, Map<String, String> more, FileFormat format, Path file, Disk disk)
            throws IOException {
        Weights weights = Weights.of(checkpoint, which);
        Map<String, String> metadata = metadata(checkpoint, weights.areAveraged());
        metadata.putAll(more);
        create(file, disk, output -> {
            if (format == FileFormat.NPZ) {
                npz(weights.tensors(), metadata, output);
            } else {
                safetensors(metadata, weights.tensors(), output);
            }
        });
        return new Written(weights.tensors().size(), weights.areAveraged(), metadata);
    }

    /**
     * Writes a file that does not exist, whole or not at all.
     *
     * @throws FileAlreadyExistsException if it exists, or the one that would be written first
     */
    public static void create(Path file, Disk disk, AtomicWrite.Content content) throws IOException {
        if (disk.exists(file)) {
            throw new FileAlreadyExistsException(file.toString(), null,
                    "it exists, and is not replaced; delete it first, or use another name");
        }
        // Outside a run's folder only the user knows what a name means, so a file of this name may be the user's.
        Path pending = AtomicWrite.pending(file.toAbsolutePath());
        if (disk.exists(pending)) {
            throw new FileAlreadyExistsException(pending.toString(), null, "it stands where " + file + " would be written first, and is"
                    + " left as it is: delete or rename it (an interrupted export leaves such a file), or use another name");
        }
        AtomicWrite.replace(disk, file.toAbsolutePath(), content);
    }

    /** What a file says beside its tensors: the step, the state, and the facts that a prediction needs. */
    public static Map<String, String> metadata(Checkpoint checkpoint, Which which) {
        return metadata(checkpoint, Weights.of(checkpoint, which).areAveraged());
    }

    private static Map<String, String> metadata(Checkpoint checkpoint, boolean areAveraged) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("step", Long.toString(checkpoint.step()));
        metadata.put(TensorFile.STATE_DIGEST, checkpoint.state().digest());
        metadata.put("weights", areAveraged ? "averaged" : "raw");
        checkpoint.state().entries().forEach((path, value) -> {
            if (value instanceof Value.Text text && (path.startsWith("data/") || path.startsWith("recipe/"))) {
                metadata.put(path, text.value());
            }
        });
        return metadata;
    }

    /**
     * The tensors of a model by their paths without {@code model/}, the widest element type first.
     *
     * @param areAveraged whether they are averages
     */
    public record Weights(Map<String, Value.Tensor> tensors, boolean areAveraged) {

        public static Weights of(Checkpoint checkpoint, Which which) {
            State model = checkpoint.state().select(MODEL);
            boolean areAveraged = which == Which.PREDICTING
                    && checkpoint.state().entries().keySet().stream().anyMatch(p -> p.startsWith(AVERAGE));
            if (areAveraged) {
                model = model.overlay(checkpoint.state().select("average").rename(path -> MODEL + path.substring(AVERAGE.length())));
            }
            Map<String, Value.Tensor> tensors = new LinkedHashMap<>();
            model.entries().forEach((path, value) -> {
                if (value instanceof Value.Tensor t && path.startsWith(MODEL)) {
                    tensors.put(path.substring(MODEL.length()), t);
                }
            });
            Map<String, Value.Tensor> weights = byWidth(tensors);
            if (weights.isEmpty()) {
                throw new IllegalArgumentException("step " + checkpoint.step() + " has no tensors under " + MODEL + " to export; its entries"
                        + " are " + checkpoint.state().entries().keySet().stream().limit(5).collect(Collectors.joining(", ")) + ", ...");
            }
            return new Weights(weights, areAveraged);
        }
    }

    /** The tensors in the order of their element types, the widest first. */
    public static Map<String, Value.Tensor> byWidth(Map<String, Value.Tensor> tensors) {
        Map<String, Value.Tensor> sorted = new LinkedHashMap<>();
        for (ElementType type : ElementType.values()) {
            tensors.forEach((name, tensor) -> {
                if (tensor.type() == type) {
                    sorted.put(name, tensor);
                }
            });
        }
        return sorted;
    }

    /** The bytes of a safetensors file. The widest element type must be first, so that each tensor is aligned without a hole. */
    public static void safetensors(Map<String, String> metadata, Map<String, Value.Tensor> weights, Disk.Output output)
            throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator g = HeaderText.JSON.createGenerator(json)) {
            g.writeStartObject();
            g.writeObjectFieldStart(HeaderText.METADATA);
            for (Map.Entry<String, String> e : metadata.entrySet()) {
                g.writeStringField(e.getKey(), e.getValue());
            }
            g.writeEndObject();
            long at = 0;
            for (Map.Entry<String, Value.Tensor> e : weights.entrySet()) {
                HeaderText.tensor(g, e.getKey(), Header.span(e.getValue(), at));
                at += e.getValue().bytes().remaining();
            }
            g.writeEndObject();
        }
        output.write(HeaderText.padded(json.toByteArray()));
        for (Value.Tensor tensor : weights.values()) {
            output.write(tensor.bytes());
        }
    }

    private static void npz(Map<String, Value.Tensor> weights, Map<String, String> metadata, Disk.Output output) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(new FileStream(output), 1 << 16))) {
            for (Map.Entry<String, Value.Tensor> e : weights.entrySet()) {
                npy(e.getKey(), npyHeader(e.getValue()), e.getValue().bytes(), zip);
            }
            // NumPy keeps a text as its code points, in 32 bits each.
            int[] text = json(metadata);
            ByteBuffer points = ByteBuffer.allocate(Integer.BYTES * text.length).order(ByteOrder.LITTLE_ENDIAN);
            points.asIntBuffer().put(text);
            npy(HeaderText.METADATA, npyHeader("<U" + text.length, ""), points, zip);
        }
    }

    private static int[] json(Map<String, String> metadata) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator g = HeaderText.JSON.createGenerator(text)) {
            g.writeStartObject();
            for (Map.Entry<String, String> e : metadata.entrySet()) {
                g.writeStringField(e.getKey(), e.getValue());
            }
            g.writeEndObject();
        }
        return text.toString().codePoints().toArray();
    }

    private static void npy(String name, byte[] header, ByteBuffer bytes, ZipOutputStream zip) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(header);
        crc.update(bytes.duplicate());
        ZipEntry entry = new ZipEntry(name + ".npy");
        entry.setTimeLocal(ZIP_BEGIN);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(header.length + (long) bytes.remaining());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(header);
        byte[] portion = new byte[1 << 16];
        while (bytes.hasRemaining()) {
            int n = Math.min(portion.length, bytes.remaining());
            bytes.get(portion, 0, n);
            zip.write(portion, 0, n);
        }
        zip.closeEntry();
    }

    private static byte[] npyHeader(Value.Tensor tensor) {
        String descr = switch (tensor.type()) {
            case F64 -> "<f8";
            case I64 -> "<i8";
            case F32 -> "<f4";
            case I32 -> "<i4";
            case U8 -> "|u1";
        };
        // A tuple of one element needs a comma, an empty one has none.
        return npyHeader(descr, LongStream.of(tensor.shape()).mapToObj(s -> s + ",").collect(Collectors.joining(" ")));
    }

    private static byte[] npyHeader(String descr, String shape) {
        String head = String.format(Locale.ROOT, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape);
        int begin = NPY_MAGIC.length + Short.BYTES;
        int length = (begin + head.length() + 1 + NPY_ALIGNMENT - 1) / NPY_ALIGNMENT * NPY_ALIGNMENT;
        byte[] text = (head + " ".repeat(length - begin - head.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        if (text.length > 0xffff) {
            throw new IllegalArgumentException("an array of the shape (" + shape + ") has no place in this format");
        }
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(NPY_MAGIC).putShort((short) text.length).put(text).array();
    }
}

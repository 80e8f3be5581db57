package cairn.interop;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import cairn.words.Spelling;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The weights of a checkpoint for other programs: its tensors under {@code model/}, by the rest of their paths, and nothing else.
 *
 * <p>Laws: the same checkpoint gives the same bytes; a file that exists is never replaced, nor deleted; a file is written whole or not
 * at all.
 */
public final class WeightsExport {
    private static final String MODEL = "model/";
    private static final List<String> ENDINGS = List.of(".safetensors", ".npz");
    /** Npy format 1.0 (numpy.lib.format): magic, version, length of the header in 2 bytes, the header padded to a multiple of 64. */
    private static final byte[] NPY_MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int NPY_ALIGNMENT = 64;
    /** The earliest time that a zip archive can hold, so that the time of writing changes no byte. */
    private static final java.time.LocalDateTime ZIP_BEGIN = java.time.LocalDateTime.of(1980, 1, 1, 0, 0);

    private WeightsExport() {
    }

    /** Writes {@code .safetensors} or {@code .npz}, as the file's name says; returns how many tensors. */
    public static int write(Checkpoint checkpoint, Path file, Disk disk) throws IOException {
        String ending = requireForm(file);
        Map<String, Value.Tensor> weights = weights(checkpoint);
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
        AtomicWrite.replace(disk, file.toAbsolutePath(), output -> {
            if (ending.equals(".npz")) {
                npz(weights, output);
            } else {
                safetensors(checkpoint, weights, output);
            }
        });
        return weights.size();
    }

    /** The ending of the file's name, which says in what form weights are written; a name that says none is refused. */
    public static String requireForm(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
        if (!ENDINGS.contains(ending)) {
            throw new IllegalArgumentException("cannot export weights to " + file + ": expected a name that ends in .safetensors or .npz"
                    + Spelling.suggestion(ending, ENDINGS));
        }
        return ending;
    }

    private static Map<String, Value.Tensor> weights(Checkpoint checkpoint) {
        State model = checkpoint.state().select(MODEL);
        Map<String, Value.Tensor> weights = new LinkedHashMap<>();
        for (ElementType type : ElementType.values()) {
            model.entries().forEach((path, value) -> {
                if (value instanceof Value.Tensor t && t.type() == type && path.startsWith(MODEL)) {
                    weights.put(path.substring(MODEL.length()), t);
                }
            });
        }
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("step " + checkpoint.step() + " has no tensors under " + MODEL + " to export; its entries"
                    + " are " + checkpoint.state().entries().keySet().stream().limit(5).collect(Collectors.joining(", ")) + ", ...");
        }
        return weights;
    }

    /** Widest element type first, so that each tensor is aligned, and no hole. */
    private static void safetensors(Checkpoint checkpoint, Map<String, Value.Tensor> weights, Disk.Output output) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator g = HeaderText.JSON.createGenerator(json)) {
            g.writeStartObject();
            g.writeObjectFieldStart(HeaderText.METADATA);
            g.writeStringField("step", Long.toString(checkpoint.step()));
            g.writeStringField("state-digest", checkpoint.state().digest());
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

    private static void npz(Map<String, Value.Tensor> weights, Disk.Output output) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(new Unclosed(output), 1 << 16))) {
            for (Map.Entry<String, Value.Tensor> e : weights.entrySet()) {
                byte[] header = npyHeader(e.getValue());
                ByteBuffer bytes = e.getValue().bytes();
                CRC32 crc = new CRC32();
                crc.update(header);
                crc.update(bytes.duplicate());
                ZipEntry entry = new ZipEntry(e.getKey() + ".npy");
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
        }
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
        String shape = LongStream.of(tensor.shape()).mapToObj(s -> s + ",").collect(Collectors.joining(" "));
        String head = String.format(Locale.ROOT, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape);
        int begin = NPY_MAGIC.length + Short.BYTES;
        int length = (begin + head.length() + 1 + NPY_ALIGNMENT - 1) / NPY_ALIGNMENT * NPY_ALIGNMENT;
        byte[] text = (head + " ".repeat(length - begin - head.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        if (text.length > 0xffff) {
            throw new IllegalArgumentException("a tensor of " + tensor.shape().length + " dimensions has no place in this format");
        }
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(NPY_MAGIC).putShort((short) text.length).put(text).array();
    }

    /** An output as a stream that can be closed without closing the output. */
    private static final class Unclosed extends OutputStream {
        private final Disk.Output output;

        Unclosed(Disk.Output output) {
            this.output = output;
        }

        @Override
        public void write(int b) throws IOException {
            output.write(ByteBuffer.wrap(new byte[] {(byte) b}));
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            output.write(ByteBuffer.wrap(bytes, from, count));
        }
    }
}

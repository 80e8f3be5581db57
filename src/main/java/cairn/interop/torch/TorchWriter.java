package cairn.interop.torch;

import cairn.disk.Disk;
import cairn.interop.file.FileStream;
import cairn.interop.file.RuleState;
import cairn.nn.Layer;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipMethod;

/**
 * Writes what {@code torch.load(FILE, weights_only=True)} reads: the entries of {@code torch.save} of PyTorch 2.13, each stored as it is
 * and at a multiple of {@value #ALIGNMENT} bytes, so that it can be mapped into memory.
 *
 * <p>Law: the same tensors give the same bytes.
 */
public final class TorchWriter {
    private static final int ALIGNMENT = 64;
    private static final String FOLDER = "archive/";
    /** An entry that PyTorch does not read. */
    static final String WRITER = ".data/writer";
    /** A time that takes no extra field, so that the time of writing changes no byte. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private TorchWriter() {
    }

    /**
     * Writes a state dict, for {@code model.load_state_dict}.
     *
     * @param row the shape of a row of the input
     * @param weights the tensors by their paths here, such as {@code 0.conv2d/weight}
     * @param step how many updates they have had
     * @throws IllegalArgumentException if PyTorch has no modules for a layer, naming it; nothing is written then
     */
    public static void write(Layer model, long[] row, Map<String, Value.Tensor> weights, long step, Disk.Output out) throws IOException {
        archive(new Pickler.Ordered(TorchNames.of(model, row, weights, step)), out);
    }

    /**
     * Writes a dict with {@code model_state_dict}, {@code optimizer_state_dict} for {@code optimizer.load_state_dict}, and {@code step}.
     *
     * @param more what else the dict says, by name
     */
    public static void write(Layer model, long[] row, Map<String, Value.Tensor> weights, long step, RuleState rule,
            Map<String, Value.Scalar> more, Disk.Output out) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model_state_dict", new Pickler.Ordered(TorchNames.of(model, row, weights, step)));
        all.put("optimizer_state_dict", TorchOptim.of(model, row, rule));
        all.put("step", step);
        more.forEach((name, value) -> all.put(name, value instanceof Value.Int number ? (Object) number.value()
                : value instanceof Value.Real number ? number.value() : ((Value.Text) value).value()));
        archive(all, out);
    }

    private static void archive(Object root, Disk.Output out) throws IOException {
        Pickler.Pickle pickle = Pickler.of(root);
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(new FileStream(out))) {
            entry(zip, "data.pkl", ByteBuffer.wrap(pickle.bytes()));
            entry(zip, ".format_version", text("1"));
            entry(zip, ".storage_alignment", text(Integer.toString(ALIGNMENT)));
            entry(zip, "byteorder", text("little"));
            entry(zip, WRITER, text("cairn"));
            List<Value.Tensor> storages = pickle.storages();
            for (int i = 0; i < storages.size(); i++) {
                entry(zip, "data/" + i, storages.get(i).bytes());
            }
            entry(zip, "version", text("3\n"));
        }
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void entry(ZipArchiveOutputStream zip, String name, ByteBuffer bytes) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(FOLDER + name);
        entry.setMethod(ZipMethod.STORED.getCode());
        entry.setSize(bytes.remaining());
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(TIME);
        entry.setAlignment(ALIGNMENT);
        zip.putArchiveEntry(entry);
        byte[] portion = new byte[1 << 16];
        while (bytes.hasRemaining()) {
            int n = Math.min(portion.length, bytes.remaining());
            bytes.get(portion, 0, n);
            zip.write(portion, 0, n);
        }
        zip.closeArchiveEntry();
    }
}

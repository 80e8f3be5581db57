package cairn.bench;

import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.interop.SafetensorsFile;
import cairn.interop.TensorFiles;
import cairn.interop.file.FileBytes;
import cairn.interop.file.ZipParts;
import cairn.interop.torch.TorchFile;
import cairn.interop.torch.TorchWriter;
import cairn.nn.Layer;
import cairn.nn.init.Zeros;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Sequential;
import cairn.state.ElementType;
import cairn.state.Value;
import cairn.timing.Rounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reading 400 MB of weights, six matrices of 4096 x 4096 floats, from files of other programs, compared with reading the same number of
 * bytes into memory that is there already. The system has the files in its cache.
 */
final class InteropReads {
    private static final int MATRICES = 6;
    private static final int SIZE = 4096;
    private static final int ROUNDS = 9;

    private InteropReads() {
    }

    static String table(Path folder) throws IOException {
        Layer model = new Sequential(Collections.nCopies(MATRICES, new Dense(SIZE, false, new Zeros())));
        Map<String, Value.Tensor> weights = new LinkedHashMap<>();
        for (int i = 0; i < MATRICES; i++) {
            weights.put(i + ".dense/weight", matrix(i));
        }
        RealDisk disk = new RealDisk();
        Path pt = folder.resolve("weights.pt");
        try (Disk.Output out = disk.create(pt)) {
            TorchWriter.write(model, new long[] {SIZE}, weights, 0, out);
        }
        Path safetensors = folder.resolve("weights.safetensors");
        safetensors(weights, safetensors, disk);
        ByteBuffer plain = ByteBuffer.allocateDirect(MATRICES * SIZE * SIZE * Float.BYTES);
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        ways.put("plain", Rounds.timed(() -> read(pt, plain)));
        ways.put("fresh", Rounds.timed(() -> read(pt, ByteBuffer.allocateDirect(plain.capacity()))));
        ways.put("pt", Rounds.timed(() -> {
            try (FileBytes file = FileBytes.open(pt, disk); ZipParts zip = ZipParts.of(file)) {
                TorchFile.read(file, zip);
            }
        }));
        ways.put("safetensors", Rounds.timed(() -> {
            try (FileBytes file = FileBytes.open(safetensors, disk)) {
                SafetensorsFile.read(file);
            }
        }));
        ways.put("pt known", Rounds.timed(() -> TensorFiles.read(pt, disk)));
        Rounds rounds = Rounds.of(2, ROUNDS, ways);
        StringBuilder table = new StringBuilder("| read of " + Vectors.size(plain.capacity())
                + " | ms | time / plain read |\n|---|--:|--:|\n");
        row(table, rounds, "plain", "plain, into memory that is there");
        row(table, rounds, "fresh", "plain, into fresh memory");
        row(table, rounds, "pt", ".pt, with the CRC-32 of its entries");
        row(table, rounds, "safetensors", ".safetensors");
        row(table, rounds, "pt known", ".pt as a user names it, with the digest of the file");
        return table.toString();
    }

    private static void row(StringBuilder table, Rounds rounds, String way, String words) {
        table.append(String.format(Locale.ROOT, "| %s | %.0f | %s |%n", words, 1e3 * rounds.median(way), rounds.ratio(way, "plain")));
    }

    private static Value.Tensor matrix(int number) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE * SIZE * Float.BYTES);
        for (int i = 0; i < bytes.capacity(); i += Float.BYTES) {
            bytes.putInt(i, i * 31 + number);
        }
        return new Value.Tensor(ElementType.F32, new long[] {SIZE, SIZE}, bytes);
    }

    private static void safetensors(Map<String, Value.Tensor> weights, Path file, Disk disk) throws IOException {
        StringBuilder header = new StringBuilder("{");
        long at = 0;
        for (Map.Entry<String, Value.Tensor> e : weights.entrySet()) {
            long end = at + e.getValue().bytes().remaining();
            header.append(header.length() == 1 ? "" : ",").append(String.format(Locale.ROOT,
                    "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}", e.getKey(), SIZE, SIZE, at, end));
            at = end;
        }
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        try (Disk.Output out = disk.create(file)) {
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, json.length));
            out.write(ByteBuffer.wrap(json));
            for (Value.Tensor tensor : weights.values()) {
                out.write(tensor.bytes());
            }
        }
    }

    private static void read(Path file, ByteBuffer into) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer rest = into.duplicate();
            while (rest.hasRemaining() && channel.read(rest) >= 0) {
                // Reads until the buffer is full; the file is a little longer.
            }
        }
    }
}

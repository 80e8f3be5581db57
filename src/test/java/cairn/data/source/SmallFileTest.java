package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small file cannot ask for much memory or time, whatever it claims and whatever it holds. */
class SmallFileTest {
    private static final long[] IMAGE = {28, 28, 1};
    private static final Labels.Classes TEN = Labels.Classes.numbered(10);
    /** What reading a file of a few hundred kilobytes may allocate. */
    private static final long MOST_BYTES = 1L << 30;

    private static final DataSource SOURCE = new BuiltInData.Mnist();

    @TempDir
    private Path root;

    private interface Reading {
        void of(Path file) throws IOException;
    }

    private final Map<String, Reading> readers = new LinkedHashMap<>();

    {
        readers.put("predict rows", file -> Inputs.read(file, SOURCE, IMAGE, TEN));
        readers.put("train idx", file -> Idx.images("x", file, file, TEN));
        readers.put("train npz", file -> NpyRows.table("x", file, "x", "y", 0));
        readers.put("train csv", file -> CsvTable.read(file, "x", new CsvSchema("label", java.util.List.of(), java.util.List.of("a"),
                CsvSchema.Encoding.ONE_HOT, java.util.List.of(), true, ',')));
        readers.put("npy", Npy::read);
        readers.put("image", file -> new ImageFolders(true, 0, 0).pixels(file, 28, 28));
    }

    private static byte[] gzipped(long zeros, byte[] head) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(head);
            write(gzip, zeros);
        }
        return out.toByteArray();
    }

    private static void write(OutputStream out, long zeros) throws IOException {
        byte[] portion = new byte[1 << 20];
        for (long left = zeros; left > 0; left -= portion.length) {
            out.write(portion, 0, (int) Math.min(left, portion.length));
        }
    }

    private static byte[] idx(int... shape) {
        ByteBuffer head = ByteBuffer.allocate(4 + 4 * shape.length).put((byte) 0).put((byte) 0).put((byte) 8).put((byte) shape.length);
        for (int size : shape) {
            head.putInt(size);
        }
        return head.array();
    }

    private static byte[] npy(String descr, String shape) {
        String head = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
        String padded = head + " ".repeat(64 - (10 + head.length() + 1) % 64) + "\n";
        return ByteBuffer.allocate(10 + padded.length()).order(java.nio.ByteOrder.LITTLE_ENDIAN).put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0).putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII)).array();
    }

    private static byte[] npz(long zeros) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("x.npy"));
            zip.write(npy("|u1", zeros / 784 + ", 28, 28"));
            write(zip, zeros / 784 * 784);
            zip.putNextEntry(new ZipEntry("y.npy"));
            zip.write(npy("|u1", Long.toString(zeros / 784)));
            write(zip, zeros / 784);
        }
        return out.toByteArray();
    }

    /** A PNG with chunks of our own between its head and its pixels. */
    private static byte[] png(int width, int height, String chunk, long zeros) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream png = new DataOutputStream(out);
        png.writeLong(0x89504E470D0A1A0AL);
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 0, 0, 0, 0}).array());
        if (!chunk.isEmpty()) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            text.write("Comment\0".getBytes(StandardCharsets.ISO_8859_1));
            text.write(chunk.equals("iTXt") ? new byte[] {1, 0, 0, 0} : new byte[] {0});
            deflate(text, zeros);
            chunk(png, chunk, text.toByteArray());
        }
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        deflate(pixels, (width + 1L) * height);
        chunk(png, "IDAT", pixels.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void deflate(OutputStream out, long zeros) throws IOException {
        DeflaterOutputStream deflated = new DeflaterOutputStream(out, new Deflater(9));
        write(deflated, zeros);
        deflated.finish();
    }

    private static void chunk(DataOutputStream png, String type, byte[] content) throws IOException {
        png.writeInt(content.length);
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        png.write(name);
        png.write(content);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        png.writeInt((int) crc.getValue());
    }

    private Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int many = 600_000_000;
        files.put("zeros-ubyte.gz", gzipped(many, idx(many / 784, 28, 28)));
        files.put("claims-ubyte", idx(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
        files.put("claims-ubyte.gz", gzipped(1000, idx(Integer.MAX_VALUE, 28, 28)));
        files.put("ranks-ubyte", new byte[] {0, 0, 8, -1});
        files.put("zeros.npz", npz(many));
        files.put("claims.npy", npy("<f8", "9999999999, 9999999999, 9999999999"));
        files.put("huge-header.npy", new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, 127, 0, 0, 0});
        files.put("comment.png", png(28, 28, "zTXt", many));
        files.put("text.png", png(28, 28, "iTXt", many));
        files.put("profile.png", png(28, 28, "iCCP", many));
        files.put("pixels.png", png(20_000, 3_000, "", 0));
        files.put("claims.png", png(Integer.MAX_VALUE, 1, "", 0));
        files.put("claims.gif", new byte[] {'G', 'I', 'F', '8', '9', 'a', -1, -1, -1, -1, 0, 0, 0, ',', 0, 0, 0, 0, -1, -1, -1, -1, 0, 8, 1, 0, 0});
        files.put("claims.bmp", ByteBuffer.allocate(60).order(java.nio.ByteOrder.LITTLE_ENDIAN).put((byte) 'B').put((byte) 'M').putInt(60)
                .putInt(0).putInt(54).putInt(40).putInt(60_000).putInt(60_000).putShort((short) 1).putShort((short) 24).putInt(0).array());
        StringBuilder words = new StringBuilder("a,label\n");
        for (int i = 0; i < 100_000; i++) {
            words.append('w').append(i).append(',').append(i % 2).append('\n');
        }
        files.put("words.csv", words.toString().getBytes(StandardCharsets.UTF_8));
        files.put("digits.csv", ("a,label\n" + "1".repeat(400_000) + "x,0\n").getBytes(StandardCharsets.UTF_8));
        files.put("number.csv", ("1".repeat(400_000) + "\n").getBytes(StandardCharsets.UTF_8));
        files.put("columns.csv", ("a,label" + ",b".repeat(200_000) + "\n").getBytes(StandardCharsets.UTF_8));
        files.put("quote.csv", ("a,label\n\"" + "x".repeat(500_000)).getBytes(StandardCharsets.UTF_8));
        files.put("bytes.csv", ("a,label\nb,\u00e4\n").getBytes(StandardCharsets.ISO_8859_1));
        return files;
    }

    @Test
    @Timeout(120)
    void noReaderAllocatesMuchForASmallFile() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Map.Entry<String, byte[]> e : files().entrySet()) {
            Path file = root.resolve(e.getKey());
            Files.write(file, e.getValue());
            assertThat(e.getValue().length).as(e.getKey()).isLessThan(3_000_000);
            for (Map.Entry<String, Reading> reader : readers.entrySet()) {
                String what = reader.getKey() + " of " + e.getKey();
                long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                try {
                    reader.getValue().of(file);
                } catch (MalformedDataException expected) {
                    assertThat(expected.getMessage()).as(what).contains(file.toString()).hasSizeLessThan(2000);
                }
                assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before).as(what).isLessThan(MOST_BYTES);
            }
        }
    }

    /** What stands in an image beside its pixels is not read. */
    @Test
    void anImageWithALargeCommentIsReadWithoutIt() throws IOException {
        for (String chunk : new String[] {"zTXt", "iTXt"}) {
            Path file = root.resolve("a.png");
            Files.write(file, png(28, 28, chunk, 100_000_000));
            assertThat(new ImageFolders(true, 0, 0).pixels(file, 28, 28)).hasSize(784).containsOnly(0);
        }
    }

    /** The bounds are far from what images and tables have. */
    @Test
    void whatDataSetsHaveIsStillRead() throws IOException {
        Path blank = root.resolve("blank.png");
        ImageIO.write(new BufferedImage(2000, 2000, BufferedImage.TYPE_BYTE_GRAY), "png", blank.toFile());
        assertThat(new ImageFolders(true, 0, 0).pixels(blank, 2000, 2000)).hasSize(4_000_000);
        Path zeros = root.resolve("zeros-ubyte.gz");
        Files.write(zeros, gzipped(60_000L * 784, idx(60_000, 28, 28)));
        assertThat(Idx.read(zeros).shape()).containsExactly(60_000, 28, 28);
    }

    @Test
    void aBadByteIsNamedWithItsPlace() throws IOException {
        Path file = root.resolve("t.csv");
        Files.write(file, "a,label\n1,x\n2,\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> CsvTable.read(file, "t", CsvSchema.classes("label"))).isInstanceOf(MalformedDataException.class)
                .hasMessageContainingAll(file.toString(), "byte 14 (line 3)", "expected text in UTF-8, found e4", "save it as UTF-8");
        assertThatThrownBy(() -> Inputs.read(file, SOURCE, new long[] {1}, TEN)).isInstanceOf(MalformedDataException.class)
                .hasMessageContainingAll(file.toString(), "byte 14 (line 3)");
    }

    @Test
    void aColumnOfAsManyWordsAsRowsIsRefusedAsOneHotAndReadAsNumbers() throws IOException {
        Path file = root.resolve("words.csv");
        Files.write(file, files().get("words.csv"));
        assertThatThrownBy(() -> readers.get("train csv").of(file)).isInstanceOf(MalformedDataException.class)
                .hasMessageContainingAll("100000 rows of 100000 numbers", "encoding integer");
        assertThat(CsvTable.read(file, "x", new CsvSchema("label", java.util.List.of(), java.util.List.of("a"), CsvSchema.Encoding.INTEGER,
                java.util.List.of(), true, ',')).size()).isEqualTo(100_000);
    }
}

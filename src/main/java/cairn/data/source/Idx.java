package cairn.data.source;

import cairn.data.DataFile;
import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import cairn.words.ByteSize;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file in the IDX format of MNIST (http://yann.lecun.com/exdb/mnist/), plain or gzipped:
 *
 * <pre>
 *     0 0, element type u8 (8: unsigned byte), rank u8, each size i32 big-endian, the elements row-major
 * </pre>
 *
 * @param shape the sizes, the number of rows first
 * @param bytes the elements
 */
record Idx(long[] shape, byte[] bytes) {
    private static final int UNSIGNED_BYTE = 8;

    /** Reads a whole file of unsigned bytes; any error in it is a {@link MalformedDataException}. */
    static Idx read(Path file) throws IOException {
        long most = Files.size(file);
        try (InputStream raw = new BufferedInputStream(DataFile.open(file))) {
            raw.mark(2);
            boolean zipped = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            try (InputStream in = zipped ? new GZIPInputStream(raw, 1 << 16) : raw) {
                return read(file, in, zipped ? Unpacked.most(most) : most);
            }
        } catch (ZipException e) {
            throw new MalformedDataException(file, "gzip", "the compressed data is damaged: " + e.getMessage(), "get the file again");
        } catch (EOFException e) {
            throw new MalformedDataException(file, most, "the file ends in the middle of its data", "get the file again");
        }
    }

    /** Images and their classes, named by number; as many labels as images. */
    static Table images(String name, Path images, Path labels, Labels.Classes classes) throws IOException {
        Idx pixels = read(images);
        Idx kinds = read(labels);
        if (pixels.shape.length != 3) {
            throw new MalformedDataException(images, 3, "images need a rank of 3 (rows, height, width), found a rank of "
                    + pixels.shape.length,
                    "check that the files of images and labels are not exchanged");
        }
        if (kinds.shape.length != 1) {
            throw new MalformedDataException(labels, 3, "labels need a rank of 1, found a rank of " + kinds.shape.length,
                    "check that the files of images and labels are not exchanged");
        }
        if (pixels.shape[0] != kinds.shape[0]) {
            throw new MalformedDataException(labels, 4, "expected " + pixels.shape[0] + " labels, one for each image of "
                    + images + ", found "
                    + kinds.shape[0], "use files that belong together");
        }
        int[] rows = new int[kinds.bytes.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = kinds.bytes[i] & 0xff;
            if (rows[i] >= classes.width()) {
                throw new MalformedDataException(labels, 8L + i, "expected a label of 0 to " + (classes.width() - 1)
                        + ", found " + rows[i],
                        "check the number of classes");
            }
        }
        return Table.ofBytes(name, new long[] {pixels.shape[1], pixels.shape[2], 1}, pixels.bytes, classes, rows);
    }

    private static Idx read(Path file, InputStream in, long most) throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
            throw new MalformedDataException(file, 0, "expected an IDX file, which begins with two zero bytes, a type and a rank; found "
                    + hex(magic), "use a file in the IDX format, plain or gzipped");
        }
        if (magic[2] != UNSIGNED_BYTE) {
            throw new MalformedDataException(file, 2, "expected element type 08 (unsigned byte), found " + hex(magic[2]),
                    "write the elements as unsigned bytes");
        }
        long[] shape = new long[magic[3] & 0xff];
        if (shape.length == 0) {
            throw new MalformedDataException(file, 3, "expected a rank of at least 1, found 0", "get the file again");
        }
        long count = 1;
        for (int i = 0; i < shape.length; i++) {
            long at = 4 + 4L * i;
            byte[] size = in.readNBytes(4);
            if (size.length < 4) {
                throw new MalformedDataException(file, at + size.length, "the file ends in its header", "get the file again");
            }
            shape[i] = java.nio.ByteBuffer.wrap(size).getInt();
            if (shape[i] < 1 || (count *= shape[i]) > Math.min(most, Integer.MAX_VALUE - 8)) {
                throw new MalformedDataException(file, at, "size " + i + " is " + shape[i]
                        + ", which makes no elements, or more than a file of " + ByteSize.text(Files.size(file)) + " should hold ("
                        + ByteSize.text(most) + ")", "get the file again, or unpack it with gunzip if it is right");
            }
        }
        return new Idx(shape, elements(file, in, (int) count, 4 + 4L * shape.length));
    }

    private static byte[] elements(Path file, InputStream in, int count, long from) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new MalformedDataException(file, from + bytes.length, "expected " + count + " elements, found only " + bytes.length,
                    "get the file again");
        }
        if (in.read() >= 0) {
            throw new MalformedDataException(file, from + count, "expected the end after " + count + " elements, found more bytes",
                    "get the file again");
        }
        return bytes;
    }

    private static String hex(byte... bytes) {
        return bytes.length == 0 ? "nothing" : java.util.HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}

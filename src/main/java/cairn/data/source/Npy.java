package cairn.data.source;

import cairn.data.DataFile;
import cairn.data.MalformedDataException;
import cairn.words.ByteSize;
import cairn.words.Spelling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An array in NumPy's format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), alone in a {@code
 * .npy} file or by name in a {@code .npz} archive: little-endian numbers in C order. Arrays of Python objects are refused, so
 * nothing in a file can run; and no file can ask for more memory than its own size justifies.
 */
public final class Npy {

    /** The element types that are read, by NumPy's names. */
    public enum Element {
        F4(4), F8(8), I1(1), U1(1), I2(2), I4(4), I8(8), U2(2), U4(4), U8(8), B1(1);

        private final int bytes;

        Element(int bytes) {
            this.bytes = bytes;
        }
    }

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_HEADER = 1 << 16;
    /** By what the array is for: floats as labels would be real targets. */
    private static final String REMEDY = "array.astype('<f4') for features and real targets, array.astype('<i8') for classes,"
            + " numpy.unique(array, return_inverse=True)[1] for classes that are words";
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,]*)\\)");

    private final Path file;
    private final String entry;
    private final Element element;
    private final long[] shape;
    private final ByteBuffer values;

    private Npy(Path file, String entry, ByteBuffer all) throws IOException {
        this.file = file;
        this.entry = entry;
        String header = header(all);
        this.element = element(header);
        if (field(ORDER, header, "fortran_order").equals("True")) {
            throw bad(10, "the array is in Fortran order", "save it in C order: numpy.save(file, numpy.ascontiguousarray(array))");
        }
        this.shape = shape(field(SHAPE, header, "shape"));
        long count = 1;
        for (long size : shape) {
            count = size == 0 ? 0 : count > all.remaining() / size ? Long.MAX_VALUE / 16 : count * size;
        }
        if (count * element.bytes != all.remaining()) {
            throw bad(all.position(), "the header says " + element + Arrays.toString(shape) + ", which does not take the "
                    + all.remaining()
                    + " bytes that follow it", "save the array again");
        }
        this.values = all.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The array of a {@code .npy} file. */
    public static Npy read(Path file) throws IOException {
        return new Npy(file, "", ByteBuffer.wrap(DataFile.whole(file)));
    }

    /** The array called {@code name} in a {@code .npz} archive. */
    public static Npy read(Path archive, String name) throws IOException {
        DataFile.requirePlain(archive);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Optional<? extends ZipEntry> found = Optional.ofNullable(zip.getEntry(name + ".npy"));
            if (found.isEmpty()) {
                var names = zip.stream().map(e -> e.getName().replaceAll("\\.npy$", "")).toList();
                throw new MalformedDataException(archive, "directory", "there is no array \"" + name + "\""
                        + Spelling.suggestion(name, names),
                        "the arrays are " + Spelling.few(names));
            }
            ZipEntry entry = found.get();
            long most = Unpacked.most(Math.min(entry.getCompressedSize(), Files.size(archive)));
            if (entry.getSize() < 0 || entry.getSize() > most) {
                throw new MalformedDataException(archive, "entry " + entry.getName(), "it claims " + entry.getSize()
                        + " bytes, more than so small an archive should hold (" + ByteSize.text(most) + ")",
                        "save the archive again, with numpy.savez if it is right");
            }
            byte[] bytes = zip.getInputStream(entry).readNBytes((int) entry.getSize());
            return new Npy(archive, "entry " + entry.getName() + ", ", ByteBuffer.wrap(bytes));
        } catch (ZipException | java.io.EOFException e) {
            throw new MalformedDataException(archive, "archive", "the archive is damaged: "
                    + e.getMessage(), "save it again with numpy.savez");
        }
    }

    public Element element() {
        return element;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** How many elements. */
    public int count() {
        return values.remaining() / element.bytes;
    }

    /** Whether the elements are whole numbers. */
    public boolean isWhole() {
        return element != Element.F4 && element != Element.F8;
    }

    /** Element {@code i} in C order; an i8 or u8 beyond 2^53 is rounded; true is 1. */
    public double get(int i) {
        int at = i * element.bytes;
        return switch (element) {
            case F4 -> values.getFloat(at);
            case F8 -> values.getDouble(at);
            case I1 -> values.get(at);
            case U1 -> values.get(at) & 0xff;
            case I2 -> values.getShort(at);
            case I4 -> values.getInt(at);
            case I8 -> values.getLong(at);
            case U2 -> values.getShort(at) & 0xffff;
            case U4 -> Integer.toUnsignedLong(values.getInt(at));
            // Two halves, because a double has no sign bit to spare; the sum is rounded once.
            case U8 -> (values.getLong(at) >>> 11) * 2048.0 + (values.getLong(at) & 2047);
            case B1 -> values.get(at) == 0 ? 0 : 1;
        };
    }

    /** All elements; an i8 beyond 2^53 is rounded. */
    public double[] doubles() {
        double[] doubles = new double[count()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = get(i);
        }
        return doubles;
    }

    /** The bytes of an array of unsigned bytes. */
    byte[] bytes() {
        byte[] bytes = new byte[values.remaining()];
        values.duplicate().get(bytes);
        return bytes;
    }

    /** Leaves {@code all} at the first element. */
    private String header(ByteBuffer all) throws IOException {
        byte[] magic = Arrays.copyOf(all.array(), Math.min(MAGIC.length, all.limit()));
        if (!Arrays.equals(magic, MAGIC) || all.limit() < 12) {
            throw bad(0, "expected a NumPy array, which begins with 93 4E 55 4D 50 59", "save it with numpy.save or numpy.savez");
        }
        int version = all.get(6);
        if (version != 1 && version != 2 && version != 3) {
            throw bad(6, "expected format version 1, 2 or 3, found " + version, "save it with a present NumPy");
        }
        all.order(ByteOrder.LITTLE_ENDIAN);
        int from = version == 1 ? 10 : 12;
        int length = version == 1 ? all.getShort(8) & 0xffff : all.getInt(8);
        if (length < 0 || length > Math.min(MOST_HEADER, all.limit() - from)) {
            throw bad(8, "the header claims " + Integer.toUnsignedLong(length) + " bytes, and " + (all.limit() - from)
                    + " follow", "save the array again");
        }
        all.position(from + length);
        return new String(all.array(), from, length, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    private String field(Pattern pattern, String header, String name) throws IOException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw bad(10, "the header has no readable '" + name + "': " + header.strip(), name.equals("descr")
                    ? "structured arrays are not read; save plain arrays" : "save the array again");
        }
        return matcher.group(1);
    }

    private Element element(String header) throws IOException {
        String descr = field(DESCR, header, "descr");
        if (descr.contains("O")) {
            throw bad(10, "the array holds Python objects, which could run code when they are loaded",
                    "save plain numbers: " + REMEDY);
        }
        if (descr.startsWith(">") && descr.length() > 1 && !descr.endsWith("1")) {
            throw bad(10, "the array is big-endian (" + descr + ")", "save it little-endian: array.astype('<"
                    + descr.substring(1) + "')");
        }
        for (Element e : Element.values()) {
            // Capital letters are other types: <U4 are texts of four letters.
            if (descr.length() == 3 && "<|>".indexOf(descr.charAt(0)) >= 0 && descr.substring(1).equals(e.name().toLowerCase(Locale.ROOT))) {
                return e;
            }
        }
        throw bad(10, "elements of type " + descr + " are not read", "save the array as bool, or as one of f4, f8, i1, i2, i4, i8, u1, u2,"
                + " u4, u8: " + REMEDY);
    }

    private long[] shape(String text) throws IOException {
        String[] sizes = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*");
        long[] parsed = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i].length() > 10 || !sizes[i].matches("\\d+")) {
                throw bad(10, "the shape (" + text + ") is not one of an array that fits in memory", "save the array again");
            }
            parsed[i] = Long.parseLong(sizes[i]);
        }
        return parsed;
    }

    private MalformedDataException bad(long offset, String problem, String remedy) {
        return new MalformedDataException(file, entry + "byte " + offset, problem, remedy);
    }
}

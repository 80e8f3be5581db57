package cairn.interop;

import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorOrder;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * An array in NumPy's format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1.0 to 3.0.
 *
 * @param type of its elements as NumPy writes it, such as {@code <f4}
 * @param isFortran whether the first index changes fastest
 * @param data the elements, as they stand in the file
 */
record NpyArray(String type, boolean isFortran, long[] shape, ByteBuffer data) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_HEADER = 1 << 16;
    private static final int MOST_DIMENSIONS = 64;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*(?:'([^']*)'|(\\[))");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\dL\\s,]*)\\)");
    private static final Pattern TEXT = Pattern.compile("[<>=|]?[US]\\d*");

    /** @param bytes of the array, header included, which belong to it then */
    static NpyArray read(String file, String name, ByteBuffer bytes) throws ForeignFileException {
        ByteBuffer all = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[Math.min(MAGIC.length, all.remaining())];
        all.get(0, magic);
        if (!Arrays.equals(magic, MAGIC) || all.remaining() < 12) {
            throw new ForeignFileException(file, name, "expected a NumPy array, which begins with 93 4E 55 4D 50 59");
        }
        int version = all.get(6);
        if (version < 1 || version > 3) {
            throw new ForeignFileException(file, name, "has version " + version + " of NumPy's format; expected 1, 2 or 3");
        }
        int begin = version == 1 ? 10 : 12;
        long length = version == 1 ? all.getShort(8) & 0xffff : all.getInt(8) & 0xffffffffL;
        if (length > MOST_HEADER || length > all.remaining() - begin) {
            throw new ForeignFileException(file, name, "its header claims " + length + " bytes, and "
                    + (all.remaining() - begin) + " follow");
        }
        byte[] text = new byte[(int) length];
        all.get(begin, text);
        String header = new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        Matcher descr = find(DESCR, "descr", file, name, header);
        boolean isFortran = find(ORDER, "fortran_order", file, name, header).group(1).equals("True");
        long[] shape = shape(file, name, find(SHAPE, "shape", file, name, header).group(1));
        if (descr.group(1) == null) {
            throw new ForeignFileException(file, name, "is a structured array; expected plain numbers");
        } else if (descr.group(1).contains("O")) {
            throw new ForeignFileException(file, name, "holds Python objects, which could run code when they are loaded",
                    "Save plain numbers: numpy.asarray(array, dtype='float32').");
        }
        int from = begin + (int) length;
        return new NpyArray(descr.group(1), isFortran, shape, all.slice(from, all.remaining() - from).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static Matcher find(Pattern pattern, String key, String file, String name, String header) throws ForeignFileException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new ForeignFileException(file, name, "its header has no '" + key + "' that can be read: " + header.strip());
        }
        return matcher;
    }

    private static long[] shape(String file, String name, String text) throws ForeignFileException {
        String[] sizes = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*");
        if (sizes.length > MOST_DIMENSIONS) {
            throw new ForeignFileException(file, name, "has " + sizes.length + " dimensions; expected at most " + MOST_DIMENSIONS);
        }
        long[] shape = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            if (!sizes[i].matches("\\d{1,18}L?")) {
                throw new ForeignFileException(file, name, "its shape is (" + text.strip() + ")");
            }
            shape[i] = Long.parseLong(sizes[i].replace("L", ""));
        }
        return shape;
    }

    /** Whether it holds texts. */
    boolean isText() {
        return TEXT.matcher(type).matches();
    }

    /** Its only text, for an array without dimensions of 32-bit code points. */
    String text(String file, String name) throws ForeignFileException {
        if (!type.startsWith("<U") || shape.length != 0 || data.remaining() % Integer.BYTES != 0) {
            throw new ForeignFileException(file, name, "is no single text");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < data.remaining(); i += Integer.BYTES) {
            int point = data.getInt(i);
            if (!Character.isValidCodePoint(point)) {
                throw new ForeignFileException(file, name, "character " + i / Integer.BYTES + " is no character of Unicode");
            }
            text.appendCodePoint(point);
        }
        return text.toString();
    }

    /** Its numbers, row-major and little-endian. */
    FileTensor tensor(String file, String name) throws IOException {
        FileTensor.Type element = element(file, name);
        if (type.startsWith(">")) {
            swap(element.bytes());
        }
        try {
            if (!isFortran) {
                return FileTensor.of(element, shape, data);
            }
            long[] reversed = IntStream.range(0, shape.length).mapToLong(i -> shape[shape.length - 1 - i]).toArray();
            Value.Tensor turned = FileTensor.of(element, reversed, data).value();
            int[] axes = IntStream.range(0, shape.length).map(i -> shape.length - 1 - i).toArray();
            return new FileTensor(element, TensorOrder.permuted(turned, axes));
        } catch (IllegalArgumentException e) {
            throw ForeignFileException.because(file, name, e);
        }
    }

    private FileTensor.Type element(String file, String name) throws ForeignFileException {
        String bare = type.isEmpty() || "<>=|".indexOf(type.charAt(0)) < 0 ? type : type.substring(1);
        return switch (bare) {
            case "f8" -> FileTensor.Type.FLOAT64;
            case "f4" -> FileTensor.Type.FLOAT32;
            case "f2" -> FileTensor.Type.FLOAT16;
            case "i8" -> FileTensor.Type.INT64;
            case "i4" -> FileTensor.Type.INT32;
            case "i2" -> FileTensor.Type.INT16;
            case "i1" -> FileTensor.Type.INT8;
            case "u1" -> FileTensor.Type.UINT8;
            case "u2" -> FileTensor.Type.UINT16;
            case "u4" -> FileTensor.Type.UINT32;
            case "b1" -> FileTensor.Type.BOOL;
            default -> throw new ForeignFileException(file, name, "has elements of type " + type
                    + "; known: f8, f4, f2, i8, i4, i2, i1, u4, u2, u1, b1", "Save it as one of them: array.astype('float32').");
        };
    }

    private void swap(int width) {
        for (int i = 0; i + width <= data.limit(); i += width) {
            switch (width) {
                case 8 -> data.putLong(i, Long.reverseBytes(data.getLong(i)));
                case 4 -> data.putInt(i, Integer.reverseBytes(data.getInt(i)));
                case 2 -> data.putShort(i, Short.reverseBytes(data.getShort(i)));
                default -> {
                    // One byte has no order.
                }
            }
        }
    }
}

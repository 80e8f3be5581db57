package cairn.data.source;

import cairn.data.DataFile;
import cairn.data.MalformedDataException;
import cairn.words.ByteSize;
import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * One file with one image, read as it is to be seen: turned as its EXIF data say, in the colours of sRGB. Its content decides what it is, and
 * not its name. It is refused by name if it is damaged, has several pictures, or has colours that cannot be told; also if the decoder only
 * warns, because it then has invented pixels.
 */
final class ImageFile {
    static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");
    static final long MOST_PIXELS = 1L << 26;
    /** An image of more pixels than these must have some bytes for them. */
    private static final long SMALL_IMAGE = 1L << 22;
    private static final long MOST_PIXELS_OF_A_BYTE = 500;
    private static final long LARGEST_FILE = 1L << 29;
    private static final String AGAIN = "get the image again, or remove it";
    /** Below this difference of a channel a profile means sRGB: the profiles of programs and cameras round differently. */
    private static final int SAME_COLOUR = 4;

    /** What other files begin with that are found under the names of images. */
    private static final List<Map.Entry<String, String>> OTHERS = List.of(Map.entry("II*\0", "a TIFF image"), Map.entry("MM\0*", "a TIFF image"),
            Map.entry("P5", "a PGM image"), Map.entry("P6", "a PPM image"),
            Map.entry("%PDF", "a PDF document"), Map.entry("8BPS", "a Photoshop document"), Map.entry("PK\3\4", "a ZIP archive"),
            Map.entry("\u001f\u008b", "a gzip file"),
            Map.entry("version https://git-lfs", "a pointer of Git LFS, and the image was not fetched"), Map.entry("<", "a text, HTML or SVG"));

    private final Path file;
    private final byte[] bytes;

    private ImageFile(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** Whether a file's name says that it is an image. */
    static boolean isImage(Path file) {
        return !file.getFileName().toString().startsWith(".") && ENDINGS.contains(ending(file)) && !Files.isDirectory(file);
    }

    static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    static String endings() {
        return ENDINGS.stream().sorted().collect(Collectors.joining(", "));
    }

    /**
     * The image in {@code file}.
     *
     * @throws MalformedDataException that names the file, what was found in it, and what to do
     */
    static Pixels read(Path file) throws IOException {
        if (!ENDINGS.contains(ending(file)) || Files.isDirectory(file)) {
            throw new MalformedDataException(file, "name", "expected an image (" + endings() + ")", "remove it from the folder of the class");
        }
        DataFile.requirePlain(file);
        long size = Files.size(file);
        if (size == 0 || size > LARGEST_FILE) {
            throw new MalformedDataException(file, "size", size == 0 ? "the file is empty" : "it has " + ByteSize.text(size)
                    + "; an image has at most " + ByteSize.text(LARGEST_FILE), size == 0 ? AGAIN : "make it smaller");
        }
        ImageFile image = new ImageFile(file, DataFile.whole(file));
        try {
            return image.decoded();
        } catch (MalformedDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoders throw unchecked exceptions as well where an image is damaged.
            throw new MalformedDataException(file, "image", "the image is damaged"
                    + (e.getMessage() == null ? ", or ends too early" : ": " + e.getMessage()), AGAIN);
        }
    }

    private Pixels decoded() throws IOException {
        if (begins("\u0089PNG\r\n\u001a\n")) {
            return png();
        } else if (begins("\u00ff\u00d8\u00ff")) {
            return jpeg();
        } else if (begins("GIF87a") || begins("GIF89a")) {
            return gif();
        } else if (begins("BM")) {
            requirePlausibleSize(bytes);
            return colours(Optional.empty(), bytes);
        }
        String found = bytes.length > 11 && begins("RIFF") && text(8, 12).equals("WEBP") ? "a WebP image"
                : bytes.length > 11 && text(4, 8).equals("ftyp") ? "a HEIF or AVIF image, or a film"
                : OTHERS.stream().filter(other -> begins(other.getKey())).map(Map.Entry::getValue).findFirst().orElse("");
        throw new MalformedDataException(file, "byte 0", "no image of a known format begins here"
                + (found.isEmpty() ? "" : "; it is " + found), found.contains("image") ? "convert it to PNG" : AGAIN);
    }

    private Pixels png() throws IOException {
        requirePlausibleSize(bytes);
        PngChunks chunks = PngChunks.of(bytes);
        requireOne(chunks.frames());
        return colours(chunks.profile(), bytes).upright(orientation(chunks.exif()));
    }

    private Pixels gif() throws IOException {
        requirePlausibleSize(bytes);
        GifBlocks blocks = GifBlocks.of(bytes);
        requireOne(blocks.frames());
        if (!blocks.fillsScreen()) {
            throw new MalformedDataException(file, "image", "its picture covers only a part of the image, and nothing says what the rest is",
                    "save it as PNG");
        }
        return colours(Optional.empty(), bytes);
    }

    private Pixels jpeg() throws IOException {
        JpegSegments segments = JpegSegments.of(bytes);
        int orientation = orientation(segments.exif());
        byte[] plain = segments.withoutProfile();
        requirePlausibleSize(plain);
        if (segments.components() != 4) {
            return colours(segments.profile(), plain).upright(orientation);
        }
        if (segments.adobeTransform().isEmpty()) {
            throw new MalformedDataException(file, "colours", "it has four channels (CMYK), and does not say whether they are inverted",
                    "save it in RGB");
        }
        Raster raster = decode(plain, reader -> reader.readRaster(0, null));
        return cmyk(raster, segments.adobeTransform().get() == 2, segments.profile()).upright(orientation);
    }

    private void requireOne(int frames) throws IOException {
        if (frames != 1) {
            throw new MalformedDataException(file, "image", frames == 0 ? "there is no picture in it" : "it is an animation of " + frames
                    + " pictures", frames == 0 ? AGAIN : "save the picture that you mean as an image of its own");
        }
    }

    private static int orientation(byte[] exif) {
        if (exif.length == 0) {
            return 1;
        }
        Metadata metadata = new Metadata();
        new ExifReader().extract(new ByteArrayReader(exif), metadata);
        return metadata.getDirectoriesOfType(ExifIFD0Directory.class).stream()
                .flatMap(d -> Optional.ofNullable(d.getInteger(ExifIFD0Directory.TAG_ORIENTATION)).stream()).findFirst().orElse(1);
    }

    /** What is read of an image with a decoder. */
    private interface Reading<T> {
        T of(ImageReader reader) throws IOException;
    }

    private <T> T decode(byte[] content, Reading<T> reading) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("no decoder knows it");
            }
            ImageReader reader = readers.next();
            List<String> warnings = new ArrayList<>();
            try {
                // Without what the file says beside the pixels: a compressed comment of some kilobytes may become gigabytes.
                reader.setInput(in, true, true);
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                T read = reading.of(reader);
                if (!warnings.isEmpty()) {
                    throw new IOException("the decoder warns: " + warnings.get(0));
                }
                return read;
            } finally {
                reader.dispose();
            }
        }
    }

    private void requirePlausibleSize(byte[] content) throws IOException {
        long most = Math.min(MOST_PIXELS, Math.max(SMALL_IMAGE, bytes.length * MOST_PIXELS_OF_A_BYTE));
        long[] size = decode(content, reader -> new long[] {reader.getWidth(0), reader.getHeight(0)});
        if (size[0] * size[1] > most) {
            throw new MalformedDataException(file, "size", "the image claims " + size[0] + " x " + size[1] + " pixels, more than " + most
                    + ", which is the most for a file of " + ByteSize.text(bytes.length), "make it smaller");
        }
    }

    /**
     * The pixels of an image in grey or RGB. Grey ones are taken as they are stored, because Java's conversion to RGB would change their
     * brightness. Transparency is ignored.
     */
    private Pixels colours(Optional<byte[]> profile, byte[] content) throws IOException {
        BufferedImage image = decode(content, reader -> reader.read(0));
        int bits = image.getColorModel().getComponentSize(0);
        boolean isGrey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY && bits >= 8;
        int height = image.getHeight();
        int width = image.getWidth();
        int channels = isGrey ? 1 : 3;
        byte[] values = new byte[height * width * channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * channels;
                if (isGrey) {
                    int stored = image.getRaster().getSample(x, y, 0);
                    values[at] = (byte) (bits == 8 ? stored : Math.round(stored * 255.0 / ((1 << bits) - 1)));
                } else {
                    int rgb = image.getRGB(x, y);
                    values[at] = (byte) (rgb >> 16);
                    values[at + 1] = (byte) (rgb >> 8);
                    values[at + 2] = (byte) rgb;
                }
            }
        }
        return isGrey || profile.isEmpty() ? new Pixels(height, width, channels, values)
                : new Pixels(height, width, 3, inSrgb(values, 3, profile.get()));
    }

    /**
     * CMYK in the inverted form of Adobe, where 255 is no ink. Without a profile, r = c·k / 255, and so for green and blue.
     *
     * @param isYcck whether c, m and y are stored as YCbCr of what is missing of them (JFIF's formulas)
     */
    private Pixels cmyk(Raster raster, boolean isYcck, Optional<byte[]> profile) throws IOException {
        int height = raster.getHeight();
        int width = raster.getWidth();
        byte[] inks = new byte[height * width * 4];
        byte[] values = new byte[height * width * 3];
        int[] stored = new int[4];
        for (int i = 0; i < height * width; i++) {
            raster.getPixel(raster.getMinX() + i % width, raster.getMinY() + i / width, stored);
            if (isYcck) {
                double red = stored[0] + 1.402 * (stored[2] - 128);
                double green = stored[0] - 0.344136 * (stored[1] - 128) - 0.714136 * (stored[2] - 128);
                double blue = stored[0] + 1.772 * (stored[1] - 128);
                stored[0] = 255 - (int) Math.round(Math.max(0, Math.min(255, red)));
                stored[1] = 255 - (int) Math.round(Math.max(0, Math.min(255, green)));
                stored[2] = 255 - (int) Math.round(Math.max(0, Math.min(255, blue)));
            }
            for (int c = 0; c < 4; c++) {
                inks[4 * i + c] = (byte) (255 - stored[c]);
            }
            for (int c = 0; c < 3; c++) {
                values[3 * i + c] = (byte) Math.round(stored[c] * stored[3] / 255.0);
            }
        }
        return new Pixels(height, width, 3, profile.isPresent() ? inSrgb(inks, 4, profile.get()) : values);
    }

    /** Colours in the space of a profile, converted to sRGB; colours of sRGB by another name stay as they are. */
    private byte[] inSrgb(byte[] values, int channels, byte[] profile) throws IOException {
        ICC_ColorSpace space;
        try {
            space = new ICC_ColorSpace(ICC_Profile.getInstance(profile));
        } catch (IllegalArgumentException e) {
            throw new MalformedDataException(file, "colours", "its colour profile is damaged: " + e.getMessage(),
                    "save the image again in sRGB");
        }
        if (space.getNumComponents() != channels) {
            throw new MalformedDataException(file, "colours", "its colour profile is of " + space.getNumComponents()
                    + " channels, the image has " + channels, "save the image again in sRGB");
        }
        return channels == 3 && isSrgb(space) ? values : converted(values, channels, space);
    }

    /** Compares the space with sRGB for colours on a grid. */
    private static boolean isSrgb(ICC_ColorSpace space) {
        byte[] grid = new byte[3 * 9 * 9 * 9];
        for (int i = 0; i < 9 * 9 * 9; i++) {
            grid[3 * i] = (byte) Math.min(255, i / 81 * 32);
            grid[3 * i + 1] = (byte) Math.min(255, i / 9 % 9 * 32);
            grid[3 * i + 2] = (byte) Math.min(255, i % 9 * 32);
        }
        byte[] seen = converted(grid, 3, space);
        for (int i = 0; i < grid.length; i++) {
            if (Math.abs((grid[i] & 0xff) - (seen[i] & 0xff)) >= SAME_COLOUR) {
                return false;
            }
        }
        return true;
    }

    private static byte[] converted(byte[] values, int channels, ICC_ColorSpace space) {
        int pixels = values.length / channels;
        WritableRaster from = Raster.createInterleavedRaster(new DataBufferByte(values, values.length), pixels, 1, channels * pixels, channels,
                IntStream.range(0, channels).toArray(), null);
        WritableRaster to = Raster.createInterleavedRaster(new DataBufferByte(3 * pixels), pixels, 1, 3 * pixels, 3, new int[] {0, 1, 2}, null);
        new ColorConvertOp(space, ColorSpace.getInstance(ColorSpace.CS_sRGB), null).filter(from, to);
        return ((DataBufferByte) to.getDataBuffer()).getData();
    }

    private boolean begins(String magic) {
        return bytes.length >= magic.length() && text(0, magic.length()).equals(magic);
    }

    private String text(int from, int to) {
        return new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.ISO_8859_1);
    }
}

package cairn.data.source;

import cairn.data.DataFile;
import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import cairn.words.ByteSize;
import cairn.words.Spelling;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Images in folders: every sub-folder is a class. Classes, and the images of a class, are in the order of their names. Names that
 * begin with a dot are ignored; any other file that is not an image is refused. Transparency is ignored.
 *
 * @param grey one channel, by ITU-R BT.601 luma, instead of red, green and blue
 * @param height the height to which every image is resized, by averaging over areas; 0 together with {@code width} 0 keeps the size,
 *     which must then be equal for all
 */
record ImageFolders(boolean grey, int height, int width) {
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");
    private static final long MOST_PIXELS = 1L << 26;
    /** An image of more pixels than these must have some bytes for them. */
    private static final long SMALL_IMAGE = 1L << 22;
    private static final long MOST_PIXELS_OF_A_BYTE = 500;
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    ImageFolders {
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException("images are resized to a positive height and width, or to 0 and 0 to leave them; found "
                    + height + " and " + width);
        }
        if ((long) height * width > MOST_PIXELS) {
            throw new IllegalArgumentException("images are resized to at most " + MOST_PIXELS + " pixels, found " + height + " x " + width);
        }
    }

    /** Reads {@code root/CLASS/IMAGE}. */
    Table read(String name, Path root) throws IOException {
        return read(name, root, entries(root, true).stream().map(folder -> folder.getFileName().toString()).toList());
    }

    /** Reads {@code root/CLASS/IMAGE} with the classes of another folder, so that both have the same numbers. */
    Table read(String name, Path root, List<String> classes) throws IOException {
        if (classes.isEmpty()) {
            throw new MalformedDataException(root, "folder", "expected one sub-folder for each class, found none",
                    "put the images of a class into a folder of the class's name");
        }
        for (Path folder : entries(root, true)) {
            if (!classes.contains(folder.getFileName().toString())) {
                throw new MalformedDataException(folder, "folder", "this class is not one of "
                        + Spelling.few(classes), "remove it, or train on it as well");
            }
        }
        List<Integer> labels = new ArrayList<>();
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        int[] size = {height, width};
        for (String kind : classes) {
            List<Path> files = entries(root.resolve(kind), false);
            if (files.isEmpty()) {
                throw new MalformedDataException(root.resolve(kind), "folder", "the class has no images", "add some, or remove the folder");
            }
            for (Path file : files) {
                byte[] image = pixels(file, size);
                if ((long) pixels.size() + image.length > MOST_BYTES) {
                    throw new MalformedDataException(file, "image", "with it the images of " + root + " have more than " + MOST_BYTES
                            + " numbers", "use fewer or smaller images");
                }
                pixels.writeBytes(image);
                labels.add(classes.indexOf(kind));
            }
        }
        return Table.ofBytes(name, new long[] {size[0], size[1], channels()}, pixels.toByteArray(), new Labels.Classes(classes),
                labels.stream().mapToInt(i -> i).toArray());
    }

    private int channels() {
        return grey ? 1 : 3;
    }

    private static List<Path> entries(Path folder, boolean folders) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> !path.getFileName().toString().startsWith(".") && (!folders || Files.isDirectory(path)))
                    .sorted(java.util.Comparator.comparing(path -> path.getFileName().toString())).toList();
        } catch (java.nio.file.NoSuchFileException | java.nio.file.NotDirectoryException e) {
            throw new MissingDataException("cannot read the images of " + folder + ": there is no such folder");
        }
    }

    /** Whether a file's name says that it is an image. */
    static boolean isImage(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT))
                && !Files.isDirectory(file);
    }

    static String endings() {
        return String.join(", ", ENDINGS.stream().sorted().toList());
    }

    /** One image of exactly this size as bytes. */
    byte[] pixels(Path file, long expectedHeight, long expectedWidth) throws IOException {
        BufferedImage image = decode(file);
        if (image.getHeight() != expectedHeight || image.getWidth() != expectedWidth) {
            throw new MalformedDataException(file, "size", "expected " + expectedHeight + " x " + expectedWidth
                    + " pixels (height, width), as the model takes; found " + image.getHeight() + " x " + image.getWidth(),
                    "resize it");
        }
        return bytes(image);
    }

    /** One image as bytes; the first sets {@code size} and the others must have it, unless all are resized. */
    private byte[] pixels(Path file, int[] size) throws IOException {
        BufferedImage image = decode(file);
        byte[] pixels = bytes(image);
        if (height > 0) {
            return resized(pixels, image.getHeight(), image.getWidth());
        }
        if (size[0] == 0) {
            size[0] = image.getHeight();
            size[1] = image.getWidth();
        }
        if (image.getHeight() != size[0] || image.getWidth() != size[1]) {
            throw new MalformedDataException(file, "size", "expected " + size[0] + " x " + size[1]
                    + " pixels (height, width) as of the images before it, found "
                    + image.getHeight() + " x " + image.getWidth(), "give a height and width to resize all images to");
        }
        return pixels;
    }

    private static BufferedImage decode(Path file) throws IOException {
        String fileName = file.getFileName().toString();
        String ending = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!ENDINGS.contains(ending) || Files.isDirectory(file)) {
            throw new MalformedDataException(file, "name", "expected an image (" + String.join(", ",
                    ENDINGS.stream().sorted().toList()) + ")",
                    "remove it from the folder of the class");
        }
        DataFile.requirePlain(file);
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new MalformedDataException(file, "byte 0", "no image of a known format begins here",
                        "get the image again, or remove it");
            }
            ImageReader reader = readers.next();
            try {
                // Without what the file says beside the pixels: a compressed comment of some kilobytes may become gigabytes.
                reader.setInput(in, true, true);
                long most = Math.min(MOST_PIXELS, Math.max(SMALL_IMAGE, Files.size(file) * MOST_PIXELS_OF_A_BYTE));
                if ((long) reader.getWidth(0) * reader.getHeight(0) > most) {
                    throw new MalformedDataException(file, "size", "the image claims " + reader.getWidth(0) + " x " + reader.getHeight(0)
                            + " pixels, more than " + most + ", which is the most for a file of " + ByteSize.text(Files.size(file)),
                            "make it smaller");
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (MalformedDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoders throw unchecked exceptions as well where an image is damaged.
            throw new MalformedDataException(file, "image", "the image is damaged: "
                    + e.getMessage(), "get the image again, or remove it");
        }
    }

    /** Grey images are read as they are stored: Java's conversion to RGB would change their brightness. */
    private byte[] bytes(BufferedImage image) {
        int bits = image.getColorModel().getComponentSize(0);
        boolean stored = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY && bits >= 8;
        byte[] out = new byte[image.getHeight() * image.getWidth() * channels()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = stored ? (image.getRaster().getSample(x, y, 0) >> (bits - 8)) * 0x010101 : image.getRGB(x, y);
                int red = rgb >> 16 & 0xff;
                int green = rgb >> 8 & 0xff;
                int blue = rgb & 0xff;
                if (grey) {
                    out[at++] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
                } else {
                    out[at++] = (byte) red;
                    out[at++] = (byte) green;
                    out[at++] = (byte) blue;
                }
            }
        }
        return out;
    }

    /** Each new pixel is the average of the area that it covers, rounded to nearest. */
    private byte[] resized(byte[] from, int fromHeight, int fromWidth) {
        byte[] out = new byte[height * width * channels()];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels(); c++) {
                    out[(y * width + x) * channels() + c] = (byte) Math.round(average(from, fromHeight, fromWidth, y, x, c));
                }
            }
        }
        return out;
    }

    private double average(byte[] from, int fromHeight, int fromWidth, int y, int x, int c) {
        double top = (double) y * fromHeight / height;
        double bottom = (double) (y + 1) * fromHeight / height;
        double left = (double) x * fromWidth / width;
        double right = (double) (x + 1) * fromWidth / width;
        double sum = 0;
        double area = 0;
        for (int fy = (int) top; fy < Math.min(fromHeight, Math.ceil(bottom)); fy++) {
            for (int fx = (int) left; fx < Math.min(fromWidth, Math.ceil(right)); fx++) {
                double covered = (Math.min(bottom, fy + 1) - Math.max(top, fy)) * (Math.min(right, fx + 1) - Math.max(left, fx));
                sum += covered * (from[(fy * fromWidth + fx) * channels() + c] & 0xff);
                area += covered;
            }
        }
        return sum / area;
    }
}

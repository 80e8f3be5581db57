package cairn.data.source;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import cairn.words.Spelling;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images in folders: every sub-folder is a class. Classes, and the images of a class, are in the order of their names. Names that
 * begin with a dot are ignored; any other file that is not an image is refused. {@link ImageFile} says how an image is read.
 *
 * @param grey one channel, by ITU-R BT.601 luma, instead of red, green and blue
 * @param height the height to which every image is resized, by averaging over areas; 0 together with {@code width} 0 keeps the size,
 *     which must then be equal for all
 */
record ImageFolders(boolean grey, int height, int width) {
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    ImageFolders {
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException("images are resized to a positive height and width, or to 0 and 0 to leave them; found "
                    + height + " and " + width);
        }
        if ((long) height * width > ImageFile.MOST_PIXELS) {
            throw new IllegalArgumentException("images are resized to at most " + ImageFile.MOST_PIXELS + " pixels, found "
                    + height + " x " + width);
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

    /** One image of exactly this size as bytes, made as those of training: resized if they are. */
    byte[] pixels(Path file, long expectedHeight, long expectedWidth) throws IOException {
        Pixels image = read(file);
        if (image.height() != expectedHeight || image.width() != expectedWidth) {
            throw new MalformedDataException(file, "size", "expected " + expectedHeight + " x " + expectedWidth
                    + " pixels (height, width), as the model takes; found " + image.height() + " x " + image.width(),
                    "resize it");
        }
        return image.values();
    }

    /** One image as bytes; the first sets {@code size} and the others must have it, unless all are resized. */
    private byte[] pixels(Path file, int[] size) throws IOException {
        Pixels image = read(file);
        if (size[0] == 0) {
            size[0] = image.height();
            size[1] = image.width();
        }
        if (image.height() != size[0] || image.width() != size[1]) {
            throw new MalformedDataException(file, "size", "expected " + size[0] + " x " + size[1]
                    + " pixels (height, width) as of the images before it, found "
                    + image.height() + " x " + image.width(), "give a height and width to resize all images to");
        }
        return image.values();
    }

    private Pixels read(Path file) throws IOException {
        Pixels image = ImageFile.read(file).in(channels());
        return height > 0 ? image.resized(height, width) : image;
    }
}

package cairn.data.source;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Shapes;
import cairn.data.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Images to predict, read as those that a model was trained with: same orientation, colours and size. */
final class ImageInputs {
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;
    /** Names of images that cannot be read, so that none is passed over without a word. */
    private static final Set<String> UNREADABLE = Set.of("tif", "tiff", "webp", "heic", "heif", "avif", "jp2", "jfif", "apng", "svg", "tga", "ppm",
            "pgm", "psd", "ico");

    private ImageInputs() {
    }

    /**
     * Reads an image, or all images of a folder in the order of their names.
     *
     * @param source where the rows of training came from
     * @param shape the shape of a row: height, width, channels
     */
    static Inputs read(Path input, DataSource source, long[] shape, Labels labels) throws IOException {
        if (shape.length != 3 || shape[2] != 1 && shape[2] != 3) {
            throw new MalformedDataException(input, "image", "the model takes rows of " + Shapes.text(shape) + " numbers, not images",
                    "use a .csv or .npy file");
        }
        ImageFolders reader = source instanceof DataSource.ImageFolder trained ? trained.reader() : new ImageFolders(shape[2] == 1, 0, 0);
        List<Path> files = Files.isDirectory(input) ? in(input) : List.of(input);
        int width = Shapes.count(shape);
        if (files.size() > MOST_BYTES / width) {
            throw new MalformedDataException(input, "size", files.size() + " rows of " + width + " numbers are more than " + MOST_BYTES,
                    "predict in several parts");
        }
        byte[] all = new byte[files.size() * width];
        for (int i = 0; i < files.size(); i++) {
            System.arraycopy(reader.pixels(files.get(i), shape[0], shape[1]), 0, all, i * width, width);
        }
        if (source instanceof BuiltInData.Digits) {
            // Its pixels have values from 0 to 16.
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) Math.round((all[i] & 0xff) * 16 / 255.0);
            }
        }
        return new Inputs(table(input, shape, all, labels), files.stream().map(f -> f.equals(input) ? f.getFileName().toString()
                : input.relativize(f).toString().replace('\\', '/')).toList());
    }

    /** The images of a folder; if it has none, those of the folders in it, as a folder of classes has them. */
    private static List<Path> in(Path folder) throws IOException {
        List<Path> images = new ArrayList<>(directlyIn(folder));
        if (images.isEmpty()) {
            try (Stream<Path> all = Files.list(folder)) {
                for (Path below : all.filter(Files::isDirectory).filter(f -> !f.getFileName().toString().startsWith(".")).sorted().toList()) {
                    images.addAll(directlyIn(below));
                }
            }
        }
        if (images.isEmpty()) {
            throw new MalformedDataException(folder, "folder", "there are no images (" + ImageFile.endings() + ") in it, or in a folder in it",
                    "name a folder of images");
        }
        return images;
    }

    private static List<Path> directlyIn(Path folder) throws IOException {
        List<Path> images = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.sorted().toList()) {
                if (ImageFile.isImage(file)) {
                    images.add(file);
                } else if (UNREADABLE.contains(ImageFile.ending(file)) && !file.getFileName().toString().startsWith(".")) {
                    throw new MalformedDataException(file, "name", "images of this kind cannot be read; expected " + ImageFile.endings(),
                            "convert it, or move it away");
                }
            }
        }
        return images;
    }

    private static Table table(Path input, long[] shape, byte[] all, Labels labels) throws IOException {
        String name = input.getFileName().toString();
        int rows = all.length / Shapes.count(shape);
        if (labels instanceof Labels.Classes classes) {
            return Table.ofBytes(name, shape, all, classes, new int[rows]);
        }
        if (rows > MOST_BYTES / labels.width()) {
            throw new MalformedDataException(input, "size", rows + " rows of " + labels.width() + " targets are more than " + MOST_BYTES,
                    "predict in several parts");
        }
        float[] values = new float[all.length];
        for (int i = 0; i < all.length; i++) {
            values[i] = all[i] & 0xff;
        }
        return Table.ofFloats(name, shape, values, (Labels.Reals) labels, new float[rows * labels.width()]);
    }
}

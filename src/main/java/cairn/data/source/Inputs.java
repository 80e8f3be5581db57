package cairn.data.source;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Shapes;
import cairn.data.Table;
import cairn.data.TableColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rows to predict, from a CSV file, an image or a folder of images, a NumPy array or archive, or an IDX file. Pixels have values
 * from 0 to 255.
 *
 * @param rows raw features; their labels have no meaning
 * @param names the name of each row: the file of an image, otherwise its number from 0
 */
public record Inputs(DataSet rows, List<String> names) {

    private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;
    /** The array of an archive, if the recipe names none. */
    private static final String FEATURES = "features";

    public Inputs {
        names = List.copyOf(names);
    }

    /**
     * What a model takes and gives.
     *
     * @param shape of a row
     * @param labels what its outputs are
     * @param columns from which its rows were made; none if they are not known, or if the rows are no lines of text
     */
    public record Model(long[] shape, Labels labels, TableColumns columns) {
        public Model {
            shape = shape.clone();
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }
    }

    /**
     * Reads rows as {@code source} reads its own, which the model was trained with.
     *
     * @throws MalformedDataException if the file is damaged or its rows have other columns or another shape
     * @throws NoSuchFileException if there is no such file
     */
    public static Inputs read(Path input, DataSource source, Model model) throws IOException {
        long[] shape = model.shape();
        Labels labels = model.labels();
        if (Files.isDirectory(input)) {
            return ImageInputs.read(input, source, shape, labels);
        }
        if (!Files.exists(input)) {
            throw new NoSuchFileException(input.toString());
        }
        String name = input.getFileName().toString().toLowerCase(Locale.ROOT);
        if (ImageFile.isImage(input)) {
            return ImageInputs.read(input, source, shape, labels);
        } else if (name.endsWith(".npy")) {
            return npy(input, Npy.read(input), shape, labels);
        } else if (name.endsWith(".npz")) {
            return npy(input, Npy.read(input, source instanceof DataSource.Npz own ? own.features() : FEATURES), shape, labels);
        } else if (name.endsWith(".bin") && source instanceof BuiltInData.Cifar10) {
            return numbered(Cifar.read(input.getFileName().toString(), List.of(input)));
        } else if (name.endsWith(".csv") || name.endsWith(".txt") || name.endsWith(".tsv")) {
            return csv(input, name.endsWith(".tsv") && !isTabbed(source), source.text(), model);
        } else if (name.contains("ubyte") || name.contains(".idx")) {
            return idx(input, shape, labels);
        }
        if (source.text().isPresent() && !model.columns().isEmpty()) {
            return csv(input, false, source.text(), model);
        }
        throw new MalformedDataException(input, "name", "cannot tell from it what the file holds",
                "use a .csv, .tsv, .npy or .npz file, an image (" + ImageFile.endings()
                        + "), a folder of images, or an IDX file (...-ubyte, .idx)");
    }

    /** As {@link #read(Path, DataSource, Model)}, for a model of which no columns are known: features are found by their place. */
    public static Inputs read(Path input, DataSource source, long[] shape, Labels labels) throws IOException {
        return read(input, source, new Model(shape, labels, TableColumns.none()));
    }

    /**
     * Lines of text, read as the source reads its own. A file of tabs is one, whatever the source has between its columns. Where no columns
     * are known, a row has the features by their place.
     */
    private static Inputs csv(Path file, boolean hasTabs, Optional<CsvSchema> text, Model model) throws IOException {
        CsvSchema plain = CsvSchema.numbers(',');
        CsvSchema schema = model.columns().isEmpty() ? plain : text.orElse(plain);
        TableColumns columns = model.columns().isEmpty() ? numbered(Shapes.count(model.shape())) : model.columns();
        double[] features = CsvTable.features(columns, file, hasTabs ? schema.separatedBy('\t') : schema);
        return numbered(table(file, model.shape(), features, model.labels()));
    }

    /** Whether the recipe says how a file of such a name is separated. */
    private static boolean isTabbed(DataSource source) {
        return source instanceof DataSource.Csv csv && csv.file().toLowerCase(Locale.ROOT).endsWith(".tsv");
    }

    private static TableColumns numbered(int width) {
        return new TableColumns(IntStream.rangeClosed(1, width)
                .mapToObj(i -> new TableColumns.Column(Integer.toString(i), TableColumns.Role.NUMBER, List.of())).toList());
    }

    private static Inputs npy(Path file, Npy array, long[] shape, Labels labels) throws IOException {
        long[] found = array.shape();
        boolean isRows = found.length > 1 && isRow(Arrays.copyOfRange(found, 1, found.length), shape);
        if (array.count() == 0 || !isRows && !isRow(found, shape)) {
            throw wrongShape(file, shape, found);
        }
        double[] values = array.doubles();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite((float) values[i])) {
                throw new MalformedDataException(file, "element " + i, "it is " + array.get(i) + ", which is no finite 32-bit number",
                        "clean the array");
            }
        }
        return numbered(table(file, shape, values, labels));
    }

    private static Inputs idx(Path file, long[] shape, Labels labels) throws IOException {
        Idx idx = Idx.read(file);
        if (!isRow(Arrays.copyOfRange(idx.shape(), 1, idx.shape().length), shape)) {
            throw wrongShape(file, shape, idx.shape());
        }
        double[] values = new double[idx.bytes().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = idx.bytes()[i] & 0xff;
        }
        return numbered(table(file, shape, values, labels));
    }

    private static int length(Path input, long rows, int width) throws MalformedDataException {
        if (rows > MOST_NUMBERS / width) {
            throw new MalformedDataException(input, "size", rows + " rows of " + width + " numbers are more than " + MOST_NUMBERS,
                    "predict in several parts");
        }
        return (int) rows * width;
    }

    /** Whether {@code found} is a row of {@code shape}: the shape itself, flat, or without its single channel. */
    private static boolean isRow(long[] found, long[] shape) {
        return Arrays.equals(found, shape)
                || found.length == 1 && found[0] == Shapes.count(shape)
                || shape.length == 3 && shape[2] == 1 && Arrays.equals(found, Arrays.copyOf(shape, 2));
    }

    private static MalformedDataException wrongShape(Path file, long[] shape, long[] found) {
        return new MalformedDataException(file, "shape", "expected ROWSx" + Shapes.text(shape) + ", as the model takes; found "
                + (found.length == 0 ? "a single number" : Shapes.text(found)), "reshape the array");
    }

    private static Inputs numbered(Table table) {
        return new Inputs(table, IntStream.range(0, table.size()).mapToObj(Integer::toString).toList());
    }

    private static Table table(Path file, long[] shape, double[] values, Labels labels) throws IOException {
        String name = file.getFileName().toString();
        int rows = values.length / Shapes.count(shape);
        return labels instanceof Labels.Classes classes ? Table.ofDoubles(name, shape, values, classes, new int[rows])
                : Table.ofDoubles(name, shape, values, (Labels.Reals) labels, new double[length(file, rows, labels.width())]);
    }
}

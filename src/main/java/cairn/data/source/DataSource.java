package cairn.data.source;

import cairn.data.Labels;
import cairn.data.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The data of a recipe, as a description with plain values. Nothing is read before {@link #open}. A
 * text or list that a recipe leaves out is empty. A source of your own is a record that implements this; its components are
 * part of a recipe's digest.
 */
public interface DataSource {

    /** Reads or computes the data; an {@link IOException} says what could not be found or read, why, and what to do. */
    LoadedData open(DataFolders folders) throws IOException;

    /** How lines of text are read, which rows to predict may stand in; empty if the rows of this source are no lines of text. */
    default Optional<CsvSchema> text() {
        return Optional.empty();
    }

    /**
     * A CSV file, and optionally another for testing; see {@link CsvSchema} for the columns. No encoding means one-hot, no
     * separator a comma, {@code \t} a tab.
     */
    record Csv(String file, String testFile, String label, List<String> targets, List<String> categorical, CsvSchema.Encoding encoding,
            List<String> ignored, boolean header, String separator) implements DataSource {
        public Csv {
            file = Named.required("csv", "file", file);
            testFile = Named.orEmpty(testFile);
            label = Named.orEmpty(label);
            targets = Named.orEmpty(targets);
            categorical = Named.orEmpty(categorical);
            encoding = encoding == null ? CsvSchema.Encoding.ONE_HOT : encoding;
            ignored = Named.orEmpty(ignored);
            separator = separator == null ? "," : separator.equals("\\t") ? "\t" : separator;
            if (separator.length() != 1) {
                throw new IllegalArgumentException("data csv: separator must be one character, found \"" + separator
                        + "\"; in YAML, write it in quotes");
            }
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            CsvSchema schema = text().orElseThrow();
            Table train = CsvTable.read(folders.find(file), file, schema);
            return testFile.isEmpty() ? LoadedData.whole(train) : new LoadedData(train, Optional.of(
                    CsvTable.readLike(train.columns(), folders.find(testFile), testFile, schema)));
        }

        @Override
        public Optional<CsvSchema> text() {
            return Optional.of(new CsvSchema(label, targets, categorical, encoding, ignored, header, separator.charAt(0)));
        }
    }

    /** Folders of images, see {@link ImageFolders}; height and width 0 leave the images' size. */
    record ImageFolder(String folder, String testFolder, boolean grey, int height, int width) implements DataSource {
        public ImageFolder {
            folder = Named.required("image-folder", "folder", folder);
            testFolder = Named.orEmpty(testFolder);
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            ImageFolders reader = reader();
            Table train = reader.read(folder, folders.find(folder));
            return testFolder.isEmpty() ? LoadedData.whole(train) : new LoadedData(train, Optional.of(
                    reader.read(testFolder, folders.find(testFolder), ((Labels.Classes) train.labels()).names())));
        }

        /** Reads images as training does. */
        ImageFolders reader() {
            return new ImageFolders(grey, height, width);
        }
    }

    /**
     * Arrays of a NumPy archive, by name: features [rows, ...] and labels [rows]; whole numbers are classes (as many as
     * {@code classes} says, or as they need if it is 0), others real targets.
     */
    record Npz(String file, String features, String labels, String testFeatures, String testLabels, int classes) implements DataSource {
        public Npz {
            file = Named.required("npz", "file", file);
            features = Named.required("npz", "features", features);
            labels = Named.required("npz", "labels", labels);
            testFeatures = Named.orEmpty(testFeatures);
            testLabels = Named.orEmpty(testLabels);
            Named.together("npz", "test-features", testFeatures, "test-labels", testLabels);
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            Path archive = folders.find(file);
            Table train = NpyRows.table(file, archive, features, labels, classes);
            if (testFeatures.isEmpty()) {
                return LoadedData.whole(train);
            }
            int known = train.labels() instanceof Labels.Classes named ? named.width() : 0;
            return new LoadedData(train, Optional.of(NpyRows.table(file + "/test", archive, testFeatures, testLabels, known)));
        }
    }

    /** Files in MNIST's format, see {@link Idx}. */
    record IdxFiles(String images, String labels, String testImages, String testLabels, int classes) implements DataSource {
        public IdxFiles {
            images = Named.required("idx-files", "images", images);
            labels = Named.required("idx-files", "labels", labels);
            testImages = Named.orEmpty(testImages);
            testLabels = Named.orEmpty(testLabels);
            Named.together("idx-files", "test-images", testImages, "test-labels", testLabels);
            if (classes < 2 || classes > 256) {
                throw new IllegalArgumentException("data idx-files: classes must be 2 to 256, found " + classes);
            }
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            Labels.Classes named = Labels.Classes.numbered(classes);
            Table train = Idx.images(images, folders.find(images), folders.find(labels), named);
            return testImages.isEmpty() ? LoadedData.whole(train)
                    : new LoadedData(train, Optional.of(Idx.images(testImages, folders.find(testImages),
                            folders.find(testLabels), named)));
        }
    }
}

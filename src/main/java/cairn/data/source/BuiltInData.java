package cairn.data.source;

import cairn.data.Labels;
import cairn.data.Table;
import cairn.random.Key;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A data set that a recipe can name without further settings. Everything about a set is in its record: its name, its
 * content, its files and how they are read. {@link #all} is the only list of them; what a recipe may name and what
 * {@code cairn data} lists follow from it. Addresses and checksums of the sets that can be fetched are in
 * {@link cairn.data.fetch.Catalogue}, by name.
 */
public sealed interface BuiltInData extends DataSource {

    /** Where the rows come from. */
    enum Origin {
        /** They are computed by formulas. */
        GENERATED,
        /** They come with the program. */
        BUNDLED,
        /** They have to be fetched once. */
        FETCHED
    }

    /**
     * What a list of data sets says of one.
     *
     * @param name its name in a recipe, and the folder of its files
     * @param content its rows in a few words
     * @param files the possible paths of its first file, below a folder of data sets; none if it is generated
     */
    record About(String name, String content, Origin origin, List<String> files) {
        private static About generated(String name, String content) {
            return new About(name, content, Origin.GENERATED, List.of());
        }

        private static About csv(String name, String content) {
            return new About(name, content, Origin.BUNDLED, List.of(name + "/" + name + ".csv"));
        }

        private static About idx(String name, String content, Origin origin) {
            return new About(name, content, origin, idx(name, "train-images-idx3-ubyte"));
        }

        private static List<String> idx(String name, String file) {
            return List.of(name + "/" + file + ".gz", name + "/" + file);
        }
    }

    About about();

    /** Every set, smallest first, with its defaults. */
    static List<BuiltInData> all() {
        return List.of(new Iris(), new Wine(), new BreastCancer(), new Digits(), new Mnist(), new FashionMnist(), new Cifar10(),
                new Spirals(600, 3, 0.1, 1), new Moons(400, 0.1, 1), new Blobs(400, 3, 1.0, 1), new Xor(400, 0.1, 1),
                new Discs(600, 0.05, 1));
    }

    /** The folder that holds its files; empty if none does, or if it is generated. It looks at the names of files only. */
    default Optional<Path> place(DataFolders folders) {
        return folders.folders().stream().filter(folder -> about().files().stream().anyMatch(file -> Files.exists(folder.resolve(file))))
                .map(folder -> folder.resolve(about().name())).findFirst();
    }

    /** Whether the program itself holds it, for the case that no folder does. */
    default boolean isInProgram() {
        return !about().files().isEmpty() && BuiltInData.class.getResource(resource(about())) != null;
    }

    /** Fisher's 150 iris plants, 4 features, 3 species. */
    record Iris() implements BuiltInData {
        @Override
        public About about() {
            return About.csv("iris", "150 flowers, 4 lengths, 3 species");
        }

        @Override
        public Optional<CsvSchema> text() {
            return Optional.of(CsvSchema.classes("species"));
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            return LoadedData.whole(csv(folders, about(), text()));
        }
    }

    /** 178 wines, 13 features, 3 cultivars. */
    record Wine() implements BuiltInData {
        @Override
        public About about() {
            return About.csv("wine", "178 wines, 13 measurements, 3 cultivars");
        }

        @Override
        public Optional<CsvSchema> text() {
            return Optional.of(CsvSchema.classes("cultivar"));
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            return LoadedData.whole(csv(folders, about(), text()));
        }
    }

    /** 569 tumours, 30 features, benign or malignant. */
    record BreastCancer() implements BuiltInData {
        @Override
        public About about() {
            return About.csv("breast-cancer", "569 tumours, 30 measurements, 2 diagnoses");
        }

        @Override
        public Optional<CsvSchema> text() {
            return Optional.of(CsvSchema.classes("diagnosis"));
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            return LoadedData.whole(csv(folders, about(), text()));
        }
    }

    /** 1797 images of 8 x 8 pixels, 0 to 16. */
    record Digits() implements BuiltInData {
        @Override
        public About about() {
            return About.csv("digits", "1797 digits, 8x8 pixels");
        }

        @Override
        public Optional<CsvSchema> text() {
            return Optional.of(CsvSchema.classes("digit"));
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            return LoadedData.whole(csv(folders, about(), text()).shaped(8, 8, 1));
        }
    }

    /** 60,000 and 10,000 handwritten digits of 28 x 28 pixels. */
    record Mnist() implements BuiltInData {
        @Override
        public About about() {
            return About.idx("mnist", "70,000 digits, 28x28 pixels", Origin.BUNDLED);
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            return idx(folders, about(), Labels.Classes.numbered(10));
        }
    }

    /** 60,000 and 10,000 pictures of clothing, in MNIST's form. */
    record FashionMnist() implements BuiltInData {
        private static final List<String> CLASSES = List.of("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker",
                "bag", "ankle-boot");

        @Override
        public About about() {
            return About.idx("fashion-mnist", "70,000 pieces of clothing, 28x28 pixels", Origin.FETCHED);
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            return idx(folders, about(), new Labels.Classes(CLASSES));
        }
    }

    /** 50,000 and 10,000 colour pictures of 32 x 32 pixels. */
    record Cifar10() implements BuiltInData {
        @Override
        public About about() {
            return new About("cifar-10", "60,000 photographs, 32x32 pixels in colour", Origin.FETCHED,
                    List.of("cifar-10/data_batch_1.bin", "cifar-10/cifar-10-batches-bin/data_batch_1.bin"));
        }

        @Override
        public LoadedData open(DataFolders folders) throws IOException {
            Path folder = folders.find(about().files()).resolveSibling("");
            List<Path> train = IntStream.rangeClosed(1, 5).mapToObj(i -> folder.resolve("data_batch_" + i + ".bin")).toList();
            for (Path file : train) {
                DataFolders.of(folder).find(file.getFileName().toString());
            }
            return new LoadedData(Cifar.read("cifar-10/train", train),
                    Optional.of(Cifar.read("cifar-10/test", List.of(DataFolders.of(folder).find("test_batch.bin")))));
        }
    }

    /** See {@link Generated#spirals}. */
    record Spirals(int rows, int classes, double noise, long seed) implements BuiltInData {
        public Spirals {
            Generated.check("spirals", rows, classes, noise);
        }

        @Override
        public About about() {
            return About.generated("spirals", "arms that wind around each other");
        }

        @Override
        public LoadedData open(DataFolders folders) {
            return LoadedData.whole(Generated.spirals(rows, classes, noise, Key.of(seed)));
        }
    }

    /** See {@link Generated#moons}. */
    record Moons(int rows, double noise, long seed) implements BuiltInData {
        public Moons {
            Generated.check("moons", rows, 2, noise);
        }

        @Override
        public About about() {
            return About.generated("moons", "two half-circles that reach into each other");
        }

        @Override
        public LoadedData open(DataFolders folders) {
            return LoadedData.whole(Generated.moons(rows, noise, Key.of(seed)));
        }
    }

    /** See {@link Generated#blobs}. */
    record Blobs(int rows, int classes, double noise, long seed) implements BuiltInData {
        public Blobs {
            Generated.check("blobs", rows, classes, noise);
        }

        @Override
        public About about() {
            return About.generated("blobs", "round clouds");
        }

        @Override
        public LoadedData open(DataFolders folders) {
            return LoadedData.whole(Generated.blobs(rows, classes, noise, Key.of(seed)));
        }
    }

    /** See {@link Generated#xor}. */
    record Xor(int rows, double noise, long seed) implements BuiltInData {
        public Xor {
            Generated.check("xor", rows, 2, noise);
        }

        @Override
        public About about() {
            return About.generated("xor", "four clouds, opposite ones of a class");
        }

        @Override
        public LoadedData open(DataFolders folders) {
            return LoadedData.whole(Generated.xor(rows, noise, Key.of(seed)));
        }
    }

    /** See {@link Generated#discs}. */
    record Discs(int rows, double noise, long seed) implements BuiltInData {
        public Discs {
            Generated.check("discs", rows, 2, noise);
        }

        @Override
        public About about() {
            return About.generated("discs", "three discs that overlap; several labels a point");
        }

        @Override
        public LoadedData open(DataFolders folders) {
            return LoadedData.whole(Generated.discs(rows, noise, Key.of(seed)));
        }
    }

    /** A file in one of the folders, or else the one in the jar. */
    private static Table csv(DataFolders folders, About set, Optional<CsvSchema> schema) throws IOException {
        Optional<Path> onDisk = folders.first(set.files());
        if (onDisk.isPresent()) {
            return CsvTable.read(onDisk.get(), set.name(), schema.orElseThrow());
        }
        try (InputStream inJar = BuiltInData.class.getResourceAsStream(resource(set))) {
            if (inJar == null) {
                return CsvTable.read(folders.find(set.files()), set.name(), schema.orElseThrow());
            }
            Path copy = Files.createTempFile("cairn-" + set.name(), ".csv");
            try {
                Files.copy(inJar, copy, StandardCopyOption.REPLACE_EXISTING);
                return CsvTable.read(copy, set.name(), schema.orElseThrow());
            } finally {
                Files.deleteIfExists(copy);
            }
        }
    }

    private static String resource(About set) {
        return "/cairn/datasets/" + set.files().get(0);
    }

    private static LoadedData idx(DataFolders folders, About set, Labels.Classes classes) throws IOException {
        return new LoadedData(idx(folders, set.name(), "train", "train", classes),
                Optional.of(idx(folders, set.name(), "test", "t10k", classes)));
    }

    private static Table idx(DataFolders folders, String name, String part, String prefix, Labels.Classes classes) throws IOException {
        return Idx.images(name + "/" + part, folders.find(About.idx(name, prefix + "-images-idx3-ubyte")),
                folders.find(About.idx(name, prefix + "-labels-idx1-ubyte")), classes);
    }
}

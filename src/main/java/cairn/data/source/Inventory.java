package cairn.data.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The data sets that a recipe can name without saying more, and where they are. Nothing is read but names of files. */
public final class Inventory {

    /** How a set comes about. */
    public enum Origin {
        /** It is made by formulas. */
        GENERATED,
        /** It comes with the program. */
        BUNDLED,
        /** It has to be fetched once. */
        FETCHED
    }

    /**
     * One data set.
     *
     * @param content its rows in a few words
     * @param place where its files were found; empty for a generated set
     */
    public record Item(String name, String content, Origin origin, Optional<Path> place) {
    }

    private record Known(String name, String content, Origin origin, List<String> files) {
    }

    private static final List<Known> KNOWN = List.of(
            new Known("iris", "150 flowers, 4 lengths, 3 species", Origin.BUNDLED, List.of("iris.csv")),
            new Known("wine", "178 wines, 13 measurements, 3 cultivars", Origin.BUNDLED, List.of("wine.csv")),
            new Known("breast-cancer", "569 tumours, 30 measurements, 2 diagnoses", Origin.BUNDLED, List.of("breast-cancer.csv")),
            new Known("digits", "1797 digits, 8x8 pixels", Origin.BUNDLED, List.of("digits.csv")),
            new Known("mnist", "70,000 digits, 28x28 pixels", Origin.BUNDLED, idx()),
            new Known("fashion-mnist", "70,000 pieces of clothing, 28x28 pixels", Origin.FETCHED, idx()),
            new Known("cifar-10", "60,000 photographs, 32x32 pixels in colour", Origin.FETCHED,
                    List.of("data_batch_1.bin", "cifar-10-batches-bin/data_batch_1.bin")),
            new Known("spirals", "arms that wind around each other", Origin.GENERATED, List.of()),
            new Known("moons", "two half-circles that reach into each other", Origin.GENERATED, List.of()),
            new Known("blobs", "round clouds", Origin.GENERATED, List.of()),
            new Known("xor", "four clouds, opposite ones of a class", Origin.GENERATED, List.of()));

    private Inventory() {
    }

    /** Every set, smallest first, as found in {@code folders}. */
    public static List<Item> in(DataFolders folders) {
        return KNOWN.stream().map(set -> new Item(set.name(), set.content(), set.origin(), place(set, folders))).toList();
    }

    private static Optional<Path> place(Known set, DataFolders folders) {
        return folders.folders().stream().map(folder -> folder.resolve(set.name()))
                .filter(folder -> set.files().stream().anyMatch(file -> Files.exists(folder.resolve(file)))).findFirst();
    }

    private static List<String> idx() {
        return List.of("train-images-idx3-ubyte.gz", "train-images-idx3-ubyte");
    }
}

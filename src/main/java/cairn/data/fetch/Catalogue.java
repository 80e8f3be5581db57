package cairn.data.fetch;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The data sets that can be fetched: addresses, lengths and checksums of their files. */
public record Catalogue(List<RemoteSet> sets) {

    /**
     * @param name also the folder of its files
     * @param base the address to which the files' names are appended
     * @param files what is fetched
     * @param unpacked the files wanted from a {@code tar.gz}; empty if the fetched files are the data
     */
    public record RemoteSet(String name, URI base, List<RemoteFile> files, List<Unpacked> unpacked) {
        public RemoteSet {
            files = List.copyOf(files);
            unpacked = List.copyOf(unpacked);
        }

        /** How many bytes are fetched. */
        public long bytes() {
            return files.stream().mapToLong(RemoteFile::bytes).sum();
        }
    }

    /** A file of exactly {@code bytes} bytes, with the checksum that its publisher states, or that of a verified copy. */
    public record RemoteFile(String name, long bytes, String algorithm, String checksum) {
    }

    /** A file in an archive: its name without folders, and its exact length. */
    public record Unpacked(String name, long bytes) {
    }

    private static final Catalogue PUBLISHED = new Catalogue(List.of(
            new RemoteSet("mnist", URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"), List.of(
                    sha256("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                    sha256("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                    sha256("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                    sha256("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
                    List.of()),
            // Checksums from the README of https://github.com/zalandoresearch/fashion-mnist, which states MD5 only.
            new RemoteSet("fashion-mnist", URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"), List.of(
                    md5("train-images-idx3-ubyte.gz", 26421880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                    md5("train-labels-idx1-ubyte.gz", 29515, "25c81989df183df01b3e8a0aad5dffbe"),
                    md5("t10k-images-idx3-ubyte.gz", 4422102, "bef4ecab320f06d8554ea6380940ec79"),
                    md5("t10k-labels-idx1-ubyte.gz", 5148, "bb300cfdad3c16e7a12a480ee83cd310")),
                    List.of()),
            // Checksum from https://www.cs.toronto.edu/~kriz/cifar.html, which states MD5 only.
            new RemoteSet("cifar-10", URI.create("https://www.cs.toronto.edu/~kriz/"), List.of(
                    md5("cifar-10-binary.tar.gz", 170052171, "c32a1d4ab5d03f1284b67883e8d87530")),
                    List.of(new Unpacked("data_batch_1.bin", 30730000), new Unpacked("data_batch_2.bin", 30730000),
                            new Unpacked("data_batch_3.bin", 30730000), new Unpacked("data_batch_4.bin", 30730000),
                            new Unpacked("data_batch_5.bin", 30730000), new Unpacked("test_batch.bin", 30730000)))));

    public Catalogue {
        sets = List.copyOf(sets);
    }

    /** The built-in sets that can be fetched. */
    public static Catalogue published() {
        return PUBLISHED;
    }

    public Optional<RemoteSet> find(String name) {
        return sets.stream().filter(set -> set.name().equals(name)).findFirst();
    }

    public List<String> names() {
        return sets.stream().map(RemoteSet::name).toList();
    }

    private static RemoteFile sha256(String name, long bytes, String hex) {
        return new RemoteFile(name, bytes, "SHA-256", hex);
    }

    private static RemoteFile md5(String name, long bytes, String hex) {
        return new RemoteFile(name, bytes, "MD5", hex);
    }
}

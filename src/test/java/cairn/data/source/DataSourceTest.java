package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.RoundedRows;
import cairn.examples.RollBack;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real data sets. Counts of rows and classes are those of the publishers' descriptions. The digests were computed apart
 * from this code, by a Python program that reads the files of datasets/ with the csv and gzip modules and writes the byte
 * form of {@link cairn.data.ContentDigest}.
 */
class DataSourceTest {
    private static final DataFolders DATASETS = DataFolders.of(Path.of("datasets"));

    @TempDir
    Path folder;

    @Test
    void irisHasFiftyPlantsOfEachSpecies() throws IOException {
        DataSet iris = tabular(new BuiltInData.Iris(), 4, 50, 50, 50);
        assertThat(iris.labels()).isEqualTo(new Labels.Classes(List.of("setosa", "versicolor", "virginica")));
        float[] row = new float[4];
        iris.features(34, row, 0);
        // The 35th row as in Fisher's paper.
        assertThat(row).containsExactly(4.9f, 3.1f, 1.5f, 0.2f);
        digests(iris, "6c5388e4fd662d7f9336e760d7076c43f6e2bffd1539816d08ad2ff2221145ee",
                "cee6da1f6262d7331a8ee6b580aa0af4babc1c86f7dd3d0074b140a522b6706f");
    }

    @Test
    void wineHasItsThreeCultivars() throws IOException {
        digests(tabular(new BuiltInData.Wine(), 13, 59, 71, 48), "f4797fef82b49f439cead203be684bfc185c836e06931f8e8c5a26772a0802f8",
                "0e3c5b091871be63cb580268db3ea71ed86862c8fc71d6f73d686cd70f631b16");
    }

    @Test
    void breastCancerHasItsTwoDiagnoses() throws IOException {
        DataSet data = tabular(new BuiltInData.BreastCancer(), 30, 357, 212);
        assertThat(data.labels()).isEqualTo(new Labels.Classes(List.of("benign", "malignant")));
        digests(data, "eecb7ad7bd0e4d9a6a338b2f8a8c6724e5af24535f1c11742addef95cd60120c",
                "b0cdc718244b1207dcc7c49ed1c70580a28eaf67a323caf164cd135295f47324");
    }

    /** The digest of the numbers as they are, and of those that earlier versions had rounded to 32 bits. */
    private static void digests(DataSet data, String exact, String rounded) {
        assertThat(data.digest()).isEqualTo(exact);
        assertThat(new RoundedRows(data).digest()).isEqualTo(rounded);
    }

    @Test
    void digitsAreImagesOfEightByEight() throws IOException {
        DataSet digits = tabular(new BuiltInData.Digits(), 64, 178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
        assertThat(digits.shape()).containsExactly(8, 8, 1);
        assertThat(digits.labels()).isEqualTo(Labels.Classes.numbered(10));
        assertThat(digits.digest()).isEqualTo("0698b9c776b8b657b25dc09bee268f3441b490446730484f4659f97fdb542f93");
    }

    @Test
    void mnistHasItsSeventyThousandImages() throws IOException {
        LoadedData mnist = new BuiltInData.Mnist().open(DATASETS);
        DataSet train = mnist.train();
        assertThat(train.size()).isEqualTo(60000);
        assertThat(train.shape()).containsExactly(28, 28, 1);
        assertThat(classes(train)).containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
        assertThat(mnist.test().orElseThrow().size()).isEqualTo(10000);
        assertThat(mnist.test().orElseThrow().digest()).isEqualTo("f45c35d56e6ec07fa37a641fca5bad29f6a899c888e5942590da0486be70ce54");
        assertThat(train.digest()).isEqualTo("485eed84d1dbb3202c9f244258c230924f361814d3edb09f64b40a453ebe3d2e");
    }

    @Test
    void aMissingSetListsWhereItWasLookedForAndHowToGetIt() {
        DataFolders folders = DataFolders.of(folder.resolve("a"), folder.resolve("b"));
        assertThatThrownBy(() -> new BuiltInData.FashionMnist().open(folders)).isInstanceOf(MissingDataException.class)
                .hasMessageContaining("cannot find the data fashion-mnist/train-images-idx3-ubyte.gz")
                .hasMessageContaining(folder.resolve("a/fashion-mnist/train-images-idx3-ubyte.gz").toString())
                .hasMessageContaining(folder.resolve("b/fashion-mnist/train-images-idx3-ubyte").toString())
                .hasMessageContaining("`cairn data fetch fashion-mnist`");
        for (BuiltInData set : List.of(new BuiltInData.Mnist(), new BuiltInData.FashionMnist(), new BuiltInData.Cifar10())) {
            assertThatThrownBy(() -> set.open(folders)).isInstanceOf(MissingDataException.class).hasMessageContaining("name the folder")
                    .hasMessageContaining("CAIRN_DATA").hasMessageContaining("DataFolders.of(");
        }
        assertThatThrownBy(() -> folders.find("flowers.csv")).satisfies(e -> assertThat(e.getMessage()).doesNotContain("fetch"));
        assertThatThrownBy(() -> new BuiltInData.Mnist().open(DataFolders.of())).hasMessageContaining("no data folder");
    }

    /** Where no folder has a set, the jar has the same rows. */
    @Test
    void theSmallSetsInTheJarAreThoseOnTheDisk() throws IOException {
        for (BuiltInData set : BuiltInData.all()) {
            boolean isSmall = List.of("iris", "wine", "breast-cancer", "digits").contains(set.about().name());
            assertThat(set.isInProgram()).as(set.about().name()).isEqualTo(isSmall);
            if (isSmall) {
                assertThat(set.place(DATASETS)).isPresent();
                assertThat(set.open(DataFolders.of(folder)).train().digest()).isEqualTo(set.open(DATASETS).train().digest());
            }
        }
    }

    /** The program of the README, in a folder with nothing in it. */
    @Test
    void theProgramOfTheReadmeRunsAnywhere() throws IOException, InterruptedException {
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString()).collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Duser.home=" + folder,
                "-cp", path, RollBack.class.getName()).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines().filter(line -> line.startsWith("step 57, ")).map(line -> line.substring(line.lastIndexOf(' '))).distinct())
                .as(output).hasSize(1);
    }

    @Test
    void theFirstFolderThatHasASetIsUsedAndAnAbsoluteNameAlways() throws IOException {
        Path own = Files.createDirectories(folder.resolve("iris"));
        Files.writeString(own.resolve("iris.csv"), "a,species\n1,x\n2,y\n");
        assertThat(new BuiltInData.Iris().open(new DataFolders(List.of(folder, Path.of("datasets")))).train().size()).isEqualTo(2);
        assertThat(new BuiltInData.Iris().open(new DataFolders(List.of(Path.of("datasets"), folder))).train().size()).isEqualTo(150);
        String absolute = own.resolve("iris.csv").toAbsolutePath().toString();
        DataSource.Csv csv = new DataSource.Csv(absolute, "", "species", List.of(), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(), true,
                ",");
        assertThat(csv.open(DataFolders.of()).train().size()).isEqualTo(2);
        assertThat(csv.open(DATASETS).train().size()).isEqualTo(2);
    }

    /** Every file of datasets/ stands in its README with its checksum, and nothing else does. */
    @Test
    void theReadmeStatesTheChecksumOfEveryFile() throws IOException {
        Path root = Path.of("datasets");
        List<String> stated = Pattern.compile("\\| `([0-9a-f]{64})` \\| `([^`]+)` \\|").matcher(Files.readString(root.resolve("README.md")))
                .results()
                .map(match -> match.group(2) + " " + match.group(1)).sorted().toList();
        try (Stream<Path> files = Files.walk(root)) {
            List<String> found = files.filter(f -> Files.isRegularFile(f) && !f.endsWith("README.md"))
                    .map(f -> root.relativize(f).toString().replace('\\', '/') + " " + sha256(f)).sorted().toList();
            assertThat(stated).isEqualTo(found).hasSize(10);
        }
    }

    private static String sha256(Path file) {
        try {
            return java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static DataSet tabular(DataSource source, int features, Integer... perClass) throws IOException {
        LoadedData data = source.open(DATASETS);
        assertThat(data.test()).isEmpty();
        assertThat(data.train().featureCount()).isEqualTo(features);
        assertThat(classes(data.train())).containsExactly(perClass);
        return data.train();
    }

    private static List<Integer> classes(DataSet data) {
        int[] count = new int[data.labels().width()];
        for (int row = 0; row < data.size(); row++) {
            count[data.label(row)]++;
        }
        return IntStream.of(count).boxed().toList();
    }
}

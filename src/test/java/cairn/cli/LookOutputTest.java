package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands that look write: to standard output, as JSON, and into a file. */
class LookOutputTest {
    private static final List<String> JSON = List.of("plot seen -o FILE.svg", "plot seen other -o FILE.png", "watch seen --at 2..3",
            "watch seen --at 2.. --what weights -o FILE.csv", "rows seen", "rows seen --wrong", "rows seen --rows 3 --history",
            "show seen 0.dense/weight", "show seen@5 0.dense/weight", "data show iris 3 4", "explain seen", "explain seen --quick",
            "boundary seen", "boundary seen@5 -o FILE.png", "log seen");

    /** Of each command that writes with -o, the endings that it takes. */
    private static final List<String> WRITING = List.of("rows seen -o .csv", "rows seen -o .json", "rows seen --history -o .svg",
            "watch seen --at 3 -o .csv", "watch seen --at 3 -o .json", "watch seen --at 1..3 -o .svg", "watch seen --at 1..3 -o .png",
            "boundary seen -o .png", "boundary seen -o .svg", "plot seen -o .svg", "plot seen -o .png", "log seen --csv -o .csv");

    @TempDir
    static Path runs;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() {
        assertThat(Cairn.on(runs, "train", "moons", "--run", "seen", "--epochs", "2").exit()).isZero();
        assertThat(Cairn.on(runs, "train", "moons", "--run", "other", "--epochs", "1").exit()).isZero();
    }

    private static Cairn.Result cairn(String... words) {
        return words[0].equals("data") ? Cairn.run(words) : Cairn.on(runs, words);
    }

    static List<String> json() {
        return JSON;
    }

    /** The result itself checks that each line is an object. */
    @ParameterizedTest
    @MethodSource("json")
    void jsonIsAnObjectInEachLineAndNothingElse(String command) {
        Cairn.Result result = cairn((command.replace("FILE", folder.resolve("out").toString()) + " --json").split(" "));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.lines()).isNotEmpty().allSatisfy(line -> assertThat(line.path("event").isTextual()).isTrue());
    }

    static List<String> writing() {
        return WRITING;
    }

    private Cairn.Result write(String command, Path file) {
        String[] parts = command.split(" -o ");
        List<String> words = new ArrayList<>(List.of(parts[0].split(" ")));
        words.addAll(List.of("-o", file.toString()));
        return cairn(words.toArray(String[]::new));
    }

    private static String ending(String command) {
        return command.substring(command.lastIndexOf('.'));
    }

    @ParameterizedTest
    @MethodSource("writing")
    void aNewFileIsWrittenAndNamedAndNoOtherOneIsTouched(String command) throws IOException {
        Path file = folder.resolve("größe 1" + ending(command));
        Cairn.Result result = write(command, file);
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(file).isNotEmptyFile();
        assertThat(result.out() + result.err()).contains("größe 1" + ending(command));
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("writing")
    void whatIsThereAlreadyIsNotReplaced(String command) throws IOException {
        Path mine = Files.writeString(folder.resolve("mine" + ending(command)), "mine");
        Path directory = Files.createDirectory(folder.resolve("folder" + ending(command)));
        Path link = Files.createSymbolicLink(folder.resolve("link" + ending(command)), mine);
        Path broken = Files.createSymbolicLink(folder.resolve("broken" + ending(command)), folder.resolve("nothing"));
        for (Path file : List.of(mine, directory, link, broken)) {
            Cairn.Result result = write(command, file);
            assertThat(result.exit()).as("%s %s: %s", command, file.getFileName(), result).isIn(ExitCode.USAGE, ExitCode.REFUSED, ExitCode.FAILED);
            assertThat(result.err()).contains(file.getFileName().toString()).doesNotContain("Exception", "should not happen");
            assertThat(result.out()).as("refused before anything is computed").isEmpty();
        }
        assertThat(mine).hasContent("mine");
        assertThat(folder.resolve("nothing")).doesNotExist();
        assertThat(folder.toFile().list()).hasSize(4);
    }

    @ParameterizedTest
    @MethodSource("writing")
    void aPlaceThatCannotBeWrittenIsNamed(String command) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        for (Path place : List.of(folder.resolve("none/out" + ending(command)), file.resolve("out" + ending(command)),
                folder.resolve("out.docx"), folder.resolve("out"))) {
            if (command.startsWith("log") && place.getParent().equals(folder)) {
                // It writes CSV into any name.
                continue;
            }
            Cairn.Result result = write(command, place);
            assertThat(result.exit()).as("%s %s: %s", command, place, result).isIn(ExitCode.USAGE, ExitCode.REFUSED, ExitCode.FAILED);
            assertThat(result.err()).doesNotContain("Exception", "should not happen");
            assertThat(result.out()).as(command).isEmpty();
        }
        assertThat(folder.toFile().list()).containsExactly("file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plot sen", "watch sen --at 1", "rows sen", "boundary sen", "explain sen", "show sen 0.dense/weight", "log sen --csv"})
    void anUnknownRunSaysTheNearest(String command) {
        Cairn.Result result = cairn(command.split(" "));
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("did you mean 'seen'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch seen --at 1..999999999999", "watch seen --at 99999999999999999999", "rows seen@999999999999",
        "rows seen --worst 99999999999", "rows seen --worst 2147483647 --rows 1", "boundary seen@999999999999", "boundary seen --cells 2147483647",
        "show seen@999999999 0.dense/weight", "explain seen --again 99999999999999999999", "plot seen --from 99999999999999999999",
        "data show iris 99999999999", "data show iris 0..99999999999", "rows seen --history --every 99999999999"})
    void aHugeNumberIsRefusedInWords(String command) {
        Cairn.Result result = cairn(command.split(" "));
        assertThat(result.exit()).as(result.toString()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).isNotBlank().doesNotContain("Exception", "should not happen", "OutOfMemory");
    }

    @Test
    void asManyRowsAsThereAreAreShownIfMoreAreAskedFor() {
        assertThat(cairn("rows", "seen", "--worst", "2147483647", "--json").events("row")).hasSize(80);
        assertThat(cairn("explain", "seen", "--again", "9223372036854775807").exit()).isZero();
        assertThat(cairn("plot", "seen", "--to", "9223372036854775807", "-o", folder.resolve("all.svg").toString()).exit()).isZero();
    }

    /** Another process holds the run, and trains it until it is ended. */
    @Test
    void aRunThatIsBeingTrainedCanBeLookedAt() throws IOException, InterruptedException {
        Path busy = Files.createDirectory(folder.resolve("busy"));
        Process trainer = new ProcessBuilder(CairnProcess.with(Map.of()).line("train", "moons", "--run", "seen", "--epochs", "1000000",
                "--save-every", "20", "--keep", "last:2", "--dir", busy.toString())).redirectErrorStream(true)
                .redirectOutput(folder.resolve("trained.txt").toFile()).start();
        try {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (Stream.of(busy.resolve("seen").toFile().list() == null ? new String[0] : busy.resolve("seen").toFile().list())
                    .filter(name -> name.endsWith(".safetensors")).count() < 2) {
                assertThat(trainer.isAlive() && System.nanoTime() < end).as(Files.readString(folder.resolve("trained.txt"))).isTrue();
                Thread.onSpinWait();
            }
            for (String command : List.of("plot seen -o " + folder.resolve("busy.svg"), "watch seen --at 2..3", "rows seen", "boundary seen",
                    "explain seen --again 30", "show seen 0.dense/weight", "log seen")) {
                Cairn.Result result = Cairn.on(busy, (command + " --json").split(" "));
                assertThat(result.exit()).as(command + ": " + result.err()).isZero();
                assertThat(result.lines()).as(command).isNotNull();
            }
            assertThat(trainer.isAlive()).as("it was trained all the time").isTrue();
        } finally {
            trainer.destroyForcibly();
            trainer.waitFor();
        }
    }

    @Test
    void aFolderThatOthersOwnIsRefusedBeforeAnythingIsComputed() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Assumptions.assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "only for a user who is not root");
        Cairn.Result result = write("boundary seen -o .png", closed.resolve("out.png"));
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("cannot be written");
        assertThat(result.out()).isEmpty();
    }
}

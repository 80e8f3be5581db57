package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.cli.report.Failure;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Terminal;
import cairn.disk.FolderInUseException;
import cairn.disk.RealDisk;
import cairn.state.State;
import cairn.state.Value;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No text from outside reaches the terminal as more than text, whatever the command and wherever the text comes from. */
class TerminalEscapesTest {
    @TempDir
    private Path temporary;
    private Path runs;

    @BeforeEach
    void place() {
        runs = temporary.resolve("runs");
    }

    private Cairn.Result cairn(String... args) {
        Cairn.Result result = Cairn.run(Stream.concat(Stream.of(args), Stream.of("--dir", runs.toString())).toArray(String[]::new));
        HostileTexts.check(result, List.of(args).toString());
        return result;
    }

    /** Also with stack traces, and as JSON. */
    private void everyWay(String... args) {
        cairn(args);
        cairn(Stream.concat(Stream.of(args), Stream.of("--debug")).toArray(String[]::new));
        cairn(Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));
    }

    @Test
    void factsMetricsAndTextsOfACheckpoint() throws IOException {
        cairn("train", "iris", "--steps", "2", "--save-every", "1", "--keep", "all");
        Path run = runs.resolve("iris");
        Checkpoint sound;
        try (DirectoryStore store = DirectoryStore.reading(run, new RealDisk())) {
            sound = store.read(2);
        }
        Files.delete(run.resolve("step-000000000002.safetensors"));
        Map<String, String> facts = new LinkedHashMap<>(sound.facts());
        for (int i = 0; i < HostileTexts.ALL.size(); i++) {
            facts.put("fact-" + i, HostileTexts.ALL.get(i));
        }
        facts.put("cpu", HostileTexts.ALL.get(0));
        facts.put("blas", HostileTexts.ALL.get(5));
        facts.put("run", HostileTexts.ALL.get(1));
        Map<String, Value> entries = new LinkedHashMap<>(sound.state().entries());
        entries.put("data/digest", new Value.Text(HostileTexts.ALL.get(1)));
        try (DirectoryStore store = DirectoryStore.writing(run, new RealDisk())) {
            store.commit(new Checkpoint(2, State.of(entries), facts, sound.metrics()));
        }
        for (String[] command : new String[][] {{"show", "iris@2"}, {"show", "iris@2", "--verify"}, {"checkpoints", "iris"}, {"log"},
            {"diff", "iris@1", "iris@2"}, {"verify", "iris"}, {"prune", "iris", "--dry-run"}, {"evaluate", "iris"},
            {"resume", "iris", "--steps", "3"}, {"resume", "iris", "--require", "exact"}, {"branch", "iris", "b"}}) {
            everyWay(command);
        }
        assertThat(cairn("show", "iris@2").out()).contains("\\u001b]52;c;ZXZpbA==\\u0007");
        assertThat(cairn("resume", "iris", "--steps", "3").exit()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void rowsAndLinesOfAJournal() throws IOException {
        cairn("train", "iris", "--steps", "2");
        Path journal = runs.resolve("iris/journal.csv");
        String sound = Files.readString(journal);
        for (String text : HostileTexts.ALL) {
            for (String damage : List.of(text, text + "\n", "1,2,1,x," + text + "\n", "1,2,1," + text + ",1\n", text + ",2,1,x,1\n",
                    "1,2,1,train/loss,\"" + text.replace("\n", "\\n") + "\"\n", "1,2,1,checkpoint/digest,\"" + text.replace("\n", "\\n")
                            + "\"\n")) {
                Files.writeString(journal, sound + damage);
                cairn("verify", "iris");
                cairn("prune", "iris", "--dry-run");
                cairn("bisect", "iris", "--when", "loss>100");
            }
            cairn("verify", "iris", "--replay");
            Files.writeString(journal, sound + text + "\n");
            cairn("resume", "iris", "--steps", "2");
        }
        try (Stream<Path> files = Files.list(runs.resolve("iris"))) {
            assertThat(files.filter(f -> f.getFileName().toString().startsWith("journal.damaged-"))).isNotEmpty();
        }
    }

    @Test
    void classNamesCellsAndColumnsOfATable() throws IOException {
        Path data = Files.createDirectories(temporary.resolve("data"));
        StringBuilder csv = new StringBuilder("a,\"b\u001b[31m\",kind\n");
        List<String> classes = new ArrayList<>(HostileTexts.ALL.subList(0, 8));
        for (int i = 0; i < 80; i++) {
            csv.append(i % 7).append(',').append(i % 5).append(",\"").append(classes.get(i % classes.size())).append("\"\n");
        }
        Files.writeString(data.resolve("t.csv"), csv);
        Path recipe = temporary.resolve("r.yaml");
        Files.writeString(recipe, """
                name: r    # \u202e
                data: {set: csv, file: t.csv, label: kind, batch-size: 8, validation: 0.2, test: 0.2}
                model: [dense: {units: 8}]
                optimizer: {rule: sgd, learning-rate: 0.1}
                evaluate: {every: 1ep}
                run: {epochs: 2}
                """);
        Cairn.Result trained = cairn("train", recipe.toString(), "--run", "t", "--data", data.toString());
        assertThat(trained.exit()).as("%s", trained).isZero();
        everyWay("evaluate", "t", "--data", data.toString());
        everyWay("log");
        everyWay("recipes", recipe.toString());
        everyWay("recipes", recipe.toString(), "--full");
        for (String cell : HostileTexts.ALL) {
            Path rows = temporary.resolve("rows.csv");
            Files.writeString(rows, "1,2\n3,\"" + cell + "\"\n");
            assertThat(cairn("predict", "t", rows.toString()).exit()).isNotZero();
            Files.writeString(data.resolve("t.csv"), csv + "1,\"" + cell + "\",x\n");
            assertThat(cairn("train", recipe.toString(), "--data", data.toString()).exit()).isNotZero();
            Files.writeString(data.resolve("t.csv"), csv.toString().replace("kind", "\"" + cell + "\""));
            assertThat(cairn("train", recipe.toString(), "--data", data.toString()).exit()).isNotZero();
        }
        Files.writeString(temporary.resolve("rows.csv"), "1,2\n3,4\n");
        everyWay("predict", "t", temporary.resolve("rows.csv").toString());
        assertThat(cairn("predict", "t", temporary.resolve("rows.csv").toString()).exit()).isZero();
    }

    /** A file system accepts nearly everything in a name. */
    @Test
    void namesOfFilesFoldersAndArguments() throws IOException {
        cairn("train", "iris", "--steps", "1");
        for (String name : HostileTexts.ALL.subList(0, 6)) {
            Path copy = Files.createDirectories(runs.resolve(name));
            try (Stream<Path> files = Files.list(runs.resolve("iris"))) {
                for (Path file : files.filter(f -> !f.endsWith("lock")).toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
            Files.writeString(copy.resolve(name + ".txt"), "x");
            everyWay("show", copy.toString());
            everyWay("resume", copy.toString(), "--steps", "1");
            Files.writeString(copy.resolve("recipe.yaml"), name);
            everyWay("resume", copy.toString());
            everyWay("show", name);
            everyWay("predict", "iris", name);
            everyWay("compare", "iris", name, "--plot", name);
            everyWay("export", "iris", name);
            everyWay("train", name);
            everyWay("iris", name);
            everyWay("--" + name);
            everyWay("train", "iris", "--set", name + "=1", "--run", "x");
            everyWay("bisect", "iris", "--when", name);
            everyWay("data", "fetch", name);
        }
        everyWay("log");
        everyWay("gc");
        everyWay("show", "unknown");
        Path images = Files.createDirectories(temporary.resolve("images/\u001b[31mclass"));
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        ImageIO.write(image, "png", images.resolve("a\u001b]52;c;eA==\u0007.png").toFile());
        Files.writeString(images.resolve("b\u001b[31m.png"), "no image");
        everyWay("predict", "iris", images.toString());
        everyWay("predict", "iris", images.resolve("b\u001b[31m.png").toString());
    }

    @Test
    void theStatusLineOfAServer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> {
                for (int i = 0; ; i++) {
                    try (Socket socket = server.accept()) {
                        String text = HostileTexts.ALL.get(i % 6);
                        String[] lines = {text, "HTTP/1.1 200 " + text, "HTTP/1.1 404 " + text, "HTTP/1.1 302 x\r\nLocation: " + text,
                            "HTTP/1.1 200 OK\r\nContent-Length: " + text, text + ": x"};
                        socket.getOutputStream().write((lines[i / 6 % lines.length] + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                        socket.shutdownOutput();
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
            answers.setDaemon(true);
            answers.start();
            for (int i = 0; i < 36; i++) {
                Cairn.Result result = Cairn.run("data", "fetch", "mnist", "--to", temporary.resolve("sets").toString(), "--from",
                        "http://127.0.0.1:" + server.getLocalPort() + "/");
                HostileTexts.check(result, "answer " + i);
                assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
            }
        }
    }

    @Test
    void theEnvironment() {
        for (String text : HostileTexts.ALL.subList(0, 4)) {
            Map<String, String> environment = Map.of("OMP_NUM_THREADS", text, "CAIRN_OPTS", text, "CAIRN_DEBUG", "1", "OMP_WAIT_POLICY", text);
            HostileTexts.check(Cairn.run(Terminal.NONE, environment, "doctor"), "doctor");
            HostileTexts.check(Cairn.run(Terminal.NONE, environment, "doctor", "--json"), "doctor --json");
        }
    }

    /** What another process has written into the lock file, and what is drawn on the last line. */
    @Test
    void theHolderOfALockAndTheProgressBar() {
        for (String text : HostileTexts.ALL) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Screen screen = new Screen(Host.plain(System.out, new PrintStream(err, true, StandardCharsets.UTF_8)), false);
            screen.log(Failure.of(new FolderInUseException(Path.of("run"), text)).message());
            // The line breaks of a note are Cairn's own.
            screen.note(text.replace('\n', ' '));
            HostileTexts.check(new Cairn.Result(0, "", err.toString(StandardCharsets.UTF_8)), "log");
            err.reset();
            screen.draw(text);
            assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("\r");
            HostileTexts.check(new Cairn.Result(0, "", err.toString(StandardCharsets.UTF_8).substring(1)), "draw");
            screen.erase();
        }
    }

    /** What Cairn itself cannot do without: line breaks, and what letters of other languages look like. */
    @Test
    void textsOfAllLanguagesAreShownAsTheyAre() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Screen screen = new Screen(Host.plain(new PrintStream(out, true, StandardCharsets.UTF_8), System.err), false);
        String text = "gr\u00f6\u00dfe \u65e5\u672c\u8a9e \u0639\u0631\u0628\u064a \ud83d\ude00 \u2514\u2500\u2500\n\ttab";
        screen.print(text);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(text + System.lineSeparator());
    }

    /** The command has not succeeded if its results went nowhere. */
    @Test
    void aStandardOutputThatIsFullIsAFailure() throws IOException {
        cairn("train", "iris", "--steps", "1");
        Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isWritable(full));
        for (String[] args : new String[][] {{"checkpoints", "iris", "--json"}, {"checkpoints", "iris"}, {"log"}, {"recipes", "--help"},
            {"--version"}, {"resume", "iris", "--steps", "2"}}) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            String[] all = args[0].matches("recipes|--version") ? args
                    : Stream.concat(Stream.of(args), Stream.of("--dir", runs.toString())).toArray(String[]::new);
            try (PrintStream out = new PrintStream(Files.newOutputStream(full, StandardOpenOption.WRITE))) {
                int exit = Main.run(Host.plain(out, new PrintStream(err, true, StandardCharsets.UTF_8)), all);
                assertThat(exit).as("%s", List.of(args)).isEqualTo(ExitCode.FAILED);
                assertThat(err.toString(StandardCharsets.UTF_8)).contains("could not be written to standard output");
            }
        }
        assertThat(cairn("show", "iris").out()).as("what was trained is saved").containsPattern("step +2");
    }
}

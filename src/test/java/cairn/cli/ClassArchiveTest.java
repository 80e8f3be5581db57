package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.campaign.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive of loaded classes: made by the launcher's first command, used by the next ones, and never in the way. */
@DisabledOnOs(OS.WINDOWS)
class ClassArchiveTest {
    private static final long MINUTES = 4;
    private static final String FROM_ARCHIVE = "shared objects file (top)";

    @TempDir
    Path folder;

    private Path home;

    /** A home as the build makes it, of jars: Java makes no archive of classes in folders. */
    @BeforeEach
    void makeHome() throws IOException {
        assumeTrue(Files.exists(Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa")), "a Java with an archive of its own");
        home = folder.resolve("home");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        for (String script : List.of("cairn", "environment.sh")) {
            Files.copy(Path.of("src/main/launcher/bin", script), home.resolve("bin").resolve(script));
        }
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            Path jar = home.resolve("lib/" + number++ + ".jar");
            if (Files.isDirectory(path)) {
                Programs.pack(path, jar);
            } else if (Files.exists(path)) {
                link(path, jar);
            }
        }
    }

    private static void link(Path jar, Path link) throws IOException {
        try {
            Files.createLink(link, jar);
        } catch (IOException | UnsupportedOperationException onAnotherFileSystem) {
            Files.copy(jar, link);
        }
    }

    @AfterEach
    void awaitAll() throws IOException, InterruptedException {
        if (Files.isDirectory(folder.resolve("home"))) {
            await(folder.resolve("home"));
        }
    }

    private Cairn.Result run(Path at, Map<String, String> environment, String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("sh", at.resolve("bin/cairn").toString()));
        line.addAll(List.of(words));
        Map<String, String> all = new HashMap<>(Map.of("JAVA_HOME", System.getProperty("java.home")));
        all.putAll(environment);
        return CairnProcess.run(line, all);
    }

    private void starts(Path at) throws IOException, InterruptedException {
        Cairn.Result result = run(at, Map.of(), "--version");
        assertThat(result.exit()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("cairn ").contains("Java ").hasLineCount(2);
    }

    /** Whether the class of the program comes from the archive; what is printed besides is the log of Java. */
    private boolean usesArchive(Path at) throws IOException, InterruptedException {
        Path log = folder.resolve("classes.log");
        assertThat(run(at, Map.of("CAIRN_ARCHIVE", "on", "CAIRN_OPTS", "-Xlog:class+load:file=" + log), "--version").exit()).isZero();
        return Files.readAllLines(log).stream().anyMatch(line -> line.contains("cairn.cli.Main ") && line.contains(FROM_ARCHIVE));
    }

    private static List<Path> files(Path at, String ending) throws IOException {
        Path start = at.resolve(ClassArchive.FOLDER);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(start)) {
            return all.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    /** Waits until no process in the background is at work. */
    private static void await(Path at) throws IOException, InterruptedException {
        long end = System.nanoTime() + MINUTES * 60_000_000_000L;
        while (!files(at, ".making").isEmpty() && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(files(at, ".making")).isEmpty();
    }

    @Test
    void theFirstCommandMakesItTheNextOneUsesItAndItFollowsTheHome() throws Exception {
        starts(home);
        assertThat(files(home, ".making").size() + files(home, ".jsa").size()).as("made at once, or being made").isPositive();
        await(home);
        assertThat(files(home, ".jsa")).hasSize(1);
        assertThat(files(home, ".tmp")).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("start")))).as("only the owner writes there")
                .isEqualTo("rwxr-xr-x");
        FileTime made = Files.getLastModifiedTime(files(home, ".jsa").get(0));
        assertThat(usesArchive(home)).isTrue();
        starts(home);
        await(home);
        assertThat(Files.getLastModifiedTime(files(home, ".jsa").get(0))).as("it is not made again").isEqualTo(made);
        // A changed jar: the archive is ignored in silence, and made again.
        Path jar = home.resolve("lib/new.jar");
        Programs.pack(Files.createDirectories(folder.resolve("nothing")), jar);
        starts(home);
        await(home);
        assertThat(usesArchive(home)).isTrue();
        // Moved: as a changed one.
        Path moved = Files.move(home, folder.resolve("moved"));
        starts(moved);
        await(moved);
        assertThat(usesArchive(moved)).isTrue();
        assertThat(files(moved, ".jsa")).hasSize(1);
    }

    @Test
    void twoFirstCommandsAtOnceAreTwoCommandsAndOneArchive() throws Exception {
        List<Process> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ProcessBuilder builder = new ProcessBuilder("sh", home.resolve("bin/cairn").toString(), "--version").redirectErrorStream(true)
                    .redirectOutput(folder.resolve("out" + i).toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            both.add(builder.start());
        }
        for (int i = 0; i < 2; i++) {
            assertThat(both.get(i).waitFor()).isZero();
            assertThat(Files.readString(folder.resolve("out" + i))).startsWith("cairn ").hasLineCount(2);
        }
        await(home);
        assertThat(files(home, "")).as("the archive and what it was made for").hasSize(2);
        assertThat(usesArchive(home)).isTrue();
    }

    /** Each of these is as if there were no archive. */
    @Test
    void whereItCannotBeMadeOrUsedTheCommandIsTheSame() throws Exception {
        Cairn.Result off = run(home, Map.of("CAIRN_ARCHIVE", "off"), "--version");
        assertThat(off.exit()).isZero();
        assertThat(home.resolve("start")).doesNotExist();
        // A file in the place of the folder.
        Files.writeString(home.resolve("start"), "");
        starts(home);
        Files.delete(home.resolve("start"));
        // A folder that others can write to: nothing is made there.
        Files.createDirectory(home.resolve("start"));
        Files.setPosixFilePermissions(home.resolve("start"), PosixFilePermissions.fromString("rwxrwxrwx"));
        starts(home);
        assertThat(files(home, "")).isEmpty();
        Files.setPosixFilePermissions(home.resolve("start"), PosixFilePermissions.fromString("rwxr-xr-x"));
        // What is no archive.
        String java = Path.of(System.getProperty("java.home")).toRealPath().toString().substring(1).replace('/', '%');
        Path archive = Files.writeString(home.resolve("start").resolve(java + ".jsa"), "no archive");
        starts(home);
        await(home);
        assertThat(files(home, ".jsa")).containsExactly(archive);
        assertThat(usesArchive(home)).as("made in its place").isTrue();
    }

    /** A Java that makes no archive is asked once, not after each command. */
    @Test
    void whatCannotBeMadeIsNotTriedAgain() throws Exception {
        Map<String, String> without = Map.of("JAVA_TOOL_OPTIONS", "-Xshare:off");
        assertThat(run(home, without, "--version").exit()).isZero();
        await(home);
        assertThat(files(home, "")).as("only what was tried").singleElement().asString().endsWith(ClassArchive.RECORD);
        FileTime first = Files.getLastModifiedTime(files(home, ClassArchive.RECORD).get(0));
        assertThat(run(home, without, "--version").exit()).isZero();
        assertThat(files(home, ".making")).isEmpty();
        assertThat(Files.getLastModifiedTime(files(home, ClassArchive.RECORD).get(0))).isEqualTo(first);
    }
}

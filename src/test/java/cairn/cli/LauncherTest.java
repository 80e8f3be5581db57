package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, with every Java of this machine: it starts, and Java has nothing to warn of. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path SCRIPTS = Path.of("src/main/launcher/bin");
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");
    /** From this version on, Java warns of native code and of {@code sun.misc.Unsafe}. */
    private static final int WARNING = 24;

    @TempDir
    Path folder;

    /** A home as the build makes it, whose one jar names the class path of this process. */
    @BeforeEach
    void makeHome() throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("lib"));
        for (String script : List.of("cairn", "environment.sh")) {
            Files.copy(SCRIPTS.resolve(script), folder.resolve("bin").resolve(script));
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(entry -> Path.of(entry).toUri().toString()).collect(Collectors.joining(" ")));
        try (OutputStream file = Files.newOutputStream(folder.resolve("lib/cairn.jar"))) {
            new JarOutputStream(file, manifest).close();
        }
    }

    private Cairn.Result run(Path java, String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("sh", folder.resolve("bin/cairn").toString()));
        line.addAll(List.of(words));
        return CairnProcess.run(line, with(Map.of("JAVA_HOME", java.toString())));
    }

    /** No process in the background, which would outlive the folder of the test. */
    private static Map<String, String> with(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("CAIRN_ARCHIVE", "off");
        return all;
    }

    private static Optional<Integer> version(Path java) {
        try {
            Matcher m = VERSION.matcher(Files.readString(java.resolve("release")));
            return m.find() && Files.isExecutable(java.resolve("bin/java")) ? Optional.of(Integer.parseInt(m.group(1))) : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static List<Path> javas() throws IOException {
        List<Path> all = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> each = Files.list(installed)) {
                all.addAll(each.filter(java -> !Files.isSymbolicLink(java)).toList());
            }
        }
        return all.stream().filter(java -> version(java).filter(v -> v >= 17).isPresent()).toList();
    }

    @Test
    void everyJavaFrom17OnStartsAndSaysNothing() throws IOException, InterruptedException {
        for (Path java : javas()) {
            Cairn.Result result = run(java, "--version");
            assertThat(result.err()).as(java.toString()).isEmpty();
            assertThat(result.exit()).as(java.toString()).isZero();
        }
    }

    @Test
    void aJavaThatSaysNoVersionStarts() throws IOException, InterruptedException {
        Path java = Files.createDirectories(folder.resolve("unknown/bin"));
        Files.writeString(java.resolve("java"), "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' \"$@\"\n");
        assertThat(java.resolve("java").toFile().setExecutable(true)).isTrue();
        assertThat(run(java.getParent(), "--version").exit()).isZero();
    }

    @Test
    void aJavaThatWarnsOfNativeCodeHasNothingToWarnOf() throws IOException, InterruptedException {
        List<Path> warning = javas().stream().filter(java -> version(java).orElseThrow() >= WARNING).toList();
        assumeTrue(!warning.isEmpty(), "a Java " + WARNING + " or newer in /usr/lib/jvm");
        for (Path java : warning) {
            for (String[] words : List.of(new String[] {"doctor"}, new String[] {"train", "iris", "--steps", "3", "--data", "datasets"})) {
                List<String> line = new ArrayList<>(List.of(words));
                if (!words[0].equals("doctor")) {
                    line.addAll(List.of("--dir", folder.resolve("runs").toString()));
                }
                Cairn.Result result = run(java, line.toArray(String[]::new));
                assertThat(result.exit()).as(result.err()).isZero();
                assertThat(result.err().lines()).as(java + " " + line).noneMatch(text -> text.startsWith("WARNING"));
            }
        }
    }

    /** Files with any letters can be named, whatever the locale says. */
    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LC_ALL=POSIX", "LANG=C", "LC_CTYPE=C", "LC_ALL=C.UTF-8"})
    void aLocaleWithoutOtherLettersHindersNoFileName(String locale) throws IOException, InterruptedException {
        Path runs = Files.createDirectories(folder.resolve("l\u00e4ufe \u65e5"));
        Cairn.Result result = CairnProcess.run(List.of("env", "-u", "LC_ALL", "-u", "LC_CTYPE", "-u", "LANG", locale, "JAVA_HOME="
                + System.getProperty("java.home"), "sh", folder.resolve("bin/cairn").toString(), "log", "--dir", runs.toString()), with(Map.of()));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out() + result.err()).contains(runs.toString()).doesNotContain("java.");
    }

    /** The example of docs/RECIPES.md, compiled and put together as it is written there. */
    private Path compiledParts() throws IOException {
        Path parts = Files.createDirectories(folder.resolve("my parts"));
        String page = Files.readString(Path.of("docs/RECIPES.md"));
        List<String> arguments = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), "-proc:none", "-d", parts.toString()));
        for (String name : List.of("record Parabola", "class MyParts")) {
            String source = Arrays.stream(page.split("```")).filter(block -> block.startsWith("java\n") && block.contains(name)).findFirst()
                    .orElseThrow().substring("java\n".length());
            arguments.add(Files.writeString(folder.resolve(name.split(" ")[1] + ".java"), source).toString());
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new))).isZero();
        Path services = Files.createDirectories(parts.resolve("META-INF/services"));
        Files.writeString(services.resolve("cairn.recipe.ComponentProvider"), "MyParts\n");
        Files.writeString(folder.resolve("parabola.yaml"), Arrays.stream(page.split("```"))
                .filter(block -> block.startsWith("yaml\nname: parabola")).findFirst().orElseThrow().substring("yaml\n".length()));
        return parts;
    }

    @Test
    void partsOfAUserAreFoundByTheirClassPath() throws IOException, InterruptedException {
        Path parts = compiledParts();
        Path jar = folder.resolve("jars/parts.jar");
        Files.createDirectories(jar.getParent());
        assertThat(java.util.spi.ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create", "--file", jar.toString(),
                "-C", parts.toString(), ".")).isZero();
        String java = System.getProperty("java.home");
        List<String> launcher = List.of("sh", folder.resolve("bin/cairn").toString());
        List<String> main = List.of(java + "/bin/java", "-cp", System.getProperty("java.class.path"), Main.class.getName());
        List<String> runs = List.of("--dir", folder.resolve("runs").toString());
        Map<String, String> with = with(Map.of("JAVA_HOME", java, "CAIRN_CLASSPATH", "nothing-here:" + parts));
        Cairn.Result trained = CairnProcess.run(joined(launcher, List.of("train", folder.resolve("parabola.yaml").toString()), runs), with);
        assertThat(trained.exit()).as(trained.err()).isZero();
        // Started without the launcher; every jar of a folder.
        Cairn.Result evaluated = CairnProcess.run(joined(main, List.of("evaluate", "parabola"), runs),
                Map.of("CAIRN_CLASSPATH", jar.getParent() + "/*"));
        assertThat(evaluated.exit()).as(evaluated.err()).isZero();
        // Without it: refused by name, and the run can be looked at.
        Cairn.Result refused = CairnProcess.run(joined(main, List.of("resume", "parabola", "--epochs", "4"), runs),
                Map.of("CAIRN_CLASSPATH", "nothing-here"));
        assertThat(refused.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("unknown layer 'parabola'", "ComponentProvider", "CAIRN_CLASSPATH", "nothing at nothing-here");
        Cairn.Result looked = CairnProcess.run(joined(launcher, List.of("checkpoints", "parabola"), runs), with(Map.of("JAVA_HOME", java)));
        assertThat(looked.exit()).as(looked.err()).isZero();
        Cairn.Result resumed = CairnProcess.run(joined(launcher, List.of("resume", "parabola", "--epochs", "4"), runs), with);
        assertThat(resumed.exit()).as(resumed.err()).isZero();
    }

    /** A provider that cannot be loaded is named, and hinders no command that looks. */
    @Test
    void aProviderThatCannotBeLoadedIsNamed() throws IOException, InterruptedException {
        Path services = Files.createDirectories(folder.resolve("broken/META-INF/services"));
        Files.writeString(services.resolve("cairn.recipe.ComponentProvider"), "no.such.Provider\n");
        Map<String, String> broken = with(Map.of("JAVA_HOME", System.getProperty("java.home"),
                "CAIRN_CLASSPATH", folder.resolve("broken").toString()));
        List<String> launcher = List.of("sh", folder.resolve("bin/cairn").toString());
        Cairn.Result refused = CairnProcess.run(joined(launcher, List.of("recipes", "iris"), List.of()), broken);
        assertThat(refused.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("no.such.Provider", "META-INF/services").doesNotContain("this should not happen");
        assertThat(CairnProcess.run(joined(launcher, List.of("log"), List.of("--dir", folder.toString())), broken).exit()).isZero();
    }

    private static List<String> joined(List<String> first, List<String> second, List<String> third) {
        return Stream.of(first, second, third).flatMap(List::stream).toList();
    }

    @Test
    void inAFolderThatIsGoneItSaysSo() throws IOException, InterruptedException {
        Path gone = folder.resolve("gone");
        Cairn.Result result = CairnProcess.run(List.of("sh", "-c", "mkdir '" + gone + "' && cd '" + gone + "' && rmdir '" + gone + "' && sh '"
                + folder.resolve("bin/cairn") + "' --version"), with(Map.of("JAVA_HOME", System.getProperty("java.home"))));
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("error: the folder", "was deleted").doesNotContain("java.", "at jdk");
    }
}

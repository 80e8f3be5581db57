package cairn.campaign;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Starts the same Java program many times, and quickly: from jars of the class folders, so that a compiler cannot change them meanwhile;
 * with an archive of loaded classes, which a first run of the program writes; and only with the quick compiler of the JVM.
 */
public final class Programs {
    private final List<String> command;

    private Programs(List<String> command) {
        this.command = command;
    }

    /** Prepares {@code folder} for {@code main}, and runs it once with {@code words}; this run must end by itself. */
    public static Programs of(Path folder, Class<?> main, String... words) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> java = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr", "-Dorg.nd4j.log.initialization=false",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-Dcairn.backend=" + System.getProperty("cairn.backend", ""), "-cp",
                classPath(folder));
        Path archive = folder.resolve("classes.jsa");
        List<String> first = new ArrayList<>(java);
        if (Files.exists(Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa"))) {
            // Only a Java with an archive of its own classes can write one.
            first.add(1, "-XX:ArchiveClassesAtExit=" + archive);
        }
        first.add(main.getName());
        Process process = new Programs(first).start(folder.resolve("first.txt"), List.of(words));
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError("the first run of " + main + " did not end well:\n"
                        + Files.readString(folder.resolve("first.txt")));
            }
        } finally {
            process.destroyForcibly();
        }
        List<String> others = new ArrayList<>(java);
        if (Files.exists(archive)) {
            others.add(1, "-XX:SharedArchiveFile=" + archive);
        }
        others.add(main.getName());
        return new Programs(others);
    }

    /** Starts the program with these arguments; what it prints goes to {@code output}. */
    public Process start(Path output, List<String> words) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(words);
        return new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    private static String classPath(Path folder) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = folder.resolve("classes-" + entries.size() + ".jar");
                pack(path, jar);
                entries.add(jar.toString());
            } else if (Files.exists(path)) {
                entries.add(path.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    /** Packs a folder of classes into a jar. */
    public static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file); Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(one).toString().replace(File.separatorChar, '/')));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
    }
}

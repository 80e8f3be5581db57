package cairn.cli;

import cairn.cli.terminal.Host;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The archive of loaded classes with which the launcher starts Java: classes come from it ready for use, instead of being read, checked and
 * linked at each start. Java writes such an archive itself. After a command, {@link #renew} looks whether the archive belongs to this Java
 * and these jars. If not, a process in the background makes another one. Nothing here ever makes a command fail, or prints anything.
 *
 * <p>An archive is code. So it lies in a folder beside the jars, {@value #FOLDER}, which only the owner can write to: whoever can change it
 * can change the jars as well. Where that folder cannot be written to, there is no archive.
 *
 * <p>An archive appears under its name when it is complete, forced to the disk and tried. Beside it, in a file with {@value #RECORD} at the
 * end, is what it was made for, also if nothing could be made: then no start tries again. A third file says that a process is at work.
 */
final class ClassArchive {
    /** The launcher's property: the file of the archive for its Java, whether it is there or not. */
    static final String PROPERTY = "cairn.archive";
    static final String FOLDER = "start";
    static final String RECORD = ".txt";
    private static final String AT_WORK = ".making";
    private static final String ARCHIVE = ".jsa";
    /** One for each Java that is used. */
    private static final int KEPT = 4;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final String HOME = "cairn.home";

    private ClassArchive() {
    }

    /** Begins to make an archive, if the launcher asked for one and it is not there or belongs to something else. */
    static void renew() {
        try {
            String named = System.getProperty(PROPERTY, "");
            if (named.isEmpty()) {
                return;
            }
            Path archive = Path.of(named);
            if (!isCurrent(archive) && isFolderSound(archive.getParent()) && claim(sibling(archive, AT_WORK))) {
                quiet(java(List.of("-D" + PROPERTY + "=" + archive), ClassArchive.class.getName())).start();
            }
        } catch (IOException | RuntimeException e) {
            // Then the next start is as slow as this one.
        }
    }

    private static boolean isCurrent(Path archive) throws IOException {
        Path record = sibling(archive, RECORD);
        return Files.exists(record) && Files.readString(record).equals(subject());
    }

    /** What an archive depends on: the Java, and the jars with their sizes and dates. */
    private static String subject() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty(HOME), "lib"))) {
            List<String> lines = new ArrayList<>(List.of(System.getProperty("java.home") + " " + System.getProperty("java.vm.version") + " "
                    + System.getProperty("java.vm.vendor")));
            for (Path jar : jars.sorted().toList()) {
                BasicFileAttributes about = Files.readAttributes(jar, BasicFileAttributes.class);
                lines.add(jar + " " + about.size() + " " + about.lastModifiedTime().toMillis());
            }
            return String.join("\n", lines);
        }
    }

    private static Path sibling(Path archive, String ending) {
        String name = archive.getFileName().toString();
        return archive.resolveSibling(name.substring(0, name.length() - ARCHIVE.length()) + ending);
    }

    /** Whether the folder is there or can be made, and no other user may write to it. */
    private static boolean isFolderSound(Path folder) throws IOException {
        boolean isUnix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        if (!Files.exists(folder)) {
            FileAttribute<?>[] rights = isUnix ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))} : new FileAttribute<?>[0];
            try {
                Files.createDirectory(folder, rights);
            } catch (FileAlreadyExistsException e) {
                // Another process has just made it.
            }
        }
        return Files.isDirectory(folder) && Files.isWritable(folder)
                && (!isUnix || PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)).matches("rwx.-..-."));
    }

    /** Whether this process may do the work, because no other one is at it. One that was killed is waited for five minutes. */
    private static boolean claim(Path atWork) throws IOException {
        try {
            Files.createFile(atWork);
            return true;
        } catch (FileAlreadyExistsException e) {
            FileTime since = Files.getLastModifiedTime(atWork);
            if (since.toInstant().plus(LONGEST).isBefore(FileTime.fromMillis(System.currentTimeMillis()).toInstant())) {
                Files.deleteIfExists(atWork);
            }
            return false;
        }
    }

    /** Makes the archive. This is the process in the background. */
    public static void main(String[] words) throws IOException, InterruptedException {
        Path archive = Path.of(System.getProperty(PROPERTY));
        Path work = Files.createTempDirectory("cairn-start");
        Path made = sibling(archive, "." + ProcessHandle.current().pid() + ".tmp");
        try {
            String subject = subject();
            boolean isMade = runs(java(List.of("-XX:ArchiveClassesAtExit=" + made), Rehearsal.class.getName(), work.toString()))
                    && Files.exists(made)
                    && runs(java(List.of("-XX:SharedArchiveFile=" + made, "-XX:+VerifySharedSpaces"), Main.class.getName(), "recipes"));
            if (isMade) {
                force(made);
                Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.deleteIfExists(archive);
            }
            Path record = Files.writeString(sibling(made, RECORD + ".tmp"), subject);
            Files.move(record, sibling(archive, RECORD), StandardCopyOption.ATOMIC_MOVE);
            prune(archive.getParent());
        } finally {
            Files.deleteIfExists(made);
            delete(work);
            Files.deleteIfExists(sibling(archive, AT_WORK));
        }
    }

    /** A file that is not complete would end every Java that starts with it. */
    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Deletes the oldest archives, and what processes that were killed have left. */
    private static void prune(Path folder) throws IOException {
        List<Path> archives;
        try (Stream<Path> files = Files.list(folder)) {
            archives = files.filter(file -> file.toString().endsWith(ARCHIVE)).sorted(Comparator.comparing(ClassArchive::age)).toList();
        }
        for (Path old : archives.subList(0, Math.max(0, archives.size() - KEPT))) {
            Files.deleteIfExists(sibling(old, RECORD));
            Files.deleteIfExists(old);
        }
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.filter(file -> file.toString().endsWith(".tmp")
                    && age(file).toInstant().plus(LONGEST).isBefore(FileTime.fromMillis(System.currentTimeMillis()).toInstant())).toList();
        }
        for (Path file : left) {
            Files.deleteIfExists(file);
        }
    }

    private static FileTime age(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Java with the jars of the launcher, in the same order as there. */
    private static ProcessBuilder java(List<String> options, String main, String... words) {
        String home = System.getProperty(HOME);
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xlog:disable", "-D" + HOME + "=" + home));
        line.addAll(options);
        line.addAll(List.of("-classpath", home + File.separator + "lib" + File.separator + "*", main));
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(line).directory(new File(home));
        // It trains on the CPU, whatever the user wishes for his own trainings.
        builder.environment().keySet().removeIf(name -> name.startsWith("CAIRN_"));
        builder.environment().put("CAIRN_BACKEND", "cpu");
        return builder;
    }

    private static ProcessBuilder quiet(ProcessBuilder builder) {
        return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(ProcessBuilder.Redirect.from(nothing()));
    }

    private static File nothing() {
        return new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
    }

    private static boolean runs(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = quiet(builder).start();
        try {
            return process.waitFor(LONGEST.toSeconds() / 2, TimeUnit.SECONDS) && process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Commands as people use them. All classes that they load are in the archive; Java writes it when this process ends. */
    static final class Rehearsal {
        private static final List<String> COMMANDS = List.of("--help", "--version", "recipes", "train iris --run a --steps 3 --save-every 1",
                "train iris --run b --steps 2 --json", "resume a --steps 4", "checkpoints a", "checkpoints a --json", "show a", "log", "log a",
                "diff a@1 a", "verify a", "evaluate a", "compare a b", "rollback a --to 2", "prune a --dry-run", "train --help");

        private Rehearsal() {
        }

        public static void main(String[] words) {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
            for (String command : COMMANDS) {
                Optional<String> folder = Optional.of(words[0]).filter(f -> !command.startsWith("-") && !command.equals("recipes")
                        && !command.endsWith("--help"));
                List<String> line = new ArrayList<>(List.of(command.split(" ")));
                folder.ifPresent(f -> line.addAll(List.of("--dir", f)));
                Main.run(Host.plain(nowhere, nowhere), line.toArray(String[]::new));
            }
            System.exit(0);
        }
    }
}

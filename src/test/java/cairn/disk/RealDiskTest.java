package cairn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file system answers, and what is made of it. */
@DisabledOnOs(OS.WINDOWS)
class RealDiskTest {
    @TempDir
    Path root;

    private final Disk disk = new RealDisk();

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private Path with(String name, String text) throws IOException {
        return Files.writeString(root.resolve(name), text);
    }

    // --- a folder that cannot be forced

    private static FolderForce.Force failing(IOException... first) {
        int[] calls = {0};
        return channel -> {
            if (calls[0] < first.length) {
                throw first[calls[0]++];
            }
        };
    }

    private static FolderForce.Force refusing(IOException failure) {
        return channel -> {
            throw failure;
        };
    }

    /** EINVAL in three languages, ENOTSUP, EBADF: the words are those of the system, and no text of ours decides. */
    @ParameterizedTest
    @ValueSource(strings = {"Invalid argument", "Das Argument ist ungültig", "Argument invalide", "Operation not supported",
        "Bad file descriptor"})
    void aFileSystemThatRefusesToForceFoldersIsKnownByTheWordsOfTheSystem(String text) throws IOException {
        FolderForce force = new FolderForce(refusing(new IOException(text)), () -> Set.of("another", text));
        assertThat(force.force(root)).isFalse();
        assertThat(force.force(root)).isFalse();
        assertThat(new FolderForce(refusing(new AccessDeniedException(root.toString())), Set::of).force(root)).isFalse();
        assertThat(disk.list(root)).as("nothing is left of the attempt").isEmpty();
    }

    /** The errors are made by this system itself. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theWordsOfThisSystemAreFoundByMakingTheErrors() throws IOException {
        assertThat(FolderForce.refusals()).hasSize(3);
        // The folders of a process have no such operation.
        assertThat(new FolderForce().force(Path.of("/proc/self"))).isFalse();
    }

    /** Full disks and quotas, lost connections and broken media: steadily, or once. */
    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded", "Stale file handle", "Read-only file system",
        "Input/output error", "Transport endpoint is not connected", "Kein Speicherplatz", ""})
    void anyOtherFailureIsNeverTakenForARefusal(String text) {
        for (FolderForce force : List.of(new FolderForce(refusing(new IOException(text)), FolderForce::refusals),
                new FolderForce(failing(new IOException(text)), FolderForce::refusals))) {
            assertThatThrownBy(() -> force.force(root)).isInstanceOf(FileSystemException.class)
                    .hasMessageContainingAll(root.toString(), "cannot be forced", text);
        }
        assertThatThrownBy(() -> new FolderForce(refusing(new IOException((String) null)), FolderForce::refusals).force(root))
                .isInstanceOf(FileSystemException.class);
    }

    @Test
    void aFailureThatIsNoRefusalIsAnErrorWithThePath() throws IOException {
        IOException strange = new IOException("etwas ist schiefgegangen");
        assertFails(new FolderForce(failing(strange), FolderForce::refusals), "once");
        assertFails(new FolderForce(refusing(strange), FolderForce::refusals), "always");
        // Where it worked before, not even the words of a refusal are one.
        FolderForce worksAtFirst = new FolderForce(new FolderForce.Force() {
            private boolean isLater;

            @Override
            public void on(java.nio.channels.FileChannel channel) throws IOException {
                if (isLater) {
                    throw strange;
                }
                isLater = true;
            }
        }, () -> Set.of(strange.getMessage()));
        assertThat(worksAtFirst.force(root)).isTrue();
        assertFails(worksAtFirst, "later");
        assertFails(worksAtFirst, "and again");
        assertThatThrownBy(() -> new FolderForce().force(root.resolve("nowhere"))).isInstanceOf(NoSuchFileException.class);
    }

    private void assertFails(FolderForce force, String when) {
        assertThatThrownBy(() -> force.force(root)).as(when).isInstanceOf(FileSystemException.class)
                .hasMessageContainingAll(root.toString(), "cannot be forced", "schiefgegangen");
    }

    /** However steadily a medium fails, that is no refusal. This system has a read error at an address where no process has memory. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aMediumThatFailsIsNeverTakenForOneThatRefuses() throws IOException {
        try (InputStream memory = Files.newInputStream(Path.of("/proc/self/mem"))) {
            IOException failure = Assertions.assertThrows(IOException.class, memory::read);
            FolderForce force = new FolderForce(refusing(new IOException(failure.getMessage())), FolderForce::refusals);
            assertThatThrownBy(() -> force.force(root)).hasMessageContaining(failure.getMessage());
        }
    }

    @Test
    void aFolderOfThisFileSystemIsForced() throws IOException {
        assertThat(disk.forceFolder(root)).isTrue();
    }

    // --- space

    /** Some user-space file systems, and those of the kernel itself, have no sizes at all. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileSystemThatDoesNotTellItsSizeIsNotTakenForAFullOne() throws IOException {
        assertThat(Path.of("/proc").toFile().getTotalSpace()).isZero();
        assertThat(disk.usableBytes(Path.of("/proc"))).isEqualTo(Long.MAX_VALUE);
        assertThat(disk.usableBytes(root)).isBetween(1L, Long.MAX_VALUE - 1);
    }

    // --- only plain files

    private void makePipe(Path pipe) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    }

    @Test
    void aPipeIsNeverWaitedFor() throws IOException, InterruptedException {
        Path pipe = root.resolve("pipe");
        makePipe(pipe);
        Path file = with("file", "x");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertIrregular(() -> disk.open(pipe), pipe, "a pipe, a socket or a device");
            assertIrregular(() -> disk.append(pipe), pipe, "a pipe, a socket or a device");
            assertIrregular(() -> disk.lock(pipe), pipe, "a pipe, a socket or a device");
            assertIrregular(() -> disk.rename(file, pipe), pipe, "a pipe, a socket or a device");
        });
        assertThat(file).hasContent("x");
    }

    private static void assertIrregular(org.assertj.core.api.ThrowableAssert.ThrowingCallable work, Path path, String kind) {
        assertThatThrownBy(work).isInstanceOf(IrregularFileException.class).hasMessageContainingAll(path.toString(), kind, "move it away");
    }

    @Test
    void whatIsWrittenNeverFollowsALink() throws IOException {
        for (String name : List.of("file", "nowhere")) {
            Path file = root.resolve(name);
            if (name.equals("file")) {
                Files.writeString(file, "of the user");
            }
            Path link = Files.createSymbolicLink(root.resolve("link-to-" + name), file);
            Path other = with("other", "new");
            assertIrregular(() -> disk.append(link), link, "a symbolic link");
            assertIrregular(() -> disk.lock(link), link, "a symbolic link");
            assertIrregular(() -> disk.rename(other, link), link, "a symbolic link");
            assertIrregular(() -> AtomicWrite.replace(disk, link, output -> output.write(bytes("new"))), link, "a symbolic link");
            assertThatThrownBy(() -> disk.create(link)).isInstanceOf(FileAlreadyExistsException.class);
            disk.delete(link);
            assertThat(link).doesNotExist();
        }
        assertThat(root.resolve("file")).hasContent("of the user");
        assertThat(root.resolve("nowhere")).doesNotExist();
    }

    @Test
    void aFolderIsNoFile() throws IOException {
        Path folder = Files.createDirectories(root.resolve("folder"));
        Path file = with("file", "x");
        assertIrregular(() -> disk.open(folder), folder, "a folder");
        assertIrregular(() -> disk.append(folder), folder, "a folder");
        assertIrregular(() -> disk.lock(folder), folder, "a folder");
        assertIrregular(() -> disk.rename(file, folder), folder, "a folder");
    }

    @Test
    void aLinkIsReadLikeTheFileItLeadsTo() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), with("file", "content"));
        try (Disk.Input input = disk.open(link)) {
            assertThat(input.size()).isEqualTo(7);
        }
    }

    // --- locks

    @ParameterizedTest
    @ValueSource(strings = {"notes", "process", "process 12", "process 12 on a-host", "process 12 on a-host\n", "\0\0\0\0\0\0", "",
        "process x on y", "process 12 on a-host\nand more", "processes 12"})
    void aLockIsTakenOnlyIfItsContentIsThatOfALock(String content) throws IOException {
        boolean isOwn = content.matches("|\0+|process( 12( on a-host\n?)?)?");
        Path file = with("lock", content);
        if (isOwn) {
            try (Disk.Lock lock = disk.lock(file)) {
                lock.requireHeld();
                assertThat(file).content().matches("process " + ProcessHandle.current().pid() + " on .+\n");
            }
        } else {
            assertThatThrownBy(() -> disk.lock(file)).isInstanceOf(FileSystemException.class)
                    .hasMessageContainingAll(file.toString(), "another program or user", "It was left as it is", "move it away");
            assertThat(file).hasContent(content);
        }
        Files.delete(file);
        disk.lock(file).close();
    }

    @Test
    void aLongFileIsNoLock() throws IOException {
        Path file = with("lock", "\0".repeat(100_000));
        assertThatThrownBy(() -> disk.lock(file)).hasMessageContaining("another program or user");
        assertThat(Files.size(file)).isEqualTo(100_000);
    }

    /** Whatever the path that leads to it. */
    @Test
    void aFileIsLockedOnceEvenInOneProcess() throws IOException {
        Path runs = Files.createDirectories(root.resolve("runs"));
        Files.createSymbolicLink(root.resolve("link"), runs);
        try (Disk.Lock lock = disk.lock(runs.resolve("lock"))) {
            for (Path same : List.of(runs.resolve("lock"), root.resolve("link/lock"), root.resolve("runs/../link/lock"))) {
                assertThatThrownBy(() -> disk.lock(same)).isInstanceOf(FolderInUseException.class).hasMessageContaining("(this one)");
            }
            lock.requireHeld();
            Files.move(runs, root.resolve("moved"));
            Files.createDirectories(runs);
            assertThatThrownBy(() -> disk.lock(root.resolve("moved/lock"))).isInstanceOf(FolderInUseException.class);
            disk.lock(runs.resolve("lock")).close();
        }
        disk.lock(root.resolve("moved/lock")).close();
    }

    @Test
    void aFolderThatIsALinkIsHeldUntilTheLinkLeadsElsewhere() throws IOException {
        Path one = Files.createDirectories(root.resolve("one"));
        Path two = Files.createDirectories(root.resolve("two"));
        Path link = Files.createSymbolicLink(root.resolve("link"), one);
        Files.createFile(two.resolve("lock"));
        try (Disk.Lock lock = disk.lock(link.resolve("lock"))) {
            lock.requireHeld();
            Files.delete(link);
            assertThatThrownBy(lock::requireHeld).isInstanceOf(FolderLostException.class).hasMessageContaining("there is none of that name");
            Files.createSymbolicLink(link, two);
            assertThatThrownBy(lock::requireHeld).isInstanceOf(FolderLostException.class).hasMessageContaining("another folder took its place");
            Files.delete(link);
            Files.createSymbolicLink(link, one);
            lock.requireHeld();
        }
    }

    // --- what is appended

    @Test
    void nothingIsAppendedToAFileThatIsNotAtItsPlace() throws IOException {
        Path file = root.resolve("journal");
        try (Disk.Appended output = disk.append(file)) {
            output.write(bytes("one\n"));
            Files.move(file, root.resolve("moved"));
            assertThatThrownBy(() -> output.write(bytes("two\n"))).isInstanceOf(FileLostException.class).hasMessageContaining(file.toString());
            Files.writeString(file, "of another");
            assertThatThrownBy(() -> output.write(bytes("two\n"))).isInstanceOf(FileLostException.class);
            assertThatThrownBy(() -> output.truncate(0)).isInstanceOf(FileLostException.class);
            assertThatThrownBy(output::force).isInstanceOf(FileLostException.class);
            assertThat(file).hasContent("of another");
            Files.move(root.resolve("moved"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            output.write(bytes("two\n"));
        }
        assertThat(file).hasContent("one\ntwo\n");
    }

    // --- messages

    /** Java's own exceptions of these kinds have a path for their message and nothing else. */
    @Test
    void everyExceptionAboutAPathSaysWhatIsWrong() throws IOException {
        Path file = with("file", "x");
        Path folder = Files.createDirectories(root.resolve("folder"));
        Files.writeString(folder.resolve("inside"), "x");
        assertReason(() -> disk.open(root.resolve("nowhere")), "there is no such file");
        assertReason(() -> disk.create(root.resolve("nowhere/file")), "there is no such file or folder");
        assertReason(() -> disk.create(file), "it exists already");
        assertReason(() -> disk.list(file), "it is no folder");
        assertReason(() -> disk.delete(folder), "it is a folder, and not an empty one");
        assertReason(() -> disk.createFolders(file.resolve("folder")), "");
        assertThat(RealDisk.worded(new AccessDeniedException("/a/file"))).isInstanceOf(AccessDeniedException.class)
                .hasMessage("/a/file: this user has no permission for it");
    }

    private static void assertReason(org.assertj.core.api.ThrowableAssert.ThrowingCallable work, String reason) {
        assertThatThrownBy(work).isInstanceOfSatisfying(FileSystemException.class, e -> {
            assertThat(e.getReason()).isNotBlank().contains(reason);
            assertThat(e).hasMessageContainingAll(e.getFile(), e.getReason());
        });
    }

    /** "It is not there" is an answer; that the disk cannot say is none. */
    @Test
    void whetherAFileExistsIsAnsweredOrRefused() throws IOException {
        RealDisk disk = new RealDisk();
        Path file = Files.writeString(root.resolve("file"), "x");
        assertThat(disk.exists(file)).isTrue();
        assertThat(disk.exists(root)).isTrue();
        assertThat(disk.exists(Files.createSymbolicLink(root.resolve("link"), root.resolve("nowhere")))).isTrue();
        assertThat(disk.exists(root.resolve("none"))).isFalse();
        assertThat(disk.exists(root.resolve("none/below"))).isFalse();
        assertThat(disk.exists(file.resolve("below/a/file"))).isFalse();
        Path unanswered = root.resolve("n".repeat(5000));
        assertThatThrownBy(() -> disk.exists(unanswered)).isInstanceOf(FileSystemException.class).hasMessageContaining(unanswered.toString());
    }
}

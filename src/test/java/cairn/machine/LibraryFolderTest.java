package cairn.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files are made on the real file system; their owners, and all folders above, are made up, because only the system may give files away. */
@DisabledOnOs(OS.WINDOWS)
class LibraryFolderTest {
    private static final int ME = 1000;
    private static final int OTHER = 1001;
    private static final int NOBODY = 65534;

    @TempDir
    private Path base;
    private Path home;
    private Path temporary;
    private final Map<Path, Integer> owners = new HashMap<>();
    private boolean isNamespace;

    @BeforeEach
    void makeFolders() throws IOException {
        base = base.toRealPath();
        home = make("home/me", "rwxr-xr-x");
        temporary = make("tmp", "rwxrwxrwx");
    }

    private Path make(String name, String mode) throws IOException {
        Path folder = Files.createDirectories(base.resolve(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
        return folder;
    }

    private FolderTrust trust() {
        return new FolderTrust(ME, this::place, owner -> owner == NOBODY && isNamespace);
    }

    private Optional<FolderTrust.Place> place(Path path) throws IOException {
        if (!path.startsWith(base)) {
            return Optional.of(new FolderTrust.Place(owners.getOrDefault(path, 0), 0755, true, false, Optional.empty()));
        }
        int sticky = path.equals(temporary) ? 01000 : 0;
        return FolderTrust.place(path).map(p -> new FolderTrust.Place(owners.getOrDefault(path, path.equals(temporary) ? 0 : ME),
                p.mode() | sticky, p.isFolder(), false, p.target()));
    }

    private Path choose(Path named) {
        return new LibraryFolder(trust()).choose(Optional.ofNullable(named), Optional.of(home), temporary);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theUsualFolderIsMadeForTheUserAloneAndUsedAgain() throws IOException {
        Path usual = home.resolve(".javacpp/cache");
        assertThat(choose(null)).isEqualTo(usual);
        assertThat(mode(usual)).isEqualTo("rwx------");
        assertThat(mode(usual.getParent())).isEqualTo("rwx------");
        assertThat(choose(null)).isEqualTo(usual);
        Files.setPosixFilePermissions(usual, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(choose(null)).as("as JavaCPP makes it").isEqualTo(usual);
    }

    /** Of each folder on the way, and in each way. */
    @Test
    void aFolderThatAnotherUserCouldChangeIsNeverUsed() throws IOException {
        Path usual = choose(null);
        Path own = temporary.resolve("cairn-" + ME);
        for (Path at : List.of(usual, usual.getParent(), home, home.getParent(), base, base.getRoot())) {
            owners.put(at, OTHER);
            assertThat(trust().problem(usual)).as("owner of " + at).hasValueSatisfying(p -> assertThat(p).contains(at + " belongs to"));
            owners.clear();
            if (at.startsWith(home.getParent())) {
                for (String mode : List.of("rwxrwxrwx", "rwx----w-", "rwx-w----")) {
                    String before = mode(at);
                    Files.setPosixFilePermissions(at, PosixFilePermissions.fromString(mode));
                    assertThat(trust().problem(usual)).as(mode + " " + at).hasValueSatisfying(p -> assertThat(p).contains(at.toString()));
                    assertThat(choose(null)).isEqualTo(own);
                    Files.setPosixFilePermissions(at, PosixFilePermissions.fromString(before));
                }
            }
        }
        assertThat(mode(own)).isEqualTo("rwx------");
        assertThat(choose(null)).isEqualTo(usual);
    }

    @Test
    void aFileInItThatAnotherUserCouldChangeIsNeverLoaded() throws IOException {
        Path usual = choose(null);
        Path library = Files.writeString(Files.createDirectories(usual.resolve("nd4j.jar/org")).resolve("lib.so"), "code");
        Path notes = Files.createDirectories(usual.resolve("notes"));
        Files.setPosixFilePermissions(usual, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(choose(null)).isEqualTo(usual);
        owners.put(library, OTHER);
        assertThat(choose(null)).isNotEqualTo(usual);
        owners.clear();
        owners.put(notes, OTHER);
        assertThat(choose(null)).as("no library is in it").isEqualTo(usual);
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(choose(null)).isNotEqualTo(usual);
        Files.setPosixFilePermissions(usual, PosixFilePermissions.fromString("rwx------"));
        assertThat(choose(null)).as("nobody else comes to the file").isEqualTo(usual);
        Files.delete(library);
        Files.createSymbolicLink(library, Files.writeString(temporary.resolve("theirs.so"), "code"));
        Files.setPosixFilePermissions(usual, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(choose(null)).isNotEqualTo(usual);
    }

    @Test
    void linksAreFollowedAndEachFolderOnTheWayIsLookedAt() throws IOException {
        Path disk = make("disk/me", "rwx------");
        Files.createSymbolicLink(home.resolve(".javacpp"), disk);
        assertThat(choose(null)).isEqualTo(home.resolve(".javacpp/cache"));
        assertThat(disk.resolve("cache")).isDirectory();
        owners.put(disk.getParent(), OTHER);
        assertThat(choose(null)).isEqualTo(temporary.resolve("cairn-" + ME));
        owners.clear();
        Path mine = make("mine", "rwx------");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), mine);
        assertThat(choose(link)).isEqualTo(link);
        owners.put(link, OTHER);
        assertThatThrownBy(() -> choose(link)).isInstanceOf(BackendException.class);
        Path loop = Files.createSymbolicLink(temporary.resolve("loop"), temporary.resolve("loop"));
        assertThatThrownBy(() -> choose(loop)).hasMessageContaining("links");
    }

    @Test
    void withoutAHomeAFolderOfTheUsersOwnAmongTheTemporaryFilesIsUsed() throws IOException {
        LibraryFolder folders = new LibraryFolder(trust());
        Path first = temporary.resolve("cairn-" + ME);
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary)).isEqualTo(first);
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary)).isEqualTo(first);
        assertThat(mode(first)).isEqualTo("rwx------");
        owners.put(first, OTHER);
        Path second = temporary.resolve("cairn-" + ME + "-2");
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary)).isEqualTo(second);
        Files.setPosixFilePermissions(second, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path third = temporary.resolve("cairn-" + ME + "-3");
        Files.createSymbolicLink(third, second);
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary)).isEqualTo(temporary.resolve("cairn-" + ME + "-4"));
        for (int i = 1; i <= 9; i++) {
            owners.put(temporary.resolve("cairn-" + ME + (i == 1 ? "" : "-" + i)), OTHER);
            Files.createDirectories(temporary.resolve("cairn-" + ME + (i == 1 ? "" : "-" + i)));
        }
        assertThatThrownBy(() -> folders.choose(Optional.empty(), Optional.empty(), temporary)).isInstanceOf(BackendException.class)
                .hasMessageContaining("cairn-1000-9 belongs to").hasMessageContaining("-Dorg.bytedeco.javacpp.cachedir=FOLDER");
    }

    @Test
    void aFolderThatTheUserNamesIsUsedOrRefused() throws IOException {
        Path named = base.resolve("named/libraries");
        assertThat(choose(named)).isEqualTo(named);
        assertThat(mode(named)).isEqualTo("rwx------");
        owners.put(named, OTHER);
        assertThatThrownBy(() -> choose(named)).isInstanceOf(BackendException.class).hasMessageContaining(named + " belongs to")
                .hasMessageContaining("org.bytedeco.javacpp.cachedir");
        owners.clear();
        Files.setPosixFilePermissions(named, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> choose(named)).hasMessageContaining("can be written to by other users (mode 777)");
        Path file = Files.writeString(base.resolve("file"), "");
        assertThatThrownBy(() -> choose(file)).hasMessageContaining("file is not a folder");
        assertThatThrownBy(() -> choose(file.resolve("below"))).hasMessageContaining("file is not a folder");
    }

    /** Where root is not mapped, folders of the system belong to no known user, as those of all other users do. */
    @Test
    void inAUserNamespaceTheFoldersAboveMayBelongToNobody() {
        Path usual = home.resolve(".javacpp/cache");
        owners.put(base.getRoot(), NOBODY);
        owners.put(base, NOBODY);
        assertThatThrownBy(() -> choose(null)).isInstanceOf(BackendException.class);
        isNamespace = true;
        assertThat(choose(null)).isEqualTo(usual);
        owners.put(usual, NOBODY);
        assertThat(choose(null)).isEqualTo(temporary.resolve("cairn-" + ME));
    }
}

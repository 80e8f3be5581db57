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
            return Optional.of(new FolderTrust.Place(owners.getOrDefault(path, 0), 0755, true, Optional.empty()));
        }
        int sticky = path.equals(temporary) ? 01000 : 0;
        return FolderTrust.place(path).map(p -> new FolderTrust.Place(owners.getOrDefault(path, path.equals(temporary) ? 0 : ME),
                p.mode() | sticky, p.isFolder(), p.target()));
    }

    private Path choose(Path named) {
        return new LibraryFolder(trust()).choose(Optional.ofNullable(named), Optional.of(home), temporary).folder();
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

    /** Whatever its name, and whatever the mode of the folder is now: it may have been open when the file was written. */
    @Test
    void aFileInItThatAnotherUserCouldChangeIsNeverLoaded() throws IOException {
        Path usual = choose(null);
        Path deep = Files.writeString(Files.createDirectories(usual.resolve("nd4j.jar/org")).resolve("lib.so"), "code");
        Path direct = Files.writeString(usual.resolve("lib.so"), "code");
        for (String folder : List.of("rwx------", "rwxr-xr-x")) {
            Files.setPosixFilePermissions(usual, PosixFilePermissions.fromString(folder));
            for (Path inside : List.of(deep, direct, deep.getParent(), deep.getParent().getParent())) {
                assertThat(choose(null)).isEqualTo(usual);
                owners.put(inside, OTHER);
                assertThat(choose(null)).as("owner of " + inside).isNotEqualTo(usual);
                assertThatThrownBy(() -> choose(usual)).hasMessageContaining(inside + " belongs to");
                owners.clear();
                String before = mode(inside);
                for (String open : List.of("rwxrwxr-x", "rwxr-xrwx")) {
                    Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString(open));
                    assertThat(choose(null)).as(open + " " + inside).isNotEqualTo(usual);
                    assertThatThrownBy(() -> choose(usual)).hasMessageContaining(inside + " can be written to by other users");
                }
                Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString(before));
            }
        }
        assertThat(choose(null)).isEqualTo(usual);
    }

    /** A library may be linked to one of the system, because nobody else can change that. */
    @Test
    void aLinkInItLeadsOnlyToWhatNobodyElseCouldChange() throws IOException {
        Path usual = choose(null);
        Path link = usual.resolve("libmkl.so");
        Path system = Files.writeString(make("usr/lib", "rwxr-xr-x").resolve("libmkl.so.2"), "code");
        Path theirs = Files.writeString(temporary.resolve("theirs.so"), "code");
        Path hop = Files.createSymbolicLink(temporary.resolve("hop"), system);
        Path missing = base.resolve("usr/lib/missing");
        for (Path good : List.of(system, Files.writeString(usual.resolve("libmkl.so.1"), "code"), Path.of("libmkl.so.1"))) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, good);
            assertThat(choose(null)).as("to " + good).isEqualTo(usual);
        }
        for (Path bad : List.of(theirs, hop, missing, system.getParent(), link)) {
            Files.delete(link);
            Files.createSymbolicLink(link, bad);
            assertThat(choose(null)).as("to " + bad).isNotEqualTo(usual);
        }
        Files.delete(link);
        Files.createSymbolicLink(link, system);
        owners.put(system, OTHER);
        assertThat(choose(null)).isNotEqualTo(usual);
    }

    /** The mode that a list of rights for single users shows, and that of folders of a group with several members. */
    @Test
    void aGroupThatMayWriteCountsAsOtherUsers() throws IOException {
        Path usual = choose(null);
        Files.setPosixFilePermissions(usual, PosixFilePermissions.fromString("rwxrwxr-x"));
        Path own = temporary.resolve("cairn-" + ME);
        LibraryFolder.Choice choice = new LibraryFolder(trust()).choose(Optional.empty(), Optional.of(home), temporary);
        assertThat(choice.folder()).isEqualTo(own);
        assertThat(choice.passedOver()).singleElement().asString().contains(usual + " can be written to by other users (mode 775)");
        assertThat(choose(null)).as("unpacked once").isEqualTo(own);
    }

    /** With a umask of 002 JavaCPP unpacks files that a group can write. */
    @Test
    void whatWasUnpackedWithRightsForAGroupIsSealedAndUsedAgain() throws IOException {
        Path usual = choose(null);
        Path jar = make("home/me/.javacpp/cache/nd4j.jar", "rwxrwxr-x");
        Path library = Files.writeString(jar.resolve("lib.so"), "code");
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(choose(null)).as("before").isNotEqualTo(usual);
        Unpacking.seal(usual);
        assertThat(choose(null)).as("after").isEqualTo(usual);
        assertThat(List.of(mode(usual), mode(jar), mode(library))).containsExactly("rwx------", "rwxr-xr-x", "rw-r--r--");
    }

    /** Where {@code ..} stands behind a link, the system goes to the folder above what the link leads to. */
    /** Until libraries are loaded and sealed, their rights may be those of a wide umask or of a folder's list: nobody else may reach them. */
    @Test
    void othersCannotGoIntoTheFolderWhileLibrariesAreUnpacked() throws IOException {
        Path cache = make("home/me/.javacpp/cache", "rwxr-xr-x");
        for (Optional<Path> named : List.of(Optional.<Path>empty(), Optional.of(make("home/me/named", "rwxr-xr-x")))) {
            Path used = new LibraryFolder(trust()).choose(named, Optional.of(home), temporary).folder();
            assertThat(used).isEqualTo(named.orElse(cache));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(used))).isEqualTo("rwx------");
        }
        // A folder of the system stays as it is: its owner unpacks into it.
        Path ofTheSystem = make("opt", "rwxr-xr-x");
        owners.put(ofTheSystem, 0);
        assertThat(new LibraryFolder(trust()).choose(Optional.of(ofTheSystem), Optional.of(home), temporary).folder()).isEqualTo(ofTheSystem);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ofTheSystem))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void theFolderAboveALinkIsTheOneThatTheSystemFinds() throws IOException {
        Path theirs = make("theirs", "rwxrwxrwx");
        make("theirs/deep", "rwx------");
        make("theirs/cache", "rwx------");
        make("home/me/cache", "rwx------");
        Files.createSymbolicLink(home.resolve("link"), base.resolve("theirs/deep"));
        assertThatThrownBy(() -> choose(home.resolve("link/../cache"))).hasMessageContaining(theirs + " can be written to");
        Files.delete(home.resolve("link"));
        Files.createSymbolicLink(home.resolve("link"), make("mine/deep", "rwx------"));
        assertThat(choose(home.resolve("link/../cache"))).isEqualTo(base.resolve("mine/cache")).isDirectory();
    }

    @Test
    void linksAreFollowedAndEachFolderOnTheWayIsLookedAt() throws IOException {
        Path disk = make("disk/me", "rwx------");
        Files.createSymbolicLink(home.resolve(".javacpp"), disk);
        assertThat(choose(null)).as("the real path").isEqualTo(disk.resolve("cache"));
        assertThat(disk.resolve("cache")).isDirectory();
        owners.put(disk.getParent(), OTHER);
        assertThat(choose(null)).isEqualTo(temporary.resolve("cairn-" + ME));
        owners.clear();
        Path mine = make("mine", "rwx------");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), mine);
        assertThat(choose(link)).isEqualTo(mine);
        owners.put(link, OTHER);
        assertThatThrownBy(() -> choose(link)).isInstanceOf(BackendException.class);
        Path loop = Files.createSymbolicLink(temporary.resolve("loop"), temporary.resolve("loop"));
        assertThatThrownBy(() -> choose(loop)).hasMessageContaining("links");
    }

    @Test
    void withoutAHomeAFolderOfTheUsersOwnAmongTheTemporaryFilesIsUsed() throws IOException {
        LibraryFolder folders = new LibraryFolder(trust());
        Path first = temporary.resolve("cairn-" + ME);
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary).folder()).isEqualTo(first);
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary).folder()).isEqualTo(first);
        assertThat(mode(first)).isEqualTo("rwx------");
        owners.put(first, OTHER);
        Path second = temporary.resolve("cairn-" + ME + "-2");
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary).folder()).isEqualTo(second);
        Files.setPosixFilePermissions(second, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path third = temporary.resolve("cairn-" + ME + "-3");
        Files.createSymbolicLink(third, second);
        assertThat(folders.choose(Optional.empty(), Optional.empty(), temporary).folder()).isEqualTo(temporary.resolve("cairn-" + ME + "-4"));
        for (int i = 1; i <= 9; i++) {
            owners.put(temporary.resolve("cairn-" + ME + (i == 1 ? "" : "-" + i)), OTHER);
            Files.createDirectories(temporary.resolve("cairn-" + ME + (i == 1 ? "" : "-" + i)));
        }
        assertThatThrownBy(() -> folders.choose(Optional.empty(), Optional.empty(), temporary).folder()).isInstanceOf(BackendException.class)
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

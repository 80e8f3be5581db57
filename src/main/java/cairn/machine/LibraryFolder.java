package cairn.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The folder into which JavaCPP unpacks the native libraries, and from which it loads them. A user who can write there can run code as this
 * user. So it is a folder that only the user, or the system, can {@linkplain FolderTrust change}. JavaCPP itself would take any folder.
 *
 * <p>It is, in this order: the one that the user names by the property {@value #PROPERTY}, or an error; {@code .javacpp/cache} in the
 * user's home; one in the folder for temporary files, which Cairn makes for this user alone.
 */
public final class LibraryFolder {
    /** JavaCPP's property. */
    public static final String PROPERTY = "org.bytedeco.javacpp.cachedir";
    private static final String OTHER_SPELLING = "org.bytedeco.javacpp.cacheDir";
    private static final String FOLDER = ".javacpp";
    private static final String JLINE = "jline.tmpdir";
    private static final String TEMPORARY = "java.io.tmpdir";
    /** How many names are tried in the folder for temporary files, because others may have taken some. */
    private static final int NAMES = 9;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path USER_MAP = Path.of("/proc/self/uid_map");
    /** The owner that Linux shows for all users from outside of a user namespace. */
    private static final int OVERFLOW = 65534;
    private static final Pattern ALL_USERS = Pattern.compile("\\s*0\\s+0\\s+4294967295\\s*");

    private final FolderTrust trust;

    LibraryFolder(FolderTrust trust) {
        this.trust = trust;
    }

    /**
     * Makes JavaCPP use the folder. Must be called before JavaCPP is loaded. Where files have no owners and modes as in Unix, JavaCPP's own
     * choice stays.
     *
     * @return what is to be ended when the libraries are loaded
     * @throws BackendException if no folder can be trusted; it says why, and what to do
     */
    public static Unpacking settle() {
        if (!isUnix()) {
            return Unpacking.none();
        }
        String named = System.getProperty(PROPERTY, System.getProperty(OTHER_SPELLING));
        Choice choice = new LibraryFolder(here()).choose(Optional.ofNullable(named).map(Path::of), home(), temporary());
        System.setProperty(PROPERTY, choice.folder().toString());
        return Unpacking.begin(choice);
    }

    /**
     * The folder to use; it exists, and its path is the real one.
     *
     * @param passedOver why the folders that come before it are not used
     */
    record Choice(Path folder, List<String> passedOver) {
        Choice {
            passedOver = List.copyOf(passedOver);
        }
    }

    /**
     * As {@link #settle} for the small library of the terminal, which is unpacked again at each start. The folder for temporary files is
     * sound for that nearly always. Without any folder, {@value #JLINE} is empty, and the library is not to be loaded.
     */
    public static void settleTerminal() {
        if (!isUnix() || System.getProperty(JLINE) != null) {
            return;
        }
        try {
            if (!Files.isWritable(temporary()) || here().problemAbove(temporary().resolve(JLINE)).isPresent()) {
                // What is in it is not loaded, because each process unpacks the library under a new name.
                Optional<Path> own = home().flatMap(h -> new LibraryFolder(here()).existing(h.resolve(FOLDER).resolve("terminal"),
                        new ArrayList<>()));
                System.setProperty(JLINE, own.map(Path::toString).orElse(""));
            }
        } catch (IOException | BackendException e) {
            System.setProperty(JLINE, "");
        }
    }

    private static boolean isUnix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
    }

    private static FolderTrust here() {
        return new FolderTrust(user(), FolderTrust::place, owner -> owner == OVERFLOW && isNamespace());
    }

    /** Empty for a user without a name, for whom Java gives {@code ?}. */
    private static Optional<Path> home() {
        String home = System.getProperty("user.home", "");
        return home.startsWith("/") ? Optional.of(Path.of(home)) : Optional.empty();
    }

    private static Path temporary() {
        return Path.of(System.getProperty(TEMPORARY)).toAbsolutePath();
    }

    Choice choose(Optional<Path> named, Optional<Path> home, Path temporary) {
        List<String> problems = new ArrayList<>();
        if (named.isPresent()) {
            Optional<Path> found = existing(named.get(), problems).filter(f -> isSoundInside(f, problems));
            return new Choice(found.orElseThrow(() -> new BackendException("the native libraries cannot be kept in the folder that " + PROPERTY
                    + " names:\n  " + problems.get(0) + "\nA user who can write there can run code as you. Name another folder, or take the"
                    + " rights to write from others. If others could write there before, delete what is in it first.")), List.of());
        }
        Optional<Path> usual = home.map(h -> h.resolve(FOLDER).resolve("cache")).flatMap(f -> existing(f, problems))
                .filter(f -> isSoundInside(f, problems));
        for (int i = 1; usual.isEmpty() && i <= NAMES; i++) {
            usual = own(temporary.resolve("cairn-" + trust.user() + (i == 1 ? "" : "-" + i)), problems)
                    .filter(f -> isSoundInside(f, problems));
        }
        String all = problems.stream().distinct().collect(Collectors.joining("\n  "));
        return new Choice(usual.orElseThrow(() -> new BackendException("there is no folder in which the native libraries are safe from other users:\n  "
                + all + "\nName one that only you can write to: CAIRN_OPTS=-D" + PROPERTY + "=FOLDER")), problems);
    }

    /** The folder, which is made if it does not exist, for this user alone; empty, with the problem, if it cannot be trusted or used. */
    private Optional<Path> existing(Path folder, List<String> problems) {
        Path path = folder.toAbsolutePath();
        try {
            Optional<String> problem = trust.problemAbove(path);
            if (problem.isEmpty()) {
                Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                problem = trust.problem(path);
            }
            if (problem.isEmpty() && !(Files.isReadable(path) && Files.isWritable(path) && Files.isExecutable(path))) {
                problem = Optional.of(path + " cannot be written to");
            }
            problem.ifPresent(problems::add);
            if (problem.isPresent()) {
                return Optional.empty();
            }
            Path real = path.toRealPath();
            close(real);
            return Optional.of(real);
        } catch (IOException e) {
            problems.add(path + " cannot be made or read (" + e.getClass().getSimpleName() + ")");
            return Optional.empty();
        }
    }

    /**
     * Takes from others the right to enter a folder of this user. Until an unpacked library is loaded and sealed, the umask or the folder's
     * own list of rights may allow others to write to it. A process that has opened a file can write to it even after that. So no other
     * user may reach the libraries before.
     */
    private void close(Path folder) throws IOException {
        Optional<FolderTrust.Place> place = trust.places().at(folder);
        if (place.isPresent() && place.get().owner() == trust.user() && !place.get().isOnlyForOwner()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Whether all that is in the folder can be trusted; if not, the problem is added. */
    private boolean isSoundInside(Path folder, List<String> problems) {
        try {
            Optional<String> problem = trust.problemInside(folder);
            if (problem.isPresent() && Unpacking.awaitOthers(folder)) {
                problem = trust.problemInside(folder);
            }
            problem.ifPresent(problems::add);
            return problem.isEmpty();
        } catch (IOException e) {
            problems.add(folder + " cannot be read (" + e.getClass().getSimpleName() + ")");
            return false;
        }
    }

    /** A folder that is this user's alone, made or found. */
    private Optional<Path> own(Path path, List<String> problems) {
        try {
            Optional<String> problem = trust.problemAbove(path);
            if (problem.isEmpty()) {
                try {
                    Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } catch (FileAlreadyExistsException e) {
                    // Made by an earlier process, or by another user. That is looked at now.
                }
                Optional<FolderTrust.Place> place = trust.places().at(path);
                boolean isOwn = place.isPresent() && place.get().isFolder() && place.get().owner() == trust.user()
                        && place.get().isOnlyForOwner();
                problem = isOwn ? Optional.empty() : Optional.of(path + " is not a folder of yours alone");
            }
            problem.ifPresent(problems::add);
            return problem.isEmpty() ? Optional.of(path.toRealPath()) : Optional.empty();
        } catch (IOException e) {
            problems.add("nothing can be made in " + path.getParent() + " (" + e.getClass().getSimpleName() + ")");
            return Optional.empty();
        }
    }

    /** The number of the user whose rights this process has. */
    private static int user() {
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("Uid:")) {
                    return (int) Long.parseLong(line.strip().split("\\s+")[2]);
                }
            }
        } catch (IOException e) {
            // Not Linux: a file that this process makes shows it.
        }
        try {
            Path made = Files.createTempFile("cairn", "");
            try {
                return (int) Files.getAttribute(made, "unix:uid");
            } finally {
                Files.delete(made);
            }
        } catch (IOException e) {
            throw new BackendException("no file can be made in the folder for temporary files (" + System.getProperty(TEMPORARY) + "): "
                    + e.getMessage());
        }
    }

    private static boolean isNamespace() {
        try {
            return !ALL_USERS.matcher(Files.readString(USER_MAP, StandardCharsets.ISO_8859_1)).matches();
        } catch (IOException e) {
            return false;
        }
    }
}

package cairn.data.source;

import cairn.data.fetch.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folders that hold data sets, in the order in which they are searched. */
public record DataFolders(List<Path> folders) {

    public DataFolders {
        folders = List.copyOf(folders);
    }

    public static DataFolders of(Path... folders) {
        return new DataFolders(List.of(folders));
    }

    /**
     * The usual folders, in this order: the one that the environment variable {@code CAIRN_DATA} names; {@code datasets} in the
     * working directory; the {@code datasets} that came with the program (system property {@code cairn.home}, which the launcher
     * sets); and {@link #downloads}.
     */
    public static DataFolders standard() {
        Set<Path> folders = new LinkedHashSet<>();
        String named = System.getenv("CAIRN_DATA");
        if (named != null && !named.isBlank()) {
            folders.add(Path.of(named).toAbsolutePath());
        }
        folders.add(Path.of("datasets").toAbsolutePath());
        String home = System.getProperty("cairn.home");
        if (home != null) {
            folders.add(Path.of(home, "datasets").toAbsolutePath());
        }
        folders.add(downloads());
        return new DataFolders(List.copyOf(folders));
    }

    /** Where downloads go: {@code ~/.cairn/datasets}. */
    public static Path downloads() {
        return Path.of(System.getProperty("user.home"), ".cairn", "datasets").toAbsolutePath();
    }

    /** These folders, with {@code last} searched after them. */
    public DataFolders before(Stream<Path> last) {
        return new DataFolders(Stream.concat(folders.stream(), last.map(folder -> folder.toAbsolutePath().normalize())).toList());
    }

    /** These folders, with {@code first} searched before them. */
    public DataFolders after(Stream<Path> first) {
        return new DataFolders(Stream.concat(first.map(folder -> folder.toAbsolutePath().normalize()), folders.stream()).toList());
    }

    /** {@link #find(List)} for one name. */
    public Path find(String name) throws MissingDataException {
        return find(List.of(name));
    }

    /**
     * The first file or folder that exists, trying all of {@code names} in one data folder before the next folder; an
     * absolute name is taken as it is.
     *
     * @throws MissingDataException if there is none, with the places that were searched
     */
    public Path find(List<String> names) throws MissingDataException {
        List<Path> tried = new ArrayList<>();
        Optional<Path> found = search(tried, names);
        if (found.isEmpty()) {
            StringBuilder message = new StringBuilder("cannot find the data " + names.get(0));
            tried.forEach(path -> message.append("\n  looked for  ").append(path));
            if (tried.isEmpty()) {
                message.append("\n  there is no data folder to look in");
            }
            throw new MissingDataException(message.append("\n  ").append(remedy(names.get(0))).toString());
        }
        return found.get();
    }

    /** As {@link #find(List)}; empty if there is none. */
    Optional<Path> first(List<String> names) {
        return search(new ArrayList<>(), names);
    }

    private Optional<Path> search(List<Path> tried, List<String> names) {
        for (Path folder : folders.isEmpty() && Path.of(names.get(0)).isAbsolute() ? List.of(Path.of("")) : folders) {
            for (String name : names) {
                Path path = folder.resolve(name);
                if (Files.exists(path)) {
                    return Optional.of(path);
                }
                if (!tried.contains(path)) {
                    tried.add(path);
                }
            }
        }
        return Optional.empty();
    }

    private static String remedy(String name) {
        String set = name.split("/", 2)[0];
        return (Catalogue.published().find(set).isPresent() ? "get it with `cairn data fetch " + set + "`, or " : "check the name, or ")
                + "name the folder that holds it: with the environment variable CAIRN_DATA, or in Java with DataFolders.of(folder)";
    }
}

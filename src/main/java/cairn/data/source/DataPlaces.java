package cairn.data.source;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where data sets are looked for when nobody says where. */
public final class DataPlaces {
    private DataPlaces() {
    }

    /**
     * In this order: the folder that the environment variable {@code CAIRN_DATA} names; {@code datasets} in the working
     * directory; the {@code datasets} that came with the program (system property {@code cairn.home}, which the launcher sets);
     * and the user's own, into which {@code cairn data fetch} downloads.
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
        return DataFolders.of(folders.toArray(Path[]::new));
    }

    /** The same, with {@code first} looked through before the others. */
    public static DataFolders standardAfter(Path... first) {
        List<Path> folders = new ArrayList<>();
        for (Path folder : first) {
            folders.add(folder.toAbsolutePath().normalize());
        }
        folders.addAll(standard().folders());
        return new DataFolders(folders);
    }

    /** Where downloads go: {@code ~/.cairn/datasets}. */
    public static Path downloads() {
        return Path.of(System.getProperty("user.home"), ".cairn", "datasets").toAbsolutePath();
    }
}

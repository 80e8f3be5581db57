package cairn.data.source;

import cairn.data.MissingDataException;
import cairn.data.fetch.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folders that hold data sets, in the order in which they are looked through. */
public record DataFolders(List<Path> folders) {

    public DataFolders {
        folders = List.copyOf(folders);
    }

    public static DataFolders of(Path... folders) {
        return new DataFolders(List.of(folders));
    }

    /**
     * The first file or folder that exists, trying all of {@code names} in one data folder before the next folder; an
     * absolute name is taken as it is.
     *
     * @throws MissingDataException if there is none, saying where it was looked for
     */
    public Path find(String... names) throws MissingDataException {
        List<Path> tried = new ArrayList<>();
        Optional<Path> found = search(tried, names);
        if (found.isEmpty()) {
            StringBuilder message = new StringBuilder("cannot find the data " + names[0]);
            tried.forEach(path -> message.append("\n  looked for  ").append(path));
            if (tried.isEmpty()) {
                message.append("\n  there is no data folder to look in");
            }
            throw new MissingDataException(message.append("\n  ").append(remedy(names[0])).toString());
        }
        return found.get();
    }

    private Optional<Path> search(List<Path> tried, String... names) {
        for (Path folder : folders.isEmpty() && Path.of(names[0]).isAbsolute() ? List.of(Path.of("")) : folders) {
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
        return Catalogue.published().find(set).isPresent()
                ? "get it with `cairn data fetch " + set + "`, or name the folder that holds it"
                : "check the name, or name the folder that holds it";
    }
}

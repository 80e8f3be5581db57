package cairn.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests count and time, left in {@code target/reliability} for the page of figures. */
final class Measured {
    private static final Path FOLDER = Path.of("target/reliability");

    private Measured() {
    }

    static void note(String name, String figures) throws IOException {
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".txt"), figures + "\n");
    }
}

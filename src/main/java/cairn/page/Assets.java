package cairn.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page in the browser. They are in the jar, and {@code assets.txt} lists them; nothing else is served. */
public final class Assets {
    private static final String FOLDER = "/cairn/page/";
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8", "svg", "image/svg+xml", "png", "image/png", "txt", "text/plain; charset=utf-8");

    private final Map<String, Answer> files = new LinkedHashMap<>();

    private Assets() {
    }

    static Assets load() {
        Assets assets = new Assets();
        new String(bytes("assets.txt"), StandardCharsets.UTF_8).lines().map(String::strip).filter(name -> !name.isEmpty())
                .forEach(name -> assets.files.put(name, Answer.of(type(name), bytes(name))));
        return assets;
    }

    private static String type(String name) {
        return Optional.ofNullable(TYPES.get(name.substring(name.lastIndexOf('.') + 1)))
                .orElseThrow(() -> new IllegalStateException("assets.txt: no media type is known for " + name));
    }

    /** The content of one of the files, such as {@code index.html}. */
    public static byte[] bytes(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the program has no file " + FOLDER + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file at {@code path}, such as {@code /page.js}; {@code /} is the page itself. */
    Optional<Answer> at(String path) {
        return Optional.ofNullable(files.get(path.equals("/") ? "index.html" : path.substring(1)));
    }
}

package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the page in the browser, by their text. */
class PageAssetsTest {
    private static final Path FOLDER = Path.of("src/main/resources/cairn/page");
    private static final int MOST_LINES = 800;
    /** Beside the files that are served: the list of them, and what says where the library comes from. */
    private static final List<String> NOT_SERVED = List.of("assets.txt", "uplot/LICENSE", "uplot/README.md");

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<Path> modules() throws IOException {
        return files().stream().filter(file -> file.getParent().equals(FOLDER) && file.toString().endsWith(".js")).toList();
    }

    @Test
    void everyFileIsServedOrSaysWhereOneComesFrom() throws IOException {
        List<String> listed = Files.readAllLines(FOLDER.resolve("assets.txt"));
        assertThat(files().stream().map(file -> FOLDER.relativize(file).toString().replace('\\', '/')))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(listed.stream(), NOT_SERVED.stream()).toList());
    }

    @Test
    void theLibraryIsTheOneThatWasPublished() throws IOException, NoSuchAlgorithmException {
        TreeMap<String, String> digests = new TreeMap<>();
        Pattern.compile("\\| `([\\w.]+)` \\| `([0-9a-f]{64})` \\|").matcher(Files.readString(FOLDER.resolve("uplot/README.md"))).results()
                .forEach(row -> digests.put(row.group(1), row.group(2)));
        assertThat(digests).hasSize(3);
        for (String name : digests.keySet()) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(FOLDER.resolve("uplot").resolve(name)));
            assertThat(HexFormat.of().formatHex(hash)).as(name).isEqualTo(digests.get(name));
        }
    }

    /** Lines with code: neither empty nor a comment alone. */
    @Test
    void theModulesAreFewLines() throws IOException {
        long lines = 0;
        for (Path module : modules()) {
            List<String> all = Files.readAllLines(module);
            lines += all.stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("//") && !line.startsWith("/**")).count();
            assertThat(all).as(module.toString()).allMatch(line -> line.length() <= 140);
        }
        assertThat(lines).isBetween(1L, (long) MOST_LINES);
    }

    /** A browser finds out only when it comes to such a line. Calls and constructors are looked for, because other words have other meanings too. */
    @Test
    void whatAModuleCallsOfAnotherOneIsImported() throws IOException {
        for (Path of : modules()) {
            for (String name : names(Files.readString(of), "(?m)^export (?:async )?(?:const|function|class) ([A-Za-z]+)")) {
                for (Path in : modules()) {
                    String code = Files.readString(in);
                    boolean isOwn = in.equals(of) || Pattern.compile("\\b(const|let|function) ([^;=\\n]*[ {(,])?" + name + "\\b").matcher(code).find()
                            || Pattern.compile("[({,] ?" + name + "[,} ]+.*=>").matcher(code).find();
                    boolean isUsed = Pattern.compile("(?<![\\w.'])(new )?" + name + "\\(").matcher(code).find();
                    if (isUsed && !isOwn) {
                        assertThat(code).as(in + " uses " + name + " of " + of).containsPattern("import \\{[^}]*\\b" + name + "\\b[^}]*} from './"
                                + of.getFileName() + "'");
                    }
                }
            }
        }
    }

    private static List<String> names(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** A name of a run or a class that is code is shown as text, because nothing makes HTML of a text. */
    @Test
    void nothingMakesHtmlOrCodeOfAText() throws IOException {
        for (Path module : modules()) {
            assertThat(Files.readString(module)).as(module.toString()).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML",
                    "document.write", "eval(", "new Function", "DOMParser", "setAttribute('style'", "localStorage", "http://", "https://");
        }
    }

    @Test
    void thePageHasNoCodeInsideAndAsksNobodyElse() throws IOException {
        String page = Files.readString(FOLDER.resolve("index.html"));
        assertThat(page).doesNotContain("http:", "https:", "style=", "javascript:").doesNotContainPattern("\\son\\w+=")
                .doesNotContainPattern("<script(?![^>]*src=)").doesNotContain("<style");
        assertThat(Files.readString(FOLDER.resolve("style.css"))).doesNotContain("url(", "@import");
    }

    /** Every control has a name for those who do not see it. */
    @Test
    void everyButtonHasAName() throws IOException {
        String page = Files.readString(FOLDER.resolve("index.html"));
        List<MatchResult> buttons = Pattern.compile("<button([^>]*)>(.*?)</button>", Pattern.DOTALL).matcher(page).results().toList();
        assertThat(buttons).hasSizeGreaterThan(10).allMatch(button -> button.group(1).contains("aria-label")
                || button.group(2).replaceAll("<span aria-hidden[^>]*>.*?</span>|<[^>]*>|\\s", "").length() > 1
                || button.group(2).contains("id=\"run-name\""));
        assertThat(new String(Assets.bytes("index.html"), StandardCharsets.UTF_8)).isEqualTo(page);
    }
}

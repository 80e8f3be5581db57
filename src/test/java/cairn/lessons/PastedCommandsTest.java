package cairn.lessons;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A command of a page can be copied into a shell as it is. A shell such as zsh takes a comment behind a command for arguments, and a prompt for
 * a command; and nothing that is copied deletes the runs of the reader.
 */
class PastedCommandsTest {
    private static final Pattern COMMAND = Pattern.compile("(cairn|mvn|java|kill|alias|export|rsync|src/|target/|until|rm|cd|\\$) .*");

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs.filter(f -> f.toString().endsWith(".md")).sorted()).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandCanBePasted(Path page) throws IOException {
        boolean isFenced = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("```")) {
                isFenced = line.startsWith("```sh");
            }
            String command = line.strip();
            if ((isFenced || line.startsWith("    ")) && COMMAND.matcher(command).matches()) {
                assertThat(command).as("a command of %s", page).doesNotContain(" #").doesNotContain("   ").doesNotStartWith("$ ")
                        .doesNotContainPattern("rm -r\\w* checkpoints");
            }
        }
    }
}

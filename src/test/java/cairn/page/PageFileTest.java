package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.data.source.DataFolders;
import cairn.run.Workspace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page in one file. */
class PageFileTest {
    /** Ends no script and begins no comment, although it is inside one. */
    private static final String NAME = "moons <!--<script>";
    @TempDir
    static Path folder;
    private static String page;
    private static List<Long> done;

    @BeforeAll
    static void write() throws IOException {
        OpenPage.moons(folder.resolve(NAME));
        done = new ArrayList<>();
        PageSettings settings = new PageSettings(folder, Optional.empty(), 0, true, "test",
                run -> Workspace.of(DataFolders.of(), OpenPage.CLOCKS), OpenPage.CLOCKS, List.of(),
                List.of("--dir", folder.toString()), words -> String.join(" ", words),
                (run, next) -> new PageSettings.NextSteps.Worded("", "cairn explain " + run), line -> { });
        try (PageFile file = PageFile.of(settings, NAME)) {
            assertThat(file.evenly(4)).containsExactly(0L, 4L, 8L, 12L);
            assertThat(file.evenly(1)).containsExactly(0L);
            page = new String(file.html(new TreeSet<>(List.of(0L, 5L, 12L)), done::add), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode answers() throws IOException {
        Matcher data = Pattern.compile("<script type=\"application/json\" id=\"cairn-data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(data.find()).isTrue();
        return new ObjectMapper().readTree(data.group(1));
    }

    @Test
    void itsAnswersAreThoseOfTheServer() throws IOException {
        assertThat(done).containsExactly(0L, 5L, 12L);
        try (OpenPage open = OpenPage.of(folder, true, List.of()).enter()) {
            int compared = 0;
            for (Map.Entry<String, JsonNode> answer : answers().properties()) {
                if (answer.getKey().startsWith("/api/run/") && answer.getValue().isObject()) {
                    assertThat(timeless(answer.getValue())).as(answer.getKey()).isEqualTo(timeless(open.json(answer.getKey())));
                    compared++;
                }
            }
            // The run, its curves, what may be wrong with it, and at each step: the step, the plane, two tables of rows, two tensors.
            assertThat(compared).isEqualTo(3 + 3 * 6);
        }
    }

    /** Without what depends on the time, and on the steps that were looked at before. */
    private static JsonNode timeless(JsonNode answer) {
        return ((ObjectNode) answer.deepCopy()).without(List.of("millis", "from", "replayed"));
    }

    @Test
    void itKnowsThisRunAlone() throws IOException {
        assertThat(answers().path("/api/state").path("runs")).hasSize(1);
        assertThat(answers().path("/api/state").path("runs").get(0).path("name").asText()).isEqualTo(NAME);
        assertThat(answers().path("/api/state").path("folder").asText()).as("where it was made is nobody's business").isEmpty();
    }

    @Test
    void aNameThatIsCodeEndsNoScript() {
        assertThat(page.split("<!--", -1)).hasSize(1);
        assertThat(page).contains("moons \\u003c!--\\u003cscript>");
    }

    @Test
    void itAsksForNothingOutside() {
        assertThat(page).doesNotContain("<link rel=\"stylesheet\"").doesNotContainPattern("<script[^>]*src=")
                .doesNotContainPattern("(?m)^(import|export) ").doesNotContainPattern("(src|href)=\"(?!data:|#)");
    }

    @Test
    void itsPolicyAllowsItsOwnScriptsAndStylesAlone() throws NoSuchAlgorithmException {
        Matcher policy = Pattern.compile("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").matcher(page);
        assertThat(policy.find()).isTrue();
        assertThat(policy.group(1)).contains("default-src 'none'").doesNotContain("unsafe", "http", "*");
        int inside = 0;
        Matcher part = Pattern.compile("<(script|style)(?: type=\"module\")?>(.*?)</\\1>", Pattern.DOTALL).matcher(page);
        while (part.find()) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(part.group(2).getBytes(StandardCharsets.UTF_8));
            assertThat(policy.group(1)).contains("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
            inside++;
        }
        assertThat(inside).isEqualTo(4);
    }
}

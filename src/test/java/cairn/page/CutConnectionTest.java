package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.data.source.DataFolders;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page whose connection is cut while its run is trained listens again, and gets what it has missed. */
@Timeout(120)
class CutConnectionTest {
    private static final Pattern STEP = Pattern.compile("id: moons:(\\d+)");
    private static final int SHORT_MILLIS = 300;

    @TempDir
    Path made;

    /** What a browser does for an EventSource. */
    private static final class Listening implements Closeable {
        private final Socket socket;
        private final BufferedReader lines;
        private final List<String> heard = new ArrayList<>();
        private long last = -1;

        Listening(OpenPage page, String... more) throws IOException {
            socket = page.connect();
            List<String> head = new ArrayList<>(page.head());
            head.addAll(List.of(more));
            socket.getOutputStream().write(("GET /api/events HTTP/1.1\r\n" + String.join("\r\n", head) + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            while (heard.stream().noneMatch(line -> line.startsWith("data: "))) {
                heard.add(lines.readLine());
            }
            socket.setSoTimeout(SHORT_MILLIS);
        }

        /** Reads what is there; returns the last step that was told. */
        long read(LongPredicate isEnough) throws IOException {
            try {
                while (!isEnough.test(last)) {
                    Matcher step = STEP.matcher(lines.readLine());
                    last = step.find() ? Long.parseLong(step.group(1)) : last;
                }
            } catch (SocketTimeoutException nothingMore) {
                return last;
            }
            return last;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Trains step by step until the page is told of a step after this one; returns the last one that it was told. */
    private static long heard(Listening page, Run run, long after) throws IOException {
        long told = -1;
        for (long step = run.trainer().position().step() + 1; told <= after; step++) {
            run.train(TrainOptions.until(step).save("4").keep("all"));
            told = page.read(last -> last > after);
        }
        return told;
    }

    @Test
    void itCatchesUp() throws IOException {
        Path folder = made.resolve("moons");
        OpenPage.moons(folder);
        try (OpenPage page = OpenPage.of(made, true, List.of()).enter();
                Run run = Run.resume(folder, Workspace.of(DataFolders.of(), OpenPage.CLOCKS), ResumeOptions.standard())) {
            long seen;
            try (Listening first = new Listening(page)) {
                assertThat(first.heard.toString()).contains("event: hello", "\"after\":null");
                seen = heard(first, run, -1);
            }
            long unseen = run.trainer().position().step() + 7;
            run.train(TrainOptions.until(unseen).save("4").keep("all"));
            try (Listening again = new Listening(page, "Last-Event-ID: moons:" + seen)) {
                assertThat(again.heard.toString()).contains("\"after\":\"moons:" + seen + "\"");
                JsonNode missed = page.json("/api/run/moons/curves?after=" + seen);
                JsonNode losses = missed.findParents("name").stream().filter(curve -> curve.path("name").asText().equals("train/loss"))
                        .findFirst().orElseThrow();
                assertThat(losses.path("steps")).extracting(JsonNode::asLong)
                        .containsExactlyElementsOf(LongStream.rangeClosed(seen + 1, unseen).boxed().toList());
                assertThat(heard(again, run, unseen)).as("what comes now is told again").isGreaterThan(unseen);
            }
        }
    }

    /** An identity from a browser is shown as it is, and can be neither a line nor a path. */
    @Test
    void whatItSawLastIsATextAlone() throws IOException {
        OpenPage.moons(made.resolve("moons"));
        try (OpenPage page = OpenPage.of(made, true, List.of()).enter();
                Listening odd = new Listening(page, "Last-Event-ID: ../../x\" , event: dead")) {
            assertThat(odd.heard).noneMatch(line -> line.startsWith("event: dead"));
            assertThat(odd.heard.toString()).contains("\"after\":\"../../x\\\" , event: dead\"");
        }
    }
}

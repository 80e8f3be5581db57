package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.run.Lineage;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.state.StateDigest;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the buttons do, in real processes. */
@Timeout(300)
class PageTrainingTest {
    private static final long UNTIL = 60;

    @TempDir
    static Path made;

    private static OpenPage page;
    /** The digest of the run at step 60, trained without a page. */
    private static String expected;

    /** The words that start a command in a process of its own. */
    static List<String> program() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Dcairn.backend=" + System.getProperty("cairn.backend", ""), "-cp", System.getProperty("java.class.path"), "cairn.cli.Main");
    }

    @BeforeAll
    static void open() throws IOException {
        OpenPage.moons(made.resolve("plain/moons"));
        expected = digestAt(made.resolve("plain/moons"), UNTIL);
        for (String run : List.of("law", "buttons", "killed", "back", "ended")) {
            OpenPage.moons(made.resolve("runs/" + run));
        }
        page = OpenPage.of(made.resolve("runs"), false, program()).enter();
    }

    @AfterAll
    static void close() throws IOException {
        page.close();
    }

    private static String digestAt(Path run, long step) throws IOException {
        try (Run resumed = Run.resume(run, Workspace.of(DataFolders.of(), OpenPage.CLOCKS), ResumeOptions.standard())) {
            resumed.train(TrainOptions.until(step).keep("all"));
            return StateDigest.of(resumed.trainer());
        }
    }

    private static JsonNode act(String run, String body) throws IOException {
        OpenPage.Reply reply = page.post("/api/run/" + run + "/do", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    /** Waits until the training of {@code run} waits at {@code step}; returns the digest that its process tells. */
    private static String waitsAt(String run, long step) throws Exception {
        for (int i = 0; i < 600; i++) {
            JsonNode killed = page.json("/api/state");
            for (JsonNode each : killed.path("runs")) {
                if (each.path("name").asText().equals(run) && each.path("paused").asBoolean()) {
                    JsonNode at = page.json("/api/run/" + run);
                    if (at.path("newest").asLong() >= step) {
                        return page.json("/api/run/" + run + "/at/" + step).path("digest").asText();
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError(run + " does not wait at step " + step);
    }

    /** The law of the page. */
    @Test
    void tenPagesSlowReadersAndConstantClicksChangeNoBit() throws Exception {
        act("law", "{\"action\":\"run\",\"speed\":20}");
        List<Socket> pages = new ArrayList<>();
        AtomicBoolean isOver = new AtomicBoolean();
        ExecutorService people = Executors.newFixedThreadPool(8);
        try {
            for (int i = 0; i < 10; i++) {
                Socket socket = page.connect();
                pages.add(socket);
                socket.getOutputStream().write(("GET /api/events HTTP/1.1\r\n" + String.join("\r\n", page.head()) + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
                if (i < 5) {
                    // The others read nothing.
                    people.submit(() -> socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream()));
                }
            }
            for (int i = 0; i < 3; i++) {
                String view = "view=p" + i;
                int first = i;
                people.submit(() -> {
                    for (int k = first; !isOver.get(); k++) {
                        page.get("/api/run/law/at/" + k % 12 + "?" + view);
                        page.get("/api/run/law/at/" + k % 12 + "/boundary?" + view);
                        page.get("/api/run/law/curves");
                    }
                    return null;
                });
            }
            for (String click : List.of("{\"action\":\"pause\"}", "{\"action\":\"step\"}", "{\"action\":\"step\"}", "{\"action\":\"run\",\"speed\":100}",
                    "{\"action\":\"pause\"}", "{\"action\":\"to\",\"step\":14}", "{\"action\":\"run\",\"speed\":7.5}", "{\"action\":\"step\"}",
                    "{\"action\":\"to\",\"step\":30}", "{\"action\":\"pause\"}")) {
                OpenPage.Reply reply = page.post("/api/run/law/do", click);
                // A fast training has come to its end before some of the clicks; those are refused in words, and change no bit either.
                assertThat(reply.status()).as(reply.text()).isIn(200, 409);
                if (reply.status() == 409) {
                    assertThat(reply.json().path("error").asText()).containsAnyOf("law is at step 30, and its recipe ends at step 30;",
                            "law is at step 30 already;", "this page does not train law, so it cannot pause it");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            act("law", "{\"action\":\"to\",\"step\":" + UNTIL + "}");
            ends("law", UNTIL);
        } finally {
            isOver.set(true);
            for (Socket socket : pages) {
                socket.close();
            }
            people.shutdownNow();
            people.awaitTermination(30, TimeUnit.SECONDS);
        }
        try (DirectoryStore store = DirectoryStore.reading(made.resolve("runs/law"), new RealDisk())) {
            assertThat(store.header(UNTIL).digest()).isEqualTo(expected);
        }
    }

    @Test
    void theButtonsTrainStepByStepAndTheJournalHasIt() throws Exception {
        JsonNode step = act("buttons", "{\"action\":\"step\"}");
        assertThat(step.path("command").asText()).isEqualTo("cairn resume buttons --paced --json --dir " + made.resolve("runs"));
        assertThat(step.path("input").asText()).isEqualTo("step");
        waitsAt("buttons", 13);
        assertThat(page.json("/api/run/buttons").path("newest").asLong()).isEqualTo(13);
        act("buttons", "{\"action\":\"to\",\"step\":20}");
        waitsAt("buttons", 20);
        JsonNode curves = page.json("/api/run/buttons/curves?after=12");
        assertThat(curves.path("last").asLong()).isEqualTo(20);
        // Beyond the end of its recipe the process is another one, which is told so.
        JsonNode beyond = act("buttons", "{\"action\":\"to\",\"step\":45}");
        assertThat(beyond.path("command").asText()).contains("resume buttons --steps 45 --paced");
        ends("buttons", 45);
        assertThat(Files.readString(made.resolve("runs/buttons/journal.csv"))).contains("the input that sets the pace has ended");
    }

    @Test
    void atTheEndOfItsRecipeAStepIsRefusedInWordsAndAFurtherOneIsTrained() throws Exception {
        act("ended", "{\"action\":\"run\"}");
        ends("ended", 30);
        awaitNoTraining("ended");
        for (String click : List.of("step", "run")) {
            assertThat(refused("ended", "{\"action\":\"" + click + "\"}"))
                    .isEqualTo("ended is at step 30, and its recipe ends at step 30; type a later step behind \"to step\" to train it further");
        }
        for (long earlier : List.of(0, 14, 30)) {
            assertThat(refused("ended", "{\"action\":\"to\",\"step\":" + earlier + "}")).isEqualTo("ended is at step 30 already; the slider"
                    + " looks at an earlier step, and Back to here returns the run to it");
        }
        act("ended", "{\"action\":\"to\",\"step\":31}");
        ends("ended", 31);
        awaitNoTraining("ended");
        assertThat(refused("ended", "{\"action\":\"step\"}")).startsWith("ended is at step 31, and its recipe ends at step 30;");
    }

    private static String refused(String run, String body) throws IOException {
        OpenPage.Reply reply = page.post("/api/run/" + run + "/do", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(409);
        return reply.json().path("error").asText();
    }

    private static void awaitNoTraining(String run) throws Exception {
        boolean isMine = true;
        for (int i = 0; i < 900 && isMine; i++) {
            isMine = false;
            for (JsonNode each : page.json("/api/state").path("runs")) {
                isMine |= each.path("name").asText().equals(run) && each.path("mine").asBoolean();
            }
            TimeUnit.MILLISECONDS.sleep(isMine ? 100 : 0);
        }
        assertThat(isMine).isFalse();
    }

    /** A process whose command names this total saves there, and ends. */
    private static void ends(String run, long step) throws Exception {
        Path last = made.resolve(String.format("runs/%s/step-%012d.safetensors", run, step));
        for (int i = 0; i < 900 && !Files.exists(last); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(last).exists();
    }

    @Test
    void aKilledTrainingIsResumedToTheSameDigest() throws Exception {
        act("killed", "{\"action\":\"to\",\"step\":19}");
        waitsAt("killed", 19);
        JsonNode killed = act("killed", "{\"action\":\"kill\"}");
        assertThat(killed.path("before").path("step").asLong()).isEqualTo(19);
        assertThat(killed.path("after").path("step").asLong()).isEqualTo(19);
        assertThat(killed.path("after").path("digest").asText()).hasSize(64).isEqualTo(killed.path("before").path("digest").asText());
        assertThat(killed.path("equal").asBoolean()).isTrue();
        // Lost with the process: the steps since the last save, which were made again.
        assertThat(killed.path("message").asText()).contains("was resumed from step");
        assertThat(page.json("/api/run/killed/at/19").path("digest").asText()).isEqualTo(killed.path("after").path("digest").asText());
        assertThat(page.json("/api/run/killed/curves").path("marks").toString()).contains("resume");
    }

    @Test
    void backAndBranchAreTheCommands() throws Exception {
        JsonNode branch = act("back", "{\"action\":\"branch\",\"step\":7,\"setting\":\"optimizer.learning-rate\",\"value\":\"0.05\",\"name\":\"faster\"}");
        assertThat(branch.path("run").asText()).isEqualTo("faster");
        assertThat(branch.path("command").asText()).contains("cairn branch back@7 faster --set optimizer.learning-rate=0.05");
        Lineage parent = Run.parent(made.resolve("runs/faster")).orElseThrow();
        assertThat(parent.step()).isEqualTo(7);
        assertThat(parent.changes()).containsExactly("optimizer.learning-rate 0.001 -> 0.05");
        JsonNode runs = page.json("/api/state").path("runs");
        int at = IntStream.range(0, runs.size()).filter(i -> runs.path(i).path("name").asText().equals("faster")).findFirst().orElseThrow();
        assertThat(runs.path(at - 1).path("name").asText()).as("a branch stands behind its parent").isEqualTo("back");
        assertThat(runs.path(at).path("root").asText()).isEqualTo("back");
        assertThat(runs.path(at).path("depth").asInt()).isEqualTo(1);
        JsonNode without = act("back", "{\"action\":\"branch\",\"step\":7,\"setting\":\"data.without\",\"value\":\"17\",\"name\":\"fewer\"}");
        assertThat(without.path("command").asText()).contains("cairn branch back@7 fewer --set data.without=[17]");
        assertThat(Run.parent(made.resolve("runs/fewer")).orElseThrow().changes()).containsExactly("data.without.0 none -> 17");
        act("fewer", "{\"action\":\"step\"}");
        waitsAt("fewer", 8);
        JsonNode back = act("back", "{\"action\":\"back\",\"step\":6}");
        assertThat(back.path("equal").asBoolean()).isTrue();
        assertThat(back.path("message").asText()).contains("back.before-rollback-1");
        assertThat(page.json("/api/run/back").path("newest").asLong()).isEqualTo(6);
        assertThat(Files.readString(made.resolve("runs/back/journal.csv"))).contains("rolled-back");
        assertThat(page.post("/api/run/back/do", "{\"action\":\"back\",\"step\":9}").status()).isEqualTo(404);
        assertThat(page.post("/api/run/back/do", "{\"action\":\"kill\"}").json().path("error").asText()).contains("nothing to kill");
    }

    /** Somebody else trains it: the page follows, and says why it cannot do more. */
    @Test
    void aRunThatIsTrainedElsewhereIsFollowedAndNotTouched() throws Exception {
        Path other = made.resolve("runs/other");
        OpenPage.moons(other);
        try (Run run = Run.resume(other, Workspace.of(DataFolders.of(), OpenPage.CLOCKS), ResumeOptions.standard());
                Socket listener = page.connect()) {
            listener.getOutputStream().write(("GET /api/events HTTP/1.1\r\n" + String.join("\r\n", page.head()) + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            TimeUnit.MILLISECONDS.sleep(1500);
            run.train(TrainOptions.until(16).save("2").keep("all"));
            StringBuilder heard = new StringBuilder();
            byte[] bytes = new byte[4096];
            while (!heard.toString().contains("\"run\":\"other\",\"step\":16")) {
                heard.append(new String(bytes, 0, listener.getInputStream().read(bytes), StandardCharsets.UTF_8));
            }
            assertThat(page.json("/api/run/other/at/15").path("step").asLong()).isEqualTo(15);
            OpenPage.Reply refused = page.post("/api/run/other/do", "{\"action\":\"step\"}");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().path("error").asText()).contains("cannot train other", "process");
        }
    }
}

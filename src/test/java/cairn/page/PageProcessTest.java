package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands that serve a page, as processes. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class PageProcessTest {
    private static final Pattern TOKEN = Pattern.compile("#([\\w-]+)\"");

    @TempDir
    Path made;

    /** A page in a process of its own. */
    private record Served(Process process, JsonNode said, Path err) {
        int port() {
            return Integer.parseInt(said.path("address").asText().replaceAll(".*:|/", ""));
        }

        String token() throws IOException {
            Matcher found = TOKEN.matcher(Files.readString(Path.of(said.path("file").asText())));
            assertThat(found.find()).isTrue();
            return found.group(1);
        }
    }

    private Served serve(String... words) throws IOException {
        List<String> line = new ArrayList<>(PageTrainingTest.program());
        line.addAll(List.of(words));
        line.addAll(List.of("--no-browser", "--json", "--dir", made.resolve("runs").toString()));
        Path err = made.resolve("err.txt");
        Process process = new ProcessBuilder(line).redirectError(err.toFile()).start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String said = out.readLine();
        assertThat(said).as(Files.readString(err)).isNotNull();
        return new Served(process, new ObjectMapper().readTree(said), err);
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor()).isZero();
    }

    @Test
    void aPageIsServedUntilCtrlCAndTellsItsTokenToNobody() throws Exception {
        OpenPage.moons(made.resolve("runs/moons"));
        // A run with a part that this program does not know is in the list, and hides no other.
        OpenPage.moons(made.resolve("runs/unheard"));
        Path recipe = made.resolve("runs/unheard/recipe.yaml");
        Files.writeString(recipe, Files.readString(recipe).replace("- tanh", "- unheard"));
        Served served = serve("open", "moons");
        try {
            String token = served.token();
            assertThat(served.said().path("run").asText()).isEqualTo("moons");
            assertThat(served.said().toString()).doesNotContain(token);
            assertThat(Files.readString(Path.of("/proc/" + served.process().pid() + "/cmdline"))).contains("open").doesNotContain(token);
            // Even with many connections that ask nothing, the page is answered.
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), served.port()));
            }
            TimeUnit.MILLISECONDS.sleep(500);
            int closed = 0;
            for (Socket socket : sockets) {
                socket.setSoTimeout(10);
                try {
                    closed += socket.getInputStream().read() < 0 ? 1 : 0;
                } catch (java.net.SocketTimeoutException open) {
                    // One of those that the limit allows.
                } catch (java.net.SocketException reset) {
                    closed++;
                }
            }
            assertThat(closed).isGreaterThan(100);
            for (Socket socket : sockets) {
                socket.close();
            }
            signal(served.process(), "INT");
            assertThat(served.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(served.process().exitValue()).isZero();
            assertThat(Path.of(served.said().path("file").asText()).getParent()).doesNotExist();
            assertThat(Files.readString(served.err())).doesNotContain(token);
        } finally {
            served.process().destroyForcibly();
        }
    }

    @Test
    void whatAPageTrainsIsSavedWhenThePageIsKilled() throws Exception {
        Served served = serve("play", "moons", "--speed", "30");
        try {
            Path journal = made.resolve("runs/moons/journal.csv");
            waitFor(journal, "train/loss");
            List<ProcessHandle> children = served.process().children().toList();
            assertThat(children).hasSize(1);
            String token = served.token();
            assertThat(children.get(0).info().commandLine().orElse("")).doesNotContain(token);
            served.process().destroyForcibly().waitFor();
            waitFor(journal, "the input that sets the pace has ended");
            children.get(0).onExit().get(60, TimeUnit.SECONDS);
            try (Stream<Path> files = Files.list(made.resolve("runs/moons"))) {
                assertThat(files.filter(f -> f.getFileName().toString().endsWith(".safetensors")).count()).isGreaterThanOrEqualTo(2);
            }
            assertThat(made.resolve("runs/moons/lock")).exists();
        } finally {
            served.process().destroyForcibly();
        }
    }

    /** A training takes lines as long as it lives, and so also where it makes no step any more. */
    @Test
    void aClickThatComesWhileATrainingEndsIsNotLostInSilence() throws Exception {
        OpenPage.moons(made.resolve("runs/moons"));
        Path training = made.resolve("training.sh");
        String waits = "echo '{\"event\":\"pace\",\"state\":\"paused\",\"step\":12,\"digest\":\"d\"}'; read tied; read line; ";
        String ends = "echo '{\"event\":\"end\",\"step\":30,\"digest\":\"e\",\"reason\":\"30 steps are done\"}'";
        try (OpenPage page = OpenPage.of(made.resolve("runs"), false, List.of("/bin/sh", training.toString())).enter()) {
            Files.writeString(training, waits + ends);
            OpenPage.Reply late = page.post("/api/run/moons/do", "{\"action\":\"step\"}");
            assertThat(late.status()).as(late.text()).isEqualTo(200);
            assertThat(late.json().path("message").asText()).isEqualTo("the training of moons has ended at step 30: 30 steps are done");
            OpenPage.Reply further = page.post("/api/run/moons/do", "{\"action\":\"to\",\"step\":99}");
            assertThat(further.status()).isEqualTo(409);
            assertThat(further.json().path("error").asText()).isEqualTo("the training of moons has ended at step 30: 30 steps are done");
            Files.writeString(training, waits + "echo 'no space left' >&2; exit 4");
            OpenPage.Reply dead = page.post("/api/run/moons/do", "{\"action\":\"run\"}");
            assertThat(dead.status()).isEqualTo(409);
            assertThat(dead.json().path("error").asText()).isEqualTo("the training of moons has ended: no space left");
        }
    }

    private static void waitFor(Path file, String text) throws Exception {
        for (int i = 0; i < 1200 && !(Files.exists(file) && Files.readString(file).contains(text)); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(file).content().contains(text);
    }
}

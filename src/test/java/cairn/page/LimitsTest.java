package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.RealDisk;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing grows without a limit, and nobody who is slow keeps others waiting. */
@Timeout(120)
class LimitsTest {
    private static final int SOON_MILLIS = 4 * Attendants.PATIENCE_MILLIS;

    @TempDir
    static Path made;

    @TempDir
    static Path temporary;

    private static OpenPage page;

    @BeforeAll
    static void open() throws IOException {
        OpenPage.moons(made.resolve("moons"));
        page = OpenPage.of(made, false, List.of("/bin/false")).enter();
    }

    @AfterAll
    static void close() throws IOException {
        page.close();
    }

    private static boolean isClosedWithin(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // What was on the way.
            }
            return true;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException closed) {
            return true;
        }
    }

    @Test
    void whoSendsARequestSlowlyIsCutOffAndOthersAreAnswered() throws Exception {
        try (Socket slowHead = page.connect(); Socket slowBody = page.connect()) {
            slowHead.getOutputStream().write(("GET /api/state HTTP/1.1\r\nHost: " + page.host() + "\r\nX-A: ").getBytes(StandardCharsets.UTF_8));
            slowBody.getOutputStream().write(("POST /api/session HTTP/1.1\r\nHost: " + page.host() + "\r\nOrigin: http://" + page.host()
                    + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{").getBytes(StandardCharsets.UTF_8));
            assertThat(page.get("/api/state").status()).isEqualTo(200);
            assertThat(isClosedWithin(slowHead, SOON_MILLIS)).isTrue();
            assertThat(isClosedWithin(slowBody, SOON_MILLIS)).isTrue();
        }
    }

    @Test
    void whoDoesNotReadItsAnswersIsCutOff() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            many.append("GET /uplot/uPlot.iife.min.js HTTP/1.1\r\nHost: ").append(page.host()).append("\r\n\r\n");
        }
        try (Socket socket = page.connect()) {
            socket.setReceiveBufferSize(4096);
            Thread sender = new Thread(() -> {
                try {
                    socket.getOutputStream().write(many.toString().getBytes(StandardCharsets.UTF_8));
                } catch (IOException cutOff) {
                    // As it should be.
                }
            });
            sender.start();
            Thread.sleep(Attendants.PATIENCE_MILLIS + 3000L);
            long received = 0;
            try {
                byte[] bytes = new byte[1 << 16];
                socket.setSoTimeout(SOON_MILLIS);
                for (int n = socket.getInputStream().read(bytes); n > 0; n = socket.getInputStream().read(bytes)) {
                    received += n;
                }
            } catch (SocketException reset) {
                // Also an end.
            }
            sender.join();
            assertThat(received).isLessThan(2000L * Assets.bytes("uplot/uPlot.iife.min.js").length);
        }
        assertThat(page.get("/api/state").status()).isEqualTo(200);
    }

    @Test
    void tellingDoesNotWaitForAPageThatDoesNotListen() {
        Events events = new Events();
        Events.Listener slow = events.listener(Answer.object());
        for (int i = 0; i <= Events.MOST_WAITING; i++) {
            events.tell("step", "", Answer.object().put("text", "x".repeat(1000)));
        }
        assertThat(slow.isDropped()).isTrue();
        assertThat(events.listeners()).isZero();
    }

    @Test
    void aListenerThatReadsHearsEverythingInItsOrder() throws Exception {
        Events events = new Events();
        Attendants attendants = new Attendants(System::nanoTime);
        List<String> heard = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(100);
        try (Events.Listener listener = events.listener(Answer.object())) {
            attendants.execute(() -> {
                try {
                    listener.serve(new OutputStream() {
                        @Override
                        public void write(int b) {
                            throw new IllegalStateException();
                        }

                        @Override
                        public void write(byte[] bytes) {
                            String text = new String(bytes, StandardCharsets.UTF_8);
                            if (text.startsWith("event: step")) {
                                heard.add(text);
                                done.countDown();
                            }
                        }
                    }, attendants);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < 100; i++) {
                events.tell("step", "a:" + i, Answer.object().put("step", i));
            }
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
        events.close();
        attendants.close();
        assertThat(heard.get(57)).isEqualTo("event: step\nid: a:57\ndata: {\"step\":57}\n\n");
    }

    @Test
    void thereAreNotMoreListenersThanTheLimit() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < Events.MOST_LISTENERS; i++) {
                Socket socket = page.connect();
                sockets.add(socket);
                socket.getOutputStream().write(("GET /api/events HTTP/1.1\r\n" + String.join("\r\n", page.head()) + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");
            }
            OpenPage.Reply tooMany = page.get("/api/events");
            assertThat(tooMany.status()).isEqualTo(429);
            assertThat(tooMany.json().path("error").asText()).contains("close one");
            assertThat(page.get("/api/state").status()).isEqualTo(200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void theListOfRunsHasALimit() throws IOException {
        Path many = temporary.resolve("many");
        for (int i = 0; i < Listing.MOST_RUNS + 20; i++) {
            Path run = Files.createDirectories(many.resolve(String.format("run-%04d", i)));
            Files.createFile(run.resolve("recipe.yaml"));
        }
        assertThat(new Listing(many, new RealDisk()).runs()).hasSize(Listing.MOST_RUNS).containsKey("run-0000");
        try (OpenPage other = OpenPage.of(many, true, List.of()).enter()) {
            assertThat(other.json("/api/state").path("runs")).hasSize(Listing.MOST_RUNS);
        }
    }

    @Test
    void theNewestRequestOfAViewWins() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int step = i % 13;
                statuses.add(clients.submit(() -> page.get("/api/run/moons/at/" + step + "?view=same").status()));
            }
            int answered = 0;
            for (Future<Integer> status : statuses) {
                assertThat(status.get()).isIn(200, 409);
                answered += status.get() == 200 ? 1 : 0;
            }
            assertThat(answered).isPositive();
            assertThat(page.get("/api/run/moons/at/7?view=same").json().path("step").asLong()).isEqualTo(7);
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void requestsOfOtherViewsAreAllAnswered() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(6);
        try {
            List<Future<JsonNode>> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int step = i;
                all.add(clients.submit(() -> page.json("/api/run/moons/at/" + step + "?view=v" + step)));
            }
            for (int i = 0; i < 12; i++) {
                assertThat(all.get(i).get().path("step").asLong()).isEqualTo(i);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void moreRunsThanAreKeptOpenAreStillLookedAt() throws Exception {
        Path runs = temporary.resolve("several");
        for (int i = 0; i < Views.MOST_OPEN + 2; i++) {
            OpenPage.moons(runs.resolve("run-" + i));
        }
        try (OpenPage other = OpenPage.of(runs, true, List.of()).enter()) {
            String digest = other.json("/api/run/run-0/at/5").path("digest").asText();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < Views.MOST_OPEN + 2; i++) {
                    assertThat(other.json("/api/run/run-" + i + "/at/5").path("digest").asText()).isEqualTo(digest);
                }
            }
        }
    }

    @Test
    void aPageIsRememberedInALimitedNumberOfBrowsers() {
        Token token = new Token();
        String first = token.exchange(token.entrance()).orElseThrow();
        for (int i = 1; i < Token.MOST_SESSIONS; i++) {
            assertThat(token.exchange(token.entrance())).isPresent();
        }
        assertThat(token.isSession(first)).isTrue();
        assertThat(token.exchange(token.entrance())).isPresent();
        assertThat(token.isSession(first)).isFalse();
    }

    @Test
    void aRunThatIsNotThereIsSaidInWords() throws IOException {
        OpenPage.Reply reply = page.get("/api/run/moons/at/99");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.json().path("error").asText()).contains("step 99", "was trained to step 12");
        assertThatThrownBy(() -> new Listing(made, new RealDisk()).find("nobody")).isInstanceOf(Refusal.class).hasMessageContaining("nobody");
    }
}

package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask the page what: each rule is broken by a request. */
class GateTest {
    private static final String DO = "{\"action\":\"step\"}";

    @TempDir
    static Path made;

    private static OpenPage page;

    @BeforeAll
    static void open() throws IOException {
        OpenPage.moons(made.resolve("runs/moons"));
        OpenPage.moons(made.resolve("secret"));
        page = OpenPage.of(made.resolve("runs"), false, List.of("/bin/false")).enter();
    }

    @AfterAll
    static void close() throws IOException {
        page.close();
    }

    private static List<String> with(List<String> head, String... changes) {
        List<String> all = new ArrayList<>(head);
        for (String change : changes) {
            String name = change.substring(0, change.indexOf(':') + 1);
            all.removeIf(h -> h.startsWith(name));
            if (!change.equals(name)) {
                all.add(change);
            }
        }
        return all;
    }

    private static OpenPage.Reply post(String path, String body, String... changes) throws IOException {
        return page.send("POST " + path + " HTTP/1.1", with(page.head(), Stream.concat(Stream.of("Content-Type: application/json",
                "Origin: http://" + page.host()), Stream.of(changes)).toArray(String[]::new)), body);
    }

    // --- this machine alone

    @Test
    void onlyThisMachineIsListenedTo() throws IOException {
        List<InetAddress> others = new ArrayList<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            Collections.list(each.getInetAddresses()).stream().filter(a -> !a.isLoopbackAddress()).forEach(others::add);
        }
        for (InetAddress other : others) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(other, page.port()), 2000);
                throw new AssertionError("the page answers at " + other);
            } catch (ConnectException refused) {
                assertThat(refused).hasMessageContaining("refused");
            }
        }
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), page.port())) {
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void theOtherLoopbackAddressIsListenedToWhereThereIsOne() throws IOException {
        InetAddress six = InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        boolean hasSix = NetworkInterface.getByInetAddress(six) != null && six instanceof Inet6Address;
        if (hasSix) {
            try (Socket socket = new Socket(six, page.port())) {
                assertThat(socket.isConnected()).isTrue();
            }
        } else {
            assertThat(page.get("/api/state").status()).isEqualTo(200);
        }
    }

    // --- the host

    static List<String> foreignHosts() {
        return List.of("evil.example", "evil.example:PORT", "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.1.evil.example:PORT", "0.0.0.0:PORT",
                "localhost.:PORT", "127.0.0.1:PORT.evil.example", "");
    }

    /** A name of the attacker that means this machine now: the browser takes the answer for one of the attacker's own site. */
    @ParameterizedTest
    @MethodSource("foreignHosts")
    void aRequestForAnotherHostIsRefused(String host) throws IOException {
        List<String> head = with(page.head(), "Host: " + host.replace("PORT", Integer.toString(page.port())));
        for (String path : List.of("/", "/api/state", "/api/events", "/style.css")) {
            OpenPage.Reply reply = page.send("GET " + path + " HTTP/1.1", head, "");
            assertThat(reply.status()).as(path).isIn(403, 400);
            assertThat(reply.text()).doesNotContain("moons");
        }
    }

    @Test
    void aRequestWithoutAHostOrWithTwoIsRefused() throws IOException {
        assertThat(page.send("GET /api/state HTTP/1.0", with(page.head(), "Host:"), "").status()).isIn(400, 403);
        List<String> two = new ArrayList<>(page.head());
        two.add("Host: evil.example");
        assertThat(page.send("GET /api/state HTTP/1.1", two, "").status()).isIn(400, 403);
    }

    @Test
    void theNamesOfThisMachineAreAnswered() throws IOException {
        for (String host : List.of("127.0.0.1:", "localhost:", "[::1]:")) {
            assertThat(page.send("GET /api/state HTTP/1.1", with(page.head(), "Host: " + host + page.port()), "").status()).isEqualTo(200);
        }
    }

    // --- the token and the cookie

    static List<String> everythingThatIsRead() {
        return List.of("/api/state", "/api/run/moons", "/api/run/moons/curves", "/api/run/moons/at/4", "/api/run/moons/at/4/boundary",
                "/api/run/moons/at/4/rows", "/api/run/moons/at/4/tensor?path=0.dense/weight", "/api/run/moons/at/4/tiles.png?path=0.dense/weight",
                "/api/events", "/api/nothing");
    }

    @ParameterizedTest
    @MethodSource("everythingThatIsRead")
    void withoutTheCookieNothingIsRead(String path) throws IOException {
        for (String cookie : List.of("Cookie:", "Cookie: cairn-" + page.port() + "=", "Cookie: cairn-" + page.port() + "=" + page.token(),
                "Cookie: cairn-1=" + page.cookie().orElseThrow().replaceAll(".*=", ""), "Cookie: " + page.cookie().orElseThrow() + "x")) {
            OpenPage.Reply reply = page.send("GET " + path + " HTTP/1.1", with(page.head(), cookie), "");
            assertThat(reply.status()).as(cookie).isEqualTo(401);
            assertThat(reply.text()).contains("private file").doesNotContain("moons");
        }
    }

    @Test
    void withoutTheCookieNothingIsChanged() throws IOException {
        assertThat(post("/api/run/moons/do", DO, "Cookie:").status()).isEqualTo(401);
        assertThat(post("/api/play", "{\"recipe\":\"iris\"}", "Cookie:").status()).isEqualTo(401);
    }

    @Test
    void aTokenIsUsedUpAndTheFileHasAnother() throws IOException {
        try (OpenPage other = OpenPage.of(made.resolve("runs"), true, List.of())) {
            String token = other.token();
            assertThat(token).matches("[\\w-]{43}");
            assertThat(other.post("/api/session", "{\"token\":\"" + token + "\"}").status()).isEqualTo(204);
            assertThat(other.token()).isNotEqualTo(token);
            OpenPage.Reply again = other.post("/api/session", "{\"token\":\"" + token + "\"}");
            assertThat(again.status()).isEqualTo(401);
            assertThat(again.headers()).doesNotContainKey("set-cookie");
            assertThat(other.enter().get("/api/state").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"token\":\"\"}", "{\"token\":null}", "{\"token\":[\"x\"]}", "{\"token\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"})
    void aWrongTokenGivesNoCookie(String body) throws IOException {
        OpenPage.Reply reply = page.post("/api/session", body);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.headers()).doesNotContainKey("set-cookie");
    }

    @Test
    void theCookieIsForThisSiteAloneAndForNoScript() throws IOException {
        String cookie = page.post("/api/session", "{\"token\":\"" + page.token() + "\"}").headers().get("set-cookie");
        assertThat(cookie).contains("; HttpOnly").contains("; SameSite=Strict").contains("; Path=/api").doesNotContain("Domain");
    }

    @Test
    void thePrivateFileIsPrivateAndGoneInTheEnd() throws IOException {
        Path file;
        try (OpenPage other = OpenPage.of(made.resolve("runs"), true, List.of())) {
            file = other.page().file();
            for (int i = 0; i < 2; i++) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent()))).isEqualTo("rwx------");
                other.enter();
            }
            assertThat(other.page().address()).doesNotContain(other.token());
        }
        assertThat(file.getParent()).doesNotExist();
    }

    // --- other sites in the same browser

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1", "Origin: https://127.0.0.1:PORT",
        "Origin:|Sec-Fetch-Site: cross-site", "Origin:|Sec-Fetch-Site: same-site", "Origin:|Sec-Fetch-Site:", "Origin:|Sec-Fetch-Site: none",
        "Sec-Fetch-Site: cross-site"})
    void aChangeThatAnotherSiteAsksForIsRefused(String changes) throws IOException {
        String[] head = changes.replace("PORT", Integer.toString(page.port())).split("\\|");
        for (String path : List.of("/api/run/moons/do", "/api/play", "/api/session")) {
            assertThat(post(path, DO, head).status()).as(path).isEqualTo(403);
        }
    }

    @Test
    void anotherSiteReadsNothing() throws IOException {
        for (String foreign : List.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: http://evil.example", "Origin: null")) {
            for (String path : List.of("/api/state", "/api/events")) {
                assertThat(page.send("GET " + path + " HTTP/1.1", with(page.head(), foreign), "").status()).as(foreign).isEqualTo(403);
            }
        }
    }

    /** What a form of another site can send without a question. */
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ""})
    void aBodyThatIsNoJsonIsRefused(String type) throws IOException {
        assertThat(post("/api/run/moons/do", DO, "Content-Type:" + (type.isEmpty() ? "" : " " + type)).status()).isEqualTo(415);
    }

    @Test
    void aGetChangesNothing() throws IOException {
        Map<String, byte[]> before = content();
        for (String path : List.of("/api/run/moons/do?action=back&step=4", "/api/play?recipe=iris", "/api/session?token=" + page.token())) {
            assertThat(page.get(path).status()).isEqualTo(404);
        }
        for (String method : List.of("OPTIONS", "PUT", "DELETE", "PATCH", "HEAD", "TRACE")) {
            OpenPage.Reply reply = page.send(method + " /api/run/moons/do HTTP/1.1", page.head(), "");
            assertThat(reply.status()).as(method).isEqualTo(405);
            assertThat(reply.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
        assertThat(content()).usingRecursiveComparison().isEqualTo(before);
    }

    private static Map<String, byte[]> content() throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(made)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                content.put(file.toString(), Files.readAllBytes(file));
            }
        }
        return content;
    }

    // --- what every answer says

    @Test
    void everyAnswerSaysWhatABrowserMayDoWithIt() throws IOException {
        List<OpenPage.Reply> replies = List.of(page.get("/"), page.get("/style.css"), page.get("/nothing"), page.get("/api/state"), page.get("/api/x"),
                page.send("GET /api/state HTTP/1.1", List.of("Host: evil.example"), ""), page.send("GET /api/state HTTP/1.1", with(page.head(),
                        "Cookie:"), ""), page.post("/api/session", "{}"), page.post("/api/run/moons/do", "no JSON"));
        for (OpenPage.Reply reply : replies) {
            assertThat(reply.headers()).containsEntry("content-security-policy",
                    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
                    .containsEntry("x-content-type-options", "nosniff").containsEntry("referrer-policy", "no-referrer")
                    .containsEntry("cache-control", "no-store");
            assertThat(reply.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
    }

    // --- names are looked up

    static List<String> waysOut() {
        return List.of("..%2Fsecret", "..%2fsecret", "%2e%2e%2Fsecret", "..%5Csecret", "moons%2F..%2F..%2Fsecret", "%2Ftmp", ".", "..", "moons%00", "",
                "moons%2F", "MOONS", "*", "secret");
    }

    @ParameterizedTest
    @MethodSource("waysOut")
    void aNameThatIsNoRunOfTheFolderReachesNothing(String name) throws IOException {
        for (String rest : List.of("", "/curves", "/at/4", "/at/4/boundary", "/at/4/rows")) {
            assertThat(page.get("/api/run/" + name + rest).status()).as(rest).isIn(400, 404);
        }
        assertThat(page.post("/api/run/" + name + "/do", DO).status()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../secret/recipe.yaml", "/%2e%2e/index.html", "//etc/passwd", "/assets.txt", "/package-info.class", "/style.css/", "/..",
        "/uplot/../style.css", "/uplot/", "/./style.css", "/style.css%00"})
    void onlyTheFilesOfThePageAreServed(String path) throws IOException {
        assertThat(page.get(path).status()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/b", " ", "-rf", "--dir", ".hidden", "a\\nb", "a b", "x;y", "$(id)", "moons"})
    void aNewRunGetsNoOtherName(String name) throws IOException {
        String body = "{\"action\":\"branch\",\"step\":4,\"name\":\"" + name + "\"}";
        assertThat(page.post("/api/run/moons/do", body).status()).isIn(400, 409);
        assertThat(page.post("/api/play", "{\"recipe\":\"iris\",\"name\":\"" + name + "\"}").status()).isIn(400, 409);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "1,2", "{a: b}", "[1]", "--paced", "x y", "..", "a=b", "1e-3;id", "$HOME", "file:///x", ""})
    void aValueIsOneNumberOrOneWord(String value) throws IOException {
        OpenPage.Reply reply = page.post("/api/run/moons/do", "{\"action\":\"branch\",\"step\":4,\"setting\":\"optimizer.learning-rate\",\"value\":\""
                + value + "\"}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    }

    @Test
    void aRecipeOfAFileCannotBeAskedFor() throws IOException {
        for (String recipe : List.of(made.resolve("secret/recipe.yaml").toString(), "../secret/recipe.yaml", "x")) {
            assertThat(page.post("/api/play", "{\"recipe\":\"" + recipe + "\"}").status()).isEqualTo(404);
        }
    }

    // --- sizes

    @Test
    void aLongBodyIsRefused() throws IOException {
        String long64 = "{\"action\":\"" + "x".repeat(Gate.MOST_BODY_BYTES) + "\"}";
        assertThat(page.post("/api/run/moons/do", long64).status()).isEqualTo(413);
        assertThat(page.get("/api/state").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "", "{", "{\"action\":1}", "{\"action\":[]}", "{\"action\":\"walk\"}", "{\"action\":\"to\"}",
        "{\"action\":\"to\",\"step\":-1}", "{\"action\":\"to\",\"step\":1.5}", "{\"action\":\"to\",\"step\":\"4\"}", "{\"action\":\"to\",\"step\":1e300}",
        "{\"action\":\"run\",\"speed\":\"fast\"}", "{\"action\":\"run\",\"speed\":0}", "{\"action\":\"run\",\"speed\":-5}"})
    void aBodyThatMeansNothingIsRefusedInWords(String body) throws IOException {
        OpenPage.Reply reply = page.post("/api/run/moons/do", body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asText()).contains("expected");
    }

    @Test
    void aReadOnlyPageChangesNothing() throws IOException {
        Map<String, byte[]> before = content();
        try (OpenPage shown = OpenPage.of(made.resolve("runs"), true, List.of("/bin/false")).enter()) {
            assertThat(shown.json("/api/state").path("readOnly").asBoolean()).isTrue();
            for (String action : List.of("step", "run", "pause", "to", "back", "branch", "kill", "stop")) {
                OpenPage.Reply reply = shown.post("/api/run/moons/do", "{\"action\":\"" + action + "\",\"step\":4}");
                assertThat(reply.status()).as(action).isEqualTo(403);
                assertThat(reply.json().path("error").asText()).contains("read-only");
            }
            assertThat(shown.post("/api/play", "{\"recipe\":\"iris\"}").status()).isEqualTo(403);
            assertThat(shown.get("/api/run/moons/at/3").status()).isEqualTo(200);
        }
        assertThat(content()).usingRecursiveComparison().isEqualTo(before);
    }

    // --- texts from files

    @Test
    void aTextFromAFileIsATextInTheAnswer() throws IOException {
        Path runs = made.resolve("texts");
        String name = "<img src=x onerror=alert(1)>";
        OpenPage.moons(runs.resolve("first"));
        Files.createDirectories(runs);
        Files.move(runs.resolve("first"), runs.resolve(name));
        try (OpenPage other = OpenPage.of(runs, true, List.of()).enter()) {
            OpenPage.Reply reply = other.get("/api/state");
            assertThat(reply.headers()).containsEntry("content-type", "application/json").containsEntry("x-content-type-options", "nosniff");
            assertThat(reply.json().path("runs").path(0).path("name").asText()).isEqualTo(name);
            assertThat(other.json("/api/run/" + Fields.encoded(name)).path("name").asText()).isEqualTo(name);
        }
    }

    @Test
    void anEventIsOneEventWhateverTheNameOfItsRunIs() {
        Events events = new Events();
        try (Events.Listener listener = events.listener(Answer.object())) {
            String run = "a\n\nevent: dead\ndata: {}\n\n";
            events.tell("step", run + ":1", Answer.object().put("run", run));
            String text = listener.next() + listener.next();
            assertThat(text.split("\n\n")).hasSize(2);
            assertThat(text).doesNotContain("\nevent: dead");
        }
    }

    /** A comparison that ends at the first wrong letter tells how many are right. */
    @Test
    void aSecretIsComparedInAConstantTime() throws IOException {
        String code = Files.readString(Path.of("src/main/java/cairn/page/Token.java"), StandardCharsets.UTF_8);
        assertThat(code).contains("MessageDigest.isEqual").doesNotContain(".equals(").doesNotContain("contains(");
    }
}

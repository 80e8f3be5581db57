package cairn.page;

import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Tanh;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page in this process, and a browser of few words: it sends exactly the bytes that a test wants. */
final class OpenPage implements AutoCloseable {
    static final Clocks CLOCKS = new Clocks(System::currentTimeMillis, System::nanoTime);
    private static final Pattern TOKEN = Pattern.compile("#([\\w-]+)\"");
    private static final int SOON_MILLIS = 120_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LivePage page;
    private final int port;
    private Optional<String> cookie = Optional.empty();

    private OpenPage(LivePage page) {
        this.page = page;
        this.port = Integer.parseInt(page.address().replaceAll(".*:|/", ""));
    }

    /** Of the runs in {@code folder}; what a button would start is {@code program}. */
    static OpenPage of(Path folder, boolean isReadOnly, List<String> program) throws IOException {
        return new OpenPage(LivePage.open(new PageSettings(folder, Optional.empty(), 0, isReadOnly, "test",
                run -> Workspace.of(DataFolders.of(), CLOCKS), CLOCKS, program, List.of("--dir", folder.toString()),
                words -> String.join(" ", words),
                (run, next) -> new PageSettings.NextSteps.Worded("", "cairn explain " + run), line -> { })));
    }

    /** A run of two moons in {@code folder}, with checkpoints at every fourth step of 12. */
    static void moons(Path folder) throws IOException {
        Recipe recipe = Recipe.named("moons").data(new BuiltInData.Moons(60, 0.1, 1)).batchSize(16)
                .model(Dense.of(4), new Tanh(), Dense.of(2)).evaluate(TrainingTime.steps(4), "loss").build();
        try (Run run = Run.create(folder, recipe, Workspace.of(DataFolders.of(), CLOCKS))) {
            run.train(TrainOptions.until(12).save("4").keep("all"));
        }
    }

    LivePage page() {
        return page;
    }

    int port() {
        return port;
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    /** The secret of the private file. */
    String token() throws IOException {
        Matcher found = TOKEN.matcher(Files.readString(page.file()));
        if (!found.find()) {
            throw new AssertionError("no token in " + page.file());
        }
        return found.group(1);
    }

    /** An answer. */
    record Reply(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    /** Shows the token, as the page in a browser does first. */
    OpenPage enter() throws IOException {
        Reply reply = post("/api/session", "{\"token\":\"" + token() + "\"}");
        if (reply.status() != 204) {
            throw new AssertionError(reply.status() + " " + reply.text());
        }
        cookie = Optional.of(reply.headers().get("set-cookie").split(";")[0]);
        return this;
    }

    Optional<String> cookie() {
        return cookie;
    }

    Reply get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1", head(), "");
    }

    JsonNode json(String path) throws IOException {
        Reply reply = get(path);
        if (reply.status() != 200) {
            throw new AssertionError(path + ": " + reply.status() + " " + reply.text());
        }
        return reply.json();
    }

    Reply post(String path, String body) throws IOException {
        List<String> head = new ArrayList<>(head());
        head.add("Content-Type: application/json");
        head.add("Origin: http://" + host());
        return send("POST " + path + " HTTP/1.1", head, body);
    }

    /** What this page in a browser sends with every request. */
    List<String> head() {
        List<String> head = new ArrayList<>(List.of("Host: " + host(), "Sec-Fetch-Site: same-origin"));
        cookie.ifPresent(c -> head.add("Cookie: " + c));
        return head;
    }

    /** Sends a request line and these headers. */
    Reply send(String line, List<String> head, String body) throws IOException {
        StringBuilder text = new StringBuilder(line).append("\r\n");
        head.forEach(h -> text.append(h).append("\r\n"));
        if (!body.isEmpty() || line.startsWith("POST")) {
            text.append("Content-Length: ").append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
        }
        return raw(text + "Connection: close\r\n\r\n" + body);
    }

    /** Sends exactly this text; status 0 if the connection is closed without an answer. */
    Reply raw(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        } catch (java.net.SocketException closed) {
            return new Reply(0, Map.of(), new byte[0]);
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(SOON_MILLIS);
        return socket;
    }

    private static Reply read(InputStream in) throws IOException {
        byte[] all = in.readAllBytes();
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Reply(0, Map.of(), new byte[0]);
        }
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new java.util.TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] pair = lines[i].split(": ?", 2);
            headers.put(pair[0].toLowerCase(java.util.Locale.ROOT), pair[1]);
        }
        byte[] body = java.util.Arrays.copyOfRange(all, end + 4, all.length);
        return new Reply(Integer.parseInt(lines[0].split(" ")[1]), headers,
                "chunked".equals(headers.get("transfer-encoding")) ? joined(body) : body);
    }

    private static byte[] joined(byte[] chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String text = new String(chunks, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < text.length();) {
            int line = text.indexOf("\r\n", at);
            int size = Integer.parseInt(text.substring(at, line), 16);
            all.write(chunks, line + 2, size);
            at = line + 2 + size + 2;
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        page.close();
    }
}

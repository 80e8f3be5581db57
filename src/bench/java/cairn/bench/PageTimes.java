package cairn.bench;

import cairn.timing.Rounds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How soon the live page shows something, and what ten open pages cost a training. Measured as a browser would, without drawing. */
final class PageTimes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TOKEN = Pattern.compile("#([\\w-]+)\"");
    private static final String MAIN = "cairn.cli.Main";
    private static final int LOOKS = 7;
    private static final int ROUNDS = 5;
    private static final int PAGES = 10;
    /** The steps whose time is compared: after the code is compiled, before the end. */
    private static final int FROM = 150;
    private static final int TO = 750;

    private PageTimes() {
    }

    /** A page in a process of its own, and what a browser needs to ask it. */
    private record Page(Process process, String address, String cookie, HttpClient client) implements AutoCloseable {

        static Page of(List<String> words) throws IOException {
            List<Object> all = new ArrayList<>(List.of(ChildJava.FOR_TRAINING, MAIN));
            all.addAll(words);
            all.addAll(List.of("--no-browser", "--json"));
            Process process = ChildJava.start(all.toArray());
            JsonNode said = JSON.readTree(process.inputReader(StandardCharsets.UTF_8).readLine());
            Matcher token = TOKEN.matcher(Files.readString(Path.of(said.path("file").asText())));
            token.find();
            String address = said.path("address").asText();
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> entered = send(client, HttpRequest.newBuilder(URI.create(address + "api/session"))
                    .header("Content-Type", "application/json").header("Sec-Fetch-Site", "same-origin")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"token\":\"" + token.group(1) + "\"}")).build());
            return new Page(process, address, entered.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0], client);
        }

        private static HttpResponse<String> send(HttpClient client, HttpRequest request) throws IOException {
            try {
                return client.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(address + path)).header("Cookie", cookie).header("Sec-Fetch-Site", "same-origin");
        }

        HttpResponse<String> get(String path) throws IOException {
            return send(client, request(path).build());
        }

        void act(String run, String body) throws IOException {
            HttpResponse<String> answer = send(client, request("api/run/" + run + "/do").header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.body());
            }
        }

        /** Asks until the answer is there; returns the seconds. */
        double secondsUntil(String path) throws IOException {
            long begin = System.nanoTime();
            while (get(path).statusCode() != 200) {
                if (System.nanoTime() - begin > 120e9) {
                    throw new IOException("no answer to " + path + ": " + get(path).body());
                }
            }
            return (System.nanoTime() - begin) / 1e9;
        }

        /** The events of a page that is open. */
        InputStream events() throws IOException {
            try {
                return client.send(request("api/events").build(), HttpResponse.BodyHandlers.ofInputStream()).body();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static String table(Path folder) throws IOException {
        StringBuilder table = new StringBuilder("| what | seconds |\n|---|--:|\n");
        Path runs = folder.resolve("page");
        ChildJava.lines(ChildJava.FOR_TRAINING, MAIN, "train", "mnist-mlp", "--steps", "900", "--save-every", "300", "--keep", "all", "--dir", runs);
        looks(runs, table);
        play(runs, table);
        table.append("\n").append(cost(runs.resolve("cost")));
        return table.toString();
    }

    private static void looks(Path runs, StringBuilder table) throws IOException {
        long begin = System.nanoTime();
        try (Page page = Page.of(List.of("open", "mnist-mlp", "--dir", runs.toString()))) {
            row(table, "`cairn open`, until it answers", (System.nanoTime() - begin) / 1e9);
            page.secondsUntil("api/run/mnist-mlp/at/900");
            row(table, "... until the newest step is there", (System.nanoTime() - begin) / 1e9);
            // The first looks compile the code.
            double[] stored = times(page, 3, i -> 300L * (i % 3 + 1));
            double[] unsaved = times(page, LOOKS, i -> 300L * (i % 2 + 1) + 50 + 11 * i);
            double[] beside = times(page, LOOKS, i -> 351L + i);
            row(table, "slider to a stored step (mnist-mlp)", Rounds.quantile(times(page, LOOKS, i -> 300L * (i % 3 + 1)), 0.5));
            row(table, "slider to a step 50 behind a stored one", Rounds.quantile(times(page, LOOKS, i -> 300L * (i % 2 + 1) + 50), 0.5));
            row(table, "slider to unsaved steps up to 120 away, mixed", Rounds.quantile(unsaved, 0.5));
            row(table, "slider to the next step", Rounds.quantile(beside, 0.5));
            row(table, "the same at first, before the code is compiled: a stored step", stored[0]);
        }
    }

    private static double[] times(Page page, int count, java.util.function.IntToLongFunction step) throws IOException {
        double[] seconds = new double[count];
        for (int i = 0; i < count; i++) {
            seconds[i] = page.secondsUntil("api/run/mnist-mlp/at/" + step.applyAsLong(i) + "?view=slider");
        }
        return seconds;
    }

    private static void row(StringBuilder table, String what, double seconds) {
        String line = String.format(Locale.ROOT, "| %s | %.3f |%n", what, seconds);
        System.err.print(line);
        table.append(line);
    }

    /** A new run of two moons: until the first step is heard, and until its boundary is there. */
    private static void play(Path runs, StringBuilder table) throws IOException {
        long begin = System.nanoTime();
        try (Page page = Page.of(List.of("play", "moons", "--dir", runs.toString()))) {
            row(table, "`cairn play moons`, until it answers", (System.nanoTime() - begin) / 1e9);
            awaited(page.events(), text -> text.contains("event: step"), 1);
            row(table, "... until the first step is heard", (System.nanoTime() - begin) / 1e9);
            page.secondsUntil("api/run/moons/at/1/boundary?cells=48");
            row(table, "... until the boundary of a step is there", (System.nanoTime() - begin) / 1e9);
            long from = System.nanoTime();
            awaited(page.events(), text -> text.contains("event: step"), 30);
            row(table, "between two events of a training of 20 steps a second", (System.nanoTime() - from) / 30e9);
        }
    }

    private static void awaited(InputStream events, Predicate<String> line, int count) throws IOException {
        try (BufferedReader lines = new BufferedReader(new java.io.InputStreamReader(events, StandardCharsets.UTF_8))) {
            for (int heard = 0; heard < count;) {
                heard += line.test(lines.readLine()) ? 1 : 0;
            }
        }
    }

    /** Steps a second without a page, and with ten pages that listen, in turns. */
    private static String cost(Path runs) throws IOException {
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        int[] number = {0};
        ways.put("without a page", () -> {
            String run = "plain" + number[0]++;
            Process process = ChildJava.start(ChildJava.FOR_TRAINING, MAIN, "train", "mnist-mlp", "--run", run, "--steps", TO, "--paced", "--json",
                    "--dir", runs);
            try (OutputStream lines = process.getOutputStream(); BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                lines.write("run\n".getBytes(StandardCharsets.UTF_8));
                lines.flush();
                out.lines().forEach(line -> { });
            }
            ChildJava.end(process, run);
            return stepSeconds(runs.resolve(run));
        });
        ways.put("ten open pages", () -> withPages(runs, number[0]++));
        Rounds rounds = Rounds.of(1, ROUNDS, ways);
        return String.format(Locale.ROOT, "A step of mnist-mlp takes %.3f ms without a page and %.3f ms with ten pages that listen: %s times (%d"
                + " rounds in turns).%n", 1e3 * rounds.median("without a page"), 1e3 * rounds.median("ten open pages"),
                rounds.ratio("ten open pages", "without a page"), ROUNDS);
    }

    private static double withPages(Path runs, int number) throws IOException {
        String run = "paged" + number;
        ChildJava.lines(ChildJava.FOR_TRAINING, MAIN, "train", "mnist-mlp", "--run", run, "--steps", "1", "--dir", runs);
        try (Page page = Page.of(List.of("open", "--dir", runs.toString()))) {
            List<Thread> listeners = new ArrayList<>();
            for (int i = 0; i < PAGES; i++) {
                InputStream events = page.events();
                listeners.add(new Thread(() -> {
                    try {
                        events.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException closed) {
                        // The page has ended.
                    }
                }));
            }
            listeners.forEach(Thread::start);
            page.act(run, "{\"action\":\"to\",\"step\":" + TO + "}");
            Path last = runs.resolve(run).resolve(String.format("step-%012d.safetensors", TO));
            while (!Files.exists(last)) {
                Thread.sleep(50);
            }
            return stepSeconds(runs.resolve(run));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The time of a step by the times in the journal. */
    private static double stepSeconds(Path run) throws IOException {
        long[] millis = new long[2];
        try (Stream<String> rows = Files.lines(run.resolve("journal.csv"))) {
            rows.map(row -> row.split(",")).filter(row -> row.length > 4 && row[3].equals("train/loss")).forEach(row -> {
                if (Arrays.asList(FROM, TO).contains(Integer.parseInt(row[1]))) {
                    millis[Integer.parseInt(row[1]) == FROM ? 0 : 1] = Long.parseLong(row[2]);
                }
            });
        }
        return (millis[1] - millis[0]) / 1e3 / (TO - FROM);
    }
}

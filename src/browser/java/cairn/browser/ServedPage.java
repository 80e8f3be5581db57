package cairn.browser;

import cairn.cli.CairnProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code cairn open} in a process of its own. */
final class ServedPage implements Closeable {
    private final Process process;
    private final JsonNode served;

    private ServedPage(Process process, JsonNode served) {
        this.process = process;
        this.served = served;
    }

    /** Serves the runs in a folder. */
    static ServedPage of(Path runs, String... more) throws IOException {
        List<String> words = Stream.concat(Stream.of("open", "--dir", runs.toString(), "--no-browser", "--json"), Stream.of(more)).toList();
        Process process = new ProcessBuilder(CairnProcess.java().line(words.toArray(String[]::new)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null) {
            throw new AssertionError("no page: " + words);
        }
        return new ServedPage(process, new ObjectMapper().readTree(line));
    }

    /** The address with its token, from the private file; it works once. */
    String entrance() throws IOException {
        Matcher address = Pattern.compile("href=\"([^\"]*)\"").matcher(Files.readString(Path.of(served.path("file").asText())));
        if (!address.find()) {
            throw new AssertionError("the private file has no address");
        }
        return address.group(1);
    }

    /** The address of a place on the page. */
    String at(String place) {
        return served.path("address").asText() + "#" + place;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package cairn.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What one part has: a folder, a log, programs that end with it, and an ear for what it finds. Safe for several threads. */
final class CheckContext {
    private final Place place;
    private final Path folder;
    private final Path log;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Process> programs = new ArrayList<>();
    private boolean isOver;

    /** An empty folder and an empty log, whatever an earlier story left there. */
    CheckContext(Place place, String part) throws IOException {
        this.place = place;
        this.folder = place.folder().resolve(part);
        this.log = place.folder().resolve(part + ".log");
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
        Files.createDirectories(folder);
        Files.writeString(log, "");
    }

    /** How a program ended. */
    record Ended(Program program, int exit, List<String> lines, String lastWords) {
        /** Its lines. */
        List<String> orFail() throws IOException {
            if (exit != 0) {
                throw new IOException(program + " ended with " + exit + (lastWords.isEmpty() ? "" : ": " + lastWords));
            }
            return lines;
        }
    }

    Place place() {
        return place;
    }

    Path folder() {
        return folder;
    }

    /** Where whatever the programs say goes. */
    Path log() {
        return log;
    }

    synchronized void tell(String what, Row.Verdict verdict, String result) {
        if (!isOver) {
            rows.add(new Row(what, verdict, result));
        }
    }

    /** Something that is worth knowing of the machine. */
    synchronized void fact(String name, String value) {
        if (!isOver) {
            facts.put(name, value);
        }
    }

    synchronized List<Row> rows() {
        return List.copyOf(rows);
    }

    synchronized Map<String, String> facts() {
        return new LinkedHashMap<>(facts);
    }

    /** Runs it to its end. What it prints is returned, and with its errors in the log. */
    Ended run(Program program) throws IOException, InterruptedException {
        Process process = start(program);
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                note(line);
            }
        }
        int exit = process.waitFor();
        return new Ended(program, exit, lines, exit == 0 ? "" : lastWords());
    }

    /** Starts it; its errors go to the log, what it prints to whoever started it. */
    synchronized Process start(Program program) throws IOException {
        if (isOver) {
            throw new IOException("the time of this part is over");
        }
        note("$ " + program);
        ProcessBuilder builder = program.builder();
        if (!program.environment().containsKey("CAIRN_BACKEND")) {
            builder.environment().put("CAIRN_BACKEND", place.backend());
        }
        Process process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        programs.add(process);
        return process;
    }

    /** A line in the log. */
    void note(String line) throws IOException {
        Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
    }

    /** The line that says what is wrong, or the last one. */
    String lastWords() throws IOException {
        List<String> all = Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream().filter(l -> !l.isBlank()).toList();
        List<String> last = all.subList(Math.max(0, all.size() - 40), all.size());
        return last.stream().filter(l -> l.startsWith("error:") || l.startsWith("Exception in") || l.startsWith("Caused by")).reduce((a, b) -> b)
                .orElse(last.isEmpty() ? "" : last.get(last.size() - 1));
    }

    /** Ends whatever still runs, at once; nothing more is heard. */
    synchronized void close() {
        isOver = true;
        for (Process process : programs) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}

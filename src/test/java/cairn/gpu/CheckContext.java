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

/** What one check works with: a folder, a log, the programs that it starts, and its results. Safe for several threads. */
final class CheckContext {
    private final ReportOptions options;
    private final Path folder;
    private final Path log;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Process> programs = new ArrayList<>();
    private boolean isOver;

    /** Makes an empty folder and an empty log; what an earlier report left there is deleted. */
    CheckContext(ReportOptions options, String check) throws IOException {
        this.options = options;
        this.folder = options.folder().resolve(check);
        this.log = options.folder().resolve(check + ".log");
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
    record Ended(Program program, int exit, List<String> lines, String lastError) {
        /** The lines that it printed; throws if it failed. */
        List<String> orFail() throws IOException {
            if (exit != 0) {
                throw new IOException(program + " ended with " + exit + (lastError.isEmpty() ? "" : ": " + lastError));
            }
            return lines;
        }
    }

    ReportOptions options() {
        return options;
    }

    Path folder() {
        return folder;
    }

    /** The file that receives all output of the programs. */
    Path log() {
        return log;
    }

    synchronized void report(String what, Row.Verdict verdict, String result) {
        if (!isOver) {
            rows.add(new Row(what, verdict, result));
        }
    }

    /** Records a fact about the machine. */
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

    /** Runs {@code program} until it ends. Returns what it prints; the log has that too, and its errors. */
    Ended run(Program program) throws IOException, InterruptedException {
        Process process = start(program);
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                writeLog(line);
            }
        }
        int exit = process.waitFor();
        return new Ended(program, exit, lines, exit == 0 ? "" : lastError());
    }

    /** Starts {@code program}. Its errors go to the log; the caller reads what it prints. */
    synchronized Process start(Program program) throws IOException {
        if (isOver) {
            throw new IOException("the time limit of this check is over");
        }
        writeLog("$ " + program);
        ProcessBuilder builder = program.builder();
        if (!program.environment().containsKey("CAIRN_BACKEND")) {
            builder.environment().put("CAIRN_BACKEND", options.backend());
        }
        Process process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        programs.add(process);
        return process;
    }

    /** Adds a line to the log. */
    void writeLog(String line) throws IOException {
        Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
    }

    /** The last line of the log that reports an error, or else its last line. */
    String lastError() throws IOException {
        List<String> all = Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream().filter(l -> !l.isBlank()).toList();
        List<String> last = all.subList(Math.max(0, all.size() - 40), all.size());
        return last.stream().filter(l -> l.startsWith("error:") || l.startsWith("Exception in") || l.startsWith("Caused by"))
                .reduce((a, b) -> b)
                .orElse(last.isEmpty() ? "" : last.get(last.size() - 1));
    }

    /** Kills every program that still runs; later results are ignored. */
    synchronized void close() {
        isOver = true;
        for (Process process : programs) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}

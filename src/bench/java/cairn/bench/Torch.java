package cairn.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * PyTorch saves and loads a state of the same tensors, in a Python process that waits for its turns; if there is no PyTorch, it does
 * nothing.
 */
final class Torch implements Closeable {
    private static final Path SCRIPT = Path.of("src", "bench", "python", "torch_state.py");
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");
    private static final String NONE = "none";

    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final String version;

    private Torch(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        String line = answers.readLine();
        this.version = line == null ? NONE : line;
    }

    /** Starts Python with a state of the same sizes as {@code vectors}, which it saves as {@code file}. */
    static Torch of(Path file, Vectors vectors) throws IOException {
        return start(List.of(file.toString(), Long.toString(vectors.units())));
    }

    private static Torch start(List<String> words) throws IOException {
        Torch torch = null;
        for (String python : PYTHONS) {
            List<String> command = new ArrayList<>(List.of(python, SCRIPT.toString()));
            command.addAll(words);
            torch = new Torch(new ProcessBuilder(command).start());
            if (torch.isThere()) {
                return torch;
            }
        }
        return torch;
    }

    /** The version of PyTorch. */
    static String about() throws IOException {
        try (Torch torch = start(List.of())) {
            return torch.isThere() ? "PyTorch " + torch.version + "."
                    : "There is no PyTorch here: neither /usr/bin/python3 nor python3 can import torch.";
        }
    }

    boolean isThere() {
        return !version.equals(NONE);
    }

    /** The seconds of {@code action}: save, save-force or load. */
    double seconds(String action) throws IOException {
        requests.write(action + "\n");
        requests.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("Python ended during " + action);
        }
        return Double.parseDouble(line);
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }
}

package cairn.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The GPUs of this machine. The driver's own tool is asked, so that none of CUDA's libraries is loaded.
 *
 * @param visible those that a process sees, in its order; {@code CUDA_VISIBLE_DEVICES} may leave out some
 * @param problem why there is none, if there is none
 */
public record Gpus(List<Gpu> visible, String problem) {
    private static final String FIELDS = "index,uuid,name,driver_version,memory.total,memory.free,compute_cap";
    /** Drivers before 510 do not know the last field. */
    private static final String OLD_FIELDS = FIELDS.substring(0, FIELDS.lastIndexOf(','));
    private static final int COLUMNS = FIELDS.split(",").length;
    private static final long TIMEOUT_SECONDS = 30;
    private static final List<String> PLACES = List.of("nvidia-smi", "/usr/bin/nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi");

    /** The output of a tool and its exit status. */
    public record Answer(int exit, String text) {
    }

    /** Runs {@code nvidia-smi}; empty if there is no such tool. */
    @FunctionalInterface
    public interface Driver {
        Optional<Answer> ask(List<String> arguments);
    }

    public Gpus {
        visible = List.copyOf(visible);
    }

    /** The GPUs of this machine. */
    public static Gpus here() {
        return found(Gpus::nvidiaSmi, System.getenv());
    }

    /** The GPUs that {@code driver} reports, as a process with this environment sees them. */
    public static Gpus found(Driver driver, Map<String, String> environment) {
        Optional<Answer> answer = query(driver, FIELDS);
        if (answer.isEmpty()) {
            return new Gpus(List.of(), "there is no NVIDIA driver: nvidia-smi was not found");
        }
        if (answer.get().exit() != 0 && answer.get().text().contains("compute_cap")) {
            answer = query(driver, OLD_FIELDS);
        }
        String text = answer.map(Answer::text).orElse("").strip();
        if (answer.isEmpty() || answer.get().exit() != 0) {
            return new Gpus(List.of(), "the NVIDIA driver does not answer: "
                    + (text.isEmpty() ? "nvidia-smi failed" : text.lines().findFirst().orElse("")));
        }
        List<Gpu> gpus = text.lines().map(Gpus::parse).flatMap(Optional::stream).toList();
        if (gpus.isEmpty()) {
            return new Gpus(List.of(), "the NVIDIA driver knows no GPU"
                    + (text.isEmpty() ? "" : ": " + text.lines().findFirst().orElse("")));
        }
        return seen(gpus, environment.get("CUDA_VISIBLE_DEVICES"));
    }

    private static Optional<Answer> query(Driver driver, String fields) {
        return driver.ask(List.of("--query-gpu=" + fields, "--format=csv,noheader,nounits"));
    }

    /** A line such as {@code 0, GPU-5c1f..., NVIDIA GeForce RTX 3090, 535.104.05, 24576, 24005, 8.6}; sizes in MiB. */
    private static Optional<Gpu> parse(String line) {
        String[] cells = line.split(",");
        if (cells.length < COLUMNS - 1) {
            return Optional.empty();
        }
        try {
            Gpu.Capability capability = cells.length < COLUMNS ? Gpu.Capability.UNKNOWN : Gpu.Capability.parse(cells[6]);
            return Optional.of(new Gpu(Integer.parseInt(cells[0].strip()), cells[1].strip(), cells[2].strip(), cells[3].strip(), capability,
                    mebibytes(cells[4]), mebibytes(cells[5])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** 0 where the driver does not say, as for GPUs that share the host's memory. */
    private static long mebibytes(String cell) {
        String text = cell.strip();
        return text.startsWith("[") ? 0 : Long.parseLong(text) << 20;
    }

    /** Reads the variable as CUDA does: indices or beginnings of identifiers, up to the first word that is neither. */
    private static Gpus seen(List<Gpu> gpus, String variable) {
        if (variable == null) {
            return new Gpus(gpus, "");
        }
        List<Gpu> seen = new ArrayList<>();
        for (String word : variable.split(",")) {
            String name = word.strip();
            Optional<Gpu> gpu = gpus.stream().filter(c -> name.equals(Integer.toString(c.index()))
                    || name.startsWith("GPU-") && c.uuid().startsWith(name)).findFirst();
            if (gpu.isEmpty()) {
                break;
            }
            seen.add(gpu.get());
        }
        return new Gpus(seen, seen.isEmpty() ? "CUDA_VISIBLE_DEVICES=" + variable + " shows none of the " + gpus.size()
                + (gpus.size() == 1 ? " GPU" : " GPUs") + " of this machine" : "");
    }

    private static Optional<Answer> nvidiaSmi(List<String> arguments) {
        for (String place : PLACES) {
            if (place.startsWith("/") && !Files.isExecutable(Path.of(place))) {
                continue;
            }
            List<String> command = new ArrayList<>(List.of(place));
            command.addAll(arguments);
            try {
                return Optional.of(run(command));
            } catch (IOException e) {
                // Not there: the next place.
            }
        }
        return Optional.empty();
    }

    /** The output goes to a file, so that a tool that hangs because of a broken driver can be ended. */
    private static Answer run(List<String> command) throws IOException {
        Path output = Files.createTempFile("cairn-gpus", ".txt");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Answer(-1, "nvidia-smi did not end within " + TIMEOUT_SECONDS + " s");
            }
            return new Answer(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(-1, "interrupted");
        } finally {
            Files.deleteIfExists(output);
        }
    }
}

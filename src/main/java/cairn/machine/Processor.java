package cairn.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The processor at hand, as Linux describes it; elsewhere {@code unknown} beyond its architecture.
 *
 * @param model as its maker calls it
 * @param features the instruction sets among its features that native libraries choose their code by
 */
public record Processor(String model, String features) {
    /** Of what cannot be found out here. */
    public static final String UNKNOWN = "unknown";

    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
    /** x86: vectors, fused products, matrices; ARM likewise. */
    private static final Pattern ARITHMETIC = Pattern.compile("sse4_\\d|avx.*|fma4?|f16c|amx_.*|asimd.*|fp|fphp|bf16|i8mm|sve.*|sme|sme[0-9_].*");

    /** The one that this process runs on. */
    public static Processor here() {
        try {
            return Files.isReadable(DESCRIPTION) ? parse(Files.readAllLines(DESCRIPTION)) : unknown();
        } catch (IOException e) {
            return unknown();
        }
    }

    private static Processor unknown() {
        return new Processor(System.getProperty("os.arch"), UNKNOWN);
    }

    /** Of the lines that Linux gives: {@code model name : ...} and {@code flags : ...}; on ARM part numbers and {@code Features}. */
    public static Processor parse(List<String> lines) {
        String model = value(lines, "model name");
        if (model.isEmpty()) {
            String part = value(lines, "CPU part");
            model = part.isEmpty() ? System.getProperty("os.arch") : value(lines, "CPU implementer") + " " + part;
        }
        String flags = value(lines, "flags") + " " + value(lines, "Features");
        String features = Pattern.compile("\\s+").splitAsStream(flags).filter(f -> ARITHMETIC.matcher(f).matches()).sorted().distinct()
                .collect(Collectors.joining(" "));
        return new Processor(model, features.isEmpty() ? UNKNOWN : features);
    }

    /** Of the first processor; all are alike, or the operating system shows what all have. */
    private static String value(List<String> lines, String name) {
        return lines.stream().filter(l -> l.startsWith(name) && l.substring(name.length()).stripLeading().startsWith(":")).findFirst()
                .map(l -> l.substring(l.indexOf(':') + 1).strip()).orElse("");
    }
}

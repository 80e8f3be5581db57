package cairn.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The CPU of this machine, as Linux describes it. On other systems only the architecture is known.
 *
 * @param model the maker's name
 * @param features the instruction sets by which native libraries choose their code
 */
public record Cpu(String model, String features) {
    /** The text for what cannot be found out. */
    public static final String UNKNOWN = "unknown";

    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
    /** Instructions for vectors, fused products and matrices, of x86 and of ARM. */
    private static final Pattern ARITHMETIC = Pattern.compile(
            "sse4_\\d|avx.*|fma4?|f16c|amx_.*|asimd.*|fp|fphp|bf16|i8mm|sve.*|sme|sme[0-9_].*");

    /** The one that this process runs on. */
    public static Cpu here() {
        try {
            return Files.isReadable(DESCRIPTION) ? parse(Files.readAllLines(DESCRIPTION)) : unknown();
        } catch (IOException e) {
            return unknown();
        }
    }

    private static Cpu unknown() {
        return new Cpu(System.getProperty("os.arch"), UNKNOWN);
    }

    /** Of the lines that Linux gives: {@code model name : ...} and {@code flags : ...}; on ARM part numbers and {@code Features}. */
    public static Cpu parse(List<String> lines) {
        String model = value(lines, "model name");
        if (model.isEmpty()) {
            String part = value(lines, "CPU part");
            model = part.isEmpty() ? System.getProperty("os.arch") : value(lines, "CPU implementer") + " " + part;
        }
        String flags = value(lines, "flags") + " " + value(lines, "Features");
        String features = Pattern.compile("\\s+").splitAsStream(flags).filter(f -> ARITHMETIC.matcher(f).matches()).sorted().distinct()
                .collect(Collectors.joining(" "));
        return new Cpu(model, features.isEmpty() ? UNKNOWN : features);
    }

    /** The value of the first core: all are alike, or the operating system shows what all have. */
    private static String value(List<String> lines, String name) {
        return lines.stream().filter(l -> l.startsWith(name) && l.substring(name.length()).stripLeading().startsWith(":")).findFirst()
                .map(l -> l.substring(l.indexOf(':') + 1).strip()).orElse("");
    }
}

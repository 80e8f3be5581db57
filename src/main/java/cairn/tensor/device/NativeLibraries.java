package cairn.tensor.device;

import cairn.machine.Cpu;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Which builds of the native libraries are loaded, found out without calling into them; {@code unknown} where that is not possible. */
final class NativeLibraries {
    private static final String ND4J_FOR_CPU = "nd4jcpu";
    private static final String ND4J_FOR_GPU = "nd4jcuda";
    /** The symbol under which OpenBLAS keeps the table of its chosen kernels, one of those below. */
    private static final String CHOSEN = "gotoblas";
    private static final List<String> CORES = List.of("COOPERLAKE", "SKYLAKEX", "HASWELL", "ZEN", "SANDYBRIDGE", "NEHALEM", "CORE2",
            "PRESCOTT", "EXCAVATOR", "STEAMROLLER", "PILEDRIVER", "BULLDOZER", "BARCELONA", "SAPPHIRERAPIDS", "NEOVERSEN1", "NEOVERSEV1",
            "NEOVERSEN2", "CORTEXA53", "CORTEXA57", "CORTEXA72", "CORTEXA73", "ARMV8", "THUNDERX2T99", "TSV110");
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Pattern LIBC = Pattern.compile("(/\\S*/(?:libc[.-]|ld-musl-)\\S*)$");
    private static final Pattern LIBM = Pattern.compile("(/\\S*/libm[.-]\\S*)$");
    private static final Pattern GLIBC = Pattern.compile("GNU C Library[^\\n]{0,80}?release version ([0-9]+(?:\\.[0-9]+)*)");

    private NativeLibraries() {
    }

    /** The build of ND4J's library, such as {@code linux-x86_64-onednn}: the folder it was loaded from. */
    static String nd4jClassifier() {
        String path = Loader.getLoadedLibraries().get(ActiveBackend.made().isOnGpu() ? ND4J_FOR_GPU : ND4J_FOR_CPU);
        Path folder = path == null ? null : Path.of(path).getParent();
        return folder == null ? Cpu.UNKNOWN : folder.getFileName().toString();
    }

    /** The CPU for which OpenBLAS chose its code, such as {@code HASWELL}. */
    static String blasCore() {
        Pointer chosen = Loader.addressof(CHOSEN);
        if (chosen == null) {
            return Cpu.UNKNOWN;
        }
        Pointer kernels = new PointerPointer<Pointer>(chosen).get(0);
        return kernels == null ? Cpu.UNKNOWN : CORES.stream().filter(core -> {
            Pointer table = Loader.addressof(CHOSEN + "_" + core);
            return table != null && table.address() == kernels.address();
        }).findFirst().orElse(Cpu.UNKNOWN);
    }

    /**
     * The C library, whose exp and tanh the native loops call, such as {@code glibc 2.36}. If its mathematical part comes from elsewhere, as
     * {@code LD_LIBRARY_PATH} allows, that is named too.
     */
    static String libc() {
        if (!Files.isReadable(MAPS)) {
            return Cpu.UNKNOWN;
        }
        try {
            List<String> lines = Files.readAllLines(MAPS, StandardCharsets.ISO_8859_1);
            Optional<Path> libc = file(LIBC, lines);
            if (libc.isEmpty()) {
                return Cpu.UNKNOWN;
            }
            Matcher version = GLIBC.matcher(new String(Files.readAllBytes(libc.get()), StandardCharsets.ISO_8859_1));
            String name = version.find() ? "glibc " + version.group(1) : libc.get().getFileName().toString();
            return name + file(LIBM, lines).filter(m -> !m.getParent().equals(libc.get().getParent())).map(m -> " with " + m).orElse("");
        } catch (IOException e) {
            return Cpu.UNKNOWN;
        }
    }

    /** The first file among the parts of memory. */
    private static Optional<Path> file(Pattern pattern, List<String> maps) {
        return maps.stream().map(pattern::matcher).filter(Matcher::find).map(m -> Path.of(m.group(1))).findFirst();
    }
}

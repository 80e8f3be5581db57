package cairn.train;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.nn.Program;
import cairn.state.Ephemeral;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** One program for each number of rows, wired when it is first needed. */
final class ProgramsBySize {
    private final IntFunction<Program> wiring;
    @Ephemeral(value = "wired when first needed", kind = WIRING)
    private final Map<Integer, Program> bySize = new HashMap<>();

    ProgramsBySize(IntFunction<Program> wiring) {
        this.wiring = wiring;
    }

    Program get(int rows) {
        Program known = bySize.get(rows);
        if (known == null) {
            known = wiring.apply(rows);
            bySize.put(rows, known);
        }
        return known;
    }

    /** The operations that add in {@linkplain cairn.tensor.Operation#unordered() no fixed order}, in the programs that are wired so far. */
    Set<String> unordered() {
        Set<String> all = new TreeSet<>();
        bySize.values().forEach(p -> all.addAll(p.unordered()));
        return all;
    }
}

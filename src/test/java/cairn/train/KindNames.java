package cairn.train;

import java.util.List;

/** The names of the built-in parts, for tests of other rooms that try each of them. */
public final class KindNames {
    private KindNames() {
    }

    public static List<String> of(Class<?> role) {
        Kinds kinds = Kinds.all();
        return kinds.names(role).stream()
                .filter(n -> !kinds.find(role, n).orElseThrow().prototype().getClass().getPackageName().equals("cairn.train")).toList();
    }
}

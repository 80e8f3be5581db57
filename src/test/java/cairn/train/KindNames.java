package cairn.train;

import java.util.List;

/** The names of the built-in parts, for tests of other rooms that try each of them. */
public final class KindNames {
    private KindNames() {
    }

    public static List<String> of(Class<?> role) {
        return Kinds.all().names(role);
    }
}

package cairn.recipe;

import java.util.List;

/** The names of the built-in parts, for tests of other rooms that try each of them. */
public final class ComponentNames {
    private ComponentNames() {
    }

    public static List<String> of(Class<?> role) {
        ComponentRegistry kinds = ComponentRegistry.all();
        return kinds.names(role).stream()
                .filter(n -> !kinds.find(role, n).orElseThrow().prototype().getClass().getPackageName().equals("cairn.recipe")).toList();
    }
}

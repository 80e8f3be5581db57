package cairn.recipe;

import java.util.List;

/** The names of the built-in components, for tests in other packages that try each of them. */
public final class ComponentNames {
    private ComponentNames() {
    }

    public static List<String> of(Class<?> role) {
        ComponentRegistry components = ComponentRegistry.all();
        return components.names(role).stream()
                .filter(n -> !components.find(role, n).orElseThrow().prototype().getClass().getPackageName().equals("cairn.recipe"))
                .toList();
    }
}

package cairn.recipe;

import cairn.nn.Layer;
import java.util.Set;

/**
 * A class that recipes can name.
 *
 * @param role the interface that it implements, such as {@link cairn.nn.Layer}
 * @param name its name in a recipe, in kebab case
 * @param prototype an instance; its record components are the settings, with their defaults
 * @param required settings (in kebab case) that have no default; their value in the prototype is ignored
 */
public record Component(Class<?> role, String name, Record prototype, Set<String> required) {
    public Component {
        required = Set.copyOf(required);
        if (!role.isInstance(prototype)) {
            throw new IllegalArgumentException("the component '" + name + "' is no " + role.getSimpleName());
        }
        if (prototype instanceof Layer layer && !layer.kind().equals(name)) {
            throw new IllegalArgumentException("the layer '" + name + "' calls itself '" + layer.kind()
                    + "' in paths; both names must be equal");
        }
    }

    public static Component of(Class<?> role, String name, Record prototype, String... required) {
        return new Component(role, name, prototype, Set.of(required));
    }
}

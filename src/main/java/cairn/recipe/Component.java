package cairn.recipe;

import cairn.nn.Layer;
import java.util.Set;

/**
 * A part that recipes can name.
 *
 * @param role the interface that it implements, such as {@link cairn.nn.Layer}
 * @param name its name in a recipe, in kebab case
 * @param prototype a record whose components are the part's settings and hold their defaults
 * @param required settings (in kebab case) that have no default, whatever stands in the prototype
 */
public record Component(Class<?> role, String name, Record prototype, Set<String> required) {
    public Component {
        required = Set.copyOf(required);
        if (!role.isInstance(prototype)) {
            throw new IllegalArgumentException("the part '" + name + "' is no " + role.getSimpleName());
        }
        if (prototype instanceof Layer layer && !layer.kind().equals(name)) {
            throw new IllegalArgumentException("the layer '" + name + "' calls itself '" + layer.kind() + "' in paths; one name for both");
        }
    }

    public static Component of(Class<?> role, String name, Record prototype, String... required) {
        return new Component(role, name, prototype, Set.of(required));
    }
}

package cairn.recipe;

import java.util.List;

/**
 * Registers your own components, so that recipes in text can name them. Put the name of the implementing class into
 * {@code META-INF/services/cairn.recipe.ComponentProvider}. A recipe that is built in Java needs no registration.
 */
public interface ComponentProvider {
    List<Component> components();
}

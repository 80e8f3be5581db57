package cairn.recipe;

import java.util.List;

/**
 * Makes parts of one's own known to recipes in text: name the implementing class in
 * {@code META-INF/services/cairn.recipe.ComponentProvider}. A recipe built in Java needs none of this.
 */
public interface ComponentProvider {
    List<Component> kinds();
}

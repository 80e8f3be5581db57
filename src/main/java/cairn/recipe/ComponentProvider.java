package cairn.recipe;

import java.util.List;

/**
 * Registers your own components, so that recipes in text can name them. Put the name of the implementing class into
 * {@code META-INF/services/cairn.recipe.ComponentProvider}, and folder or jar on the class path; the environment variable
 * {@code CAIRN_CLASSPATH} adds to it. A recipe that is built in Java needs no registration.
 */
public interface ComponentProvider {
    List<Component> components();
}

package cairn.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Any text gives either a recipe or one RecipeException with the place of the problem. A recipe that is written and read again is the same.
 *
 * <pre>JAZZER_FUZZ=1 mvn -B test -Dtest='RecipeFuzzTest#anyText'</pre>
 */
class RecipeFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void anyText(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Recipe recipe;
        try {
            recipe = Recipe.parse(text, "fuzz.yaml");
        } catch (RecipeException e) {
            assertThat(e).hasMessageContaining("fuzz.yaml");
            assertThat(e.problems()).isNotEmpty();
            return;
        }
        Recipe again = Recipe.parse(recipe.toYaml(), "written");
        assertThat(again.toYaml()).isEqualTo(recipe.toYaml());
        assertThat(again.digest()).isEqualTo(recipe.digest());
    }
}

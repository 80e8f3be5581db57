package cairn.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/RECIPES.md names every component with every setting and its default. */
@Tag("repository")
class RecipesPageTest {
    private static final List<Class<?>> ROLES = List.of(cairn.nn.Layer.class, cairn.nn.init.Initializer.class, cairn.nn.Loss.class,
            cairn.optim.Optimizer.class, cairn.optim.schedule.LrSchedule.class, cairn.optim.Clipping.class,
            cairn.data.source.DataSource.class);

    static List<String> rows() {
        ComponentRegistry components = ComponentRegistry.all();
        return ROLES.stream().flatMap(role -> components.names(role).stream().map(n -> components.find(role, n).orElseThrow()))
                .filter(c -> c.prototype().getClass().getPackageName().matches("cairn\\.(nn|optim|data)(\\..*)?"))
                .map(RecipesPageTest::row).toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void thePageHasTheRow(String row) throws IOException {
        assertThat(Files.readString(Path.of("docs/RECIPES.md"))).contains(row);
    }

    @Test
    void thePageHasEverySettingOfRecoveryAndCorruptedBatchesWithItsDefault() throws IOException {
        String page = Files.readString(Path.of("docs/RECIPES.md"));
        for (Record section : List.of(Recovery.of(), Recovery.Spike.of())) {
            new SettingsWriter(ComponentRegistry.all()).settings(section).properties().forEach(e ->
                    assertThat(page).contains("| `" + e.getKey() + "` |")
                            .contains("| `" + e.getKey() + ": " + plain(e.getValue()) + "` |"));
        }
        assertThat(page).contains("| `spike` |").contains("`factor: " + cairn.data.CorruptedBatches.none().factor() + "`");
    }

    private static String row(Component component) {
        StringJoiner settings = new StringJoiner(", ");
        new SettingsWriter(ComponentRegistry.all()).settings(component.prototype()).properties()
                .forEach(e -> settings.add(component.required().contains(e.getKey())
                ? "`" + e.getKey() + "`" : "`" + e.getKey() + ": " + plain(e.getValue()) + "`"));
        return "| `" + component.name() + "` | " + settings + " |";
    }

    private static String plain(JsonNode value) {
        return value.toString().replace("\"", "").replace("{kind:he}", "he");
    }
}

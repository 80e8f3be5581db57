package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.data.fetch.Catalogue;
import cairn.recipe.ComponentRegistry;
import cairn.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of data sets is that of what recipes can name, and says the truth about where they are. */
class InventoryTest {
    /** Sets that need more words than their name. */
    private static final List<String> NEED_MORE = List.of("csv", "image-folder", "npz", "idx");

    @Test
    void everySetThatARecipeCanNameAloneIsListed() {
        List<String> names = ComponentRegistry.all().names(DataSource.class).stream().filter(n -> !NEED_MORE.contains(n)).filter(n ->
                ComponentRegistry.all().find(DataSource.class, n).orElseThrow().prototype().getClass().getPackageName().equals("cairn.data.source")).toList();
        assertThat(Inventory.in(DataFolders.of())).extracting(Inventory.Item::name).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void whatIsFoundCanBeOpenedAndWhatIsNotCanBeFetched() throws Exception {
        DataFolders folders = DataFolders.of(Path.of("datasets"));
        for (Inventory.Item item : Inventory.in(folders)) {
            Recipe recipe = Recipe.named("x").data((DataSource) ComponentRegistry.all().find(DataSource.class, item.name()).orElseThrow().prototype())
                    .model(new cairn.nn.layer.Relu()).build();
            if (item.origin() == Inventory.Origin.FETCHED) {
                assertThat(Catalogue.published().find(item.name())).isPresent();
            } else {
                assertThat(item.place().isPresent()).isEqualTo(item.origin() == Inventory.Origin.BUNDLED);
                assertThat(recipe.data().set().open(folders).train().size()).isPositive();
            }
        }
    }
}

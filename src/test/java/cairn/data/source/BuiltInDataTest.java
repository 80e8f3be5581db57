package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.data.fetch.Catalogue;
import cairn.recipe.ComponentRegistry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of built-in data sets is complete, is what recipes can name, and tells the truth about where they are. */
class BuiltInDataTest {
    private static final List<String> NAMES = BuiltInData.all().stream().map(set -> set.about().name()).toList();

    @Test
    void everySetIsListedOnce() {
        assertThat(BuiltInData.all()).extracting(Object::getClass)
                .containsExactlyInAnyOrder(BuiltInData.class.getPermittedSubclasses());
        assertThat(NAMES).doesNotHaveDuplicates();
    }

    @Test
    void aRecipeCanNameEverySetAlone() {
        for (BuiltInData set : BuiltInData.all()) {
            assertThat(ComponentRegistry.all().find(DataSource.class, set.about().name())).hasValueSatisfying(kind -> {
                assertThat(kind.prototype()).isEqualTo(set);
                assertThat(kind.required()).isEmpty();
            });
        }
    }

    @Test
    void whatCanBeFetchedIsABuiltInSet() {
        assertThat(NAMES).containsAll(Catalogue.published().names());
    }

    @Test
    void whatIsFoundCanBeOpenedAndWhatIsNotCanBeFetched() throws Exception {
        DataFolders folders = DataFolders.of(Path.of("datasets"));
        for (BuiltInData set : BuiltInData.all()) {
            if (set.about().origin() == BuiltInData.Origin.FETCHED) {
                assertThat(Catalogue.published().names()).contains(set.about().name());
            } else {
                assertThat(set.place(folders).isPresent()).isEqualTo(set.about().origin() == BuiltInData.Origin.BUNDLED);
                assertThat(set.open(folders).train().size()).isPositive();
            }
        }
    }
}

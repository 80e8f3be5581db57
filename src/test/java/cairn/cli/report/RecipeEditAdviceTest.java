package cairn.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.recipe.RecipeChange;
import cairn.run.RecipeEdit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecipeEditAdviceTest {
    private static final RecipeChange CHANGE = new RecipeChange("data.batch-size", "13", "14");

    @Test
    void fewChangesAreOptionsOfTheCommand() {
        RecipeEdit edit = new RecipeEdit("iris", 3,
                Optional.of(List.of(CHANGE, new RecipeChange("optimizer.learning-rate", "0.001", "0.5"))));
        assertThat(RecipeEditAdvice.of(edit)).contains("data.batch-size 13 -> 14")
                .endsWith("cairn branch iris@3 NEW --set data.batch-size=14 --set optimizer.learning-rate=0.5");
    }

    @Test
    void manyChangesAndUnknownOnesAreAFile() {
        assertThat(RecipeEditAdvice.of(new RecipeEdit("iris", 3, Optional.of(Collections.nCopies(5, CHANGE)))))
                .endsWith("cairn branch iris@3 NEW --recipe CHANGED.yaml");
        assertThat(RecipeEditAdvice.of(new RecipeEdit("iris", 3, Optional.empty()))).contains("is not recorded")
                .endsWith("cairn branch iris@3 NEW --recipe CHANGED.yaml");
    }
}

package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.recipe.BuiltInRecipes;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cairn doctor --audit}, for the built-in recipes and for recipes with your own layers. */
class AuditTest {
    @TempDir
    private static Path temporary;

    private static String recipe(String name, String layer) throws IOException {
        return Files.writeString(temporary.resolve(name + ".yaml"), """
                name: %s
                data: {set: moons, rows: 150, noise: 0.1, batch-size: 13}
                model: [{dense: {units: 4}}, %s, {dense: {units: 2}}]
                """.formatted(name, layer)).toString();
    }

    @Test
    void theBuiltInRecipesForgetNothing() {
        Cairn.Result audit = Cairn.run("doctor", "--audit", "--json");
        assertThat(audit.exit()).as(audit.err()).isZero();
        assertThat(audit.events("finding")).isEmpty();
        List<JsonNode> audited = audit.events("audit");
        assertThat(audited).hasSizeGreaterThan(5).allMatch(e -> e.get("complete").booleanValue());
        assertThat(audited.get(0).get("classes").get("cairn.train.Trainer").intValue()).isEqualTo(1);
        assertThat(audited.get(0).get("ephemeral").get("cairn.data.Batch.rows").textValue()).isNotBlank();
        assertThat(audit.last().get("audited").intValue() + audit.last().get("skipped").intValue()).isEqualTo(BuiltInRecipes.names().size());
    }

    @Test
    void aFieldThatYourOwnLayerForgetsIsNamedWithItsPath() throws IOException {
        String recipe = recipe("with-forgetful", "forgetful");
        Cairn.Result audit = Cairn.run("doctor", "--audit", recipe);
        assertThat(audit.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(audit.out()).contains("INCOMPLETE with-forgetful")
                .contains("cairn.recipe.OwnComponents$Forgetful$Tally.calls (not final)")
                .containsPattern("reached by  Trainer\\.parts\\.(update|evaluations)\\.(gradients\\.)?programs\\.bySize\\[0\\]\\.forward.*\\.calls")
                .contains("@Ephemeral").doesNotContain("lastCall");
        List<JsonNode> findings = Cairn.run("doctor", "--audit", recipe, "--json").events("finding");
        assertThat(findings).extracting(f -> f.get("field").textValue()).containsExactly("calls");
        assertThat(findings.get(0).get("class").textValue()).isEqualTo("cairn.recipe.OwnComponents$Forgetful$Tally");
    }

    @Test
    void memoryThatIsKeptWithoutAFieldIsNoticedByItsDigest() throws IOException {
        Cairn.Result audit = Cairn.run("doctor", "--audit", recipe("with-remembering", "remembering"));
        assertThat(audit.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(audit.out()).contains("DIFFERS").contains("memory outside the slots");
    }

    @Test
    void yourOwnLayerThatForgetsNothingIsComplete() throws IOException {
        Cairn.Result audit = Cairn.run("doctor", "--audit", recipe("with-stretch", "{stretch: {by: 1.5}}"));
        assertThat(audit.exit()).as(audit.out()).isZero();
        assertThat(audit.out()).contains("complete   with-stretch").contains("cairn.recipe.OwnComponents$Stretch")
                .contains("every field that can change is in a slot or declared @Ephemeral");
        assertThat(Cairn.run("doctor", "--audit", "nowhere.yaml").exit()).isEqualTo(ExitCode.USAGE);
    }
}

package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.state.EarlierDigest;
import cairn.state.State;
import cairn.tensor.device.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Cairn's arithmetic changes only on purpose. The digest of a training of 20 steps is recorded for each known environment. The key is the
 * digest of the facts that decide the bits, including {@code arithmetic}. If this test fails and the change should change no bit, it is
 * wrong. If it should, raise {@code ARITHMETIC} in {@link Backend} and record the new line.
 */
class GoldenBitsTest {
    private static final String EARLIER = ".earlier";

    @Test
    void theSameRecipeGivesTheBitsThatWereRecordedForThisEnvironment() throws IOException {
        Properties recorded = new Properties();
        try (InputStream in = GoldenBitsTest.class.getResourceAsStream("/golden/bits.properties")) {
            recorded.load(in);
        }
        String environment = environment();
        State state = state();
        String found = state.digest();
        String line = environment + " = " + found;
        assumeTrue(recorded.containsKey(environment), "this environment is not recorded; add to golden/bits.properties: " + line);
        assertThat(found).as("bits of this environment; if they should change, raise Backend.ARITHMETIC and record: %s", line)
                .isEqualTo(recorded.getProperty(environment));
        if (recorded.containsKey(environment + EARLIER)) {
            assertThat(EarlierDigest.of(state)).as("the same state by the rule of format version 1")
                    .isEqualTo(recorded.getProperty(environment + EARLIER));
        }
    }

    private static State state() throws IOException {
        Recipe recipe = SelfTest.recipe();
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, DataFolders.of()))) {
            trainer.trainTo(20);
            return trainer.snapshot();
        }
    }

    private static String environment() {
        String facts = Backend.deciding().stream().map(name -> name + "=" + Backend.facts().get(name)).collect(Collectors.joining("\n"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(facts.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

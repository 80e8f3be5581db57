package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
 * A change of Cairn's arithmetic is made on purpose and told: the digest of a training of 20 steps is pinned for each environment on
 * which somebody recorded it, by the digest of the facts that decide bits, {@code arithmetic} among them. If this fails, either the
 * change was not meant to change bits, or {@code ARITHMETIC} in {@link Backend} has to be raised and the new line recorded.
 */
class GoldenBitsTest {

    @Test
    void theSameRecipeGivesTheBitsThatWereRecordedForThisEnvironment() throws IOException {
        Properties recorded = new Properties();
        try (InputStream in = GoldenBitsTest.class.getResourceAsStream("/golden/bits.properties")) {
            recorded.load(in);
        }
        String environment = environment();
        String found = SelfTest.check(20).get(1).found();
        String line = environment + " = " + found;
        assumeTrue(recorded.containsKey(environment), "nobody has recorded this environment; add to golden/bits.properties: " + line);
        assertThat(found).as("bits of this environment; if they were meant to change, raise Backend.ARITHMETIC and record: %s", line)
                .isEqualTo(recorded.getProperty(environment));
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

package cairn.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each illness is found in a run that was made to have it. */
class ExplanationTest {
    @TempDir
    private static Path root;

    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(folder.relativize(file).toString(), Arrays.toString(Files.readAllBytes(file))
                        + Files.getLastModifiedTime(file));
            }
        }
        return content;
    }

    @ParameterizedTest
    @EnumSource(IllRun.class)
    void theIllnessIsTheFirstFinding(IllRun ill) throws IOException {
        Path run = ill.train(root);
        Map<String, String> before = content(run);
        Explanation explanation = Explanation.of(run, IllRun.workspace(), Effort.USUAL);
        assertThat(explanation.findings()).as(ill.name()).isNotEmpty();
        Finding first = explanation.findings().get(0);
        assertThat(first.illness()).isEqualTo(ill.illness());
        assertThat(first.followsFrom()).isEmpty();
        assertThat(first.evidence()).isNotEmpty();
        assertThat(first.decides()).as("what to try").isNotEmpty();
        // Everything else is explained by it.
        assertThat(explanation.findings().stream().skip(1)).allSatisfy(f -> assertThat(f.followsFrom()).isPresent());
        // The same run gives the same words, and nothing was written into it.
        assertThat(Explanation.of(run, IllRun.workspace(), Effort.USUAL)).isEqualTo(explanation);
        assertThat(content(run)).isEqualTo(before);
    }

    @Test
    void everyIllnessHasARun() {
        assertThat(Arrays.stream(IllRun.values()).map(IllRun::illness).distinct()).containsExactlyInAnyOrder(Illness.values());
    }

    /** The dead units of a training with too high a rate have that cause, and those of the initial weights have none. */
    @Test
    void whatFollowsFromAnotherFindingSaysSo() throws IOException {
        List<Finding> findings = Explanation.of(IllRun.RATE_DIGITS.train(root), IllRun.workspace(), Effort.USUAL).findings();
        assertThat(findings).extracting(Finding::illness).contains(Illness.DEAD_UNITS);
        assertThat(findings).filteredOn(f -> f.illness() == Illness.DEAD_UNITS).singleElement()
                .satisfies(f -> assertThat(f.followsFrom()).contains(Illness.LEARNING_RATE_TOO_HIGH))
                .satisfies(f -> assertThat(f.decides()).isEmpty())
                .satisfies(f -> assertThat(f.since()).isPositive());
    }
}

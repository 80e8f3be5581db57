package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.tensor.device.Backend;
import cairn.tensor.device.FreeMemory;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line prints about training rows that are on the device, or do not fit there. */
@Tag("device")
class RowsOnADeviceTest {
    private static final String NOTE = "note: the training rows need ";

    @TempDir
    Path folder;

    @BeforeEach
    void onlyWhereADeviceCanBeMadeSmall() {
        assumeTrue("simulated-gpu".equals(System.getProperty("cairn.backend")) && Backend.isDevice());
    }

    @AfterEach
    void theWholeMemoryAgain() {
        System.clearProperty(FreeMemory.SIMULATED_FREE);
    }

    @Test
    void rowsThatDoNotFitAreNotedAndTheTrainingIsTheSame() {
        Cairn.Result all = train("all");
        assertThat(all.err()).doesNotContain(NOTE);
        JsonNode need = memory();
        assertThat(need.get("data_bytes").asLong()).isPositive();

        // A tenth of the rows fits beside the arrays, because half of the free memory may be used.
        long rows = need.get("data_bytes").asLong();
        System.setProperty(FreeMemory.SIMULATED_FREE, Long.toString(need.get("arrays_bytes").asLong() - rows + rows / 5));
        Cairn.Result none = train("none");
        assertThat(none.err()).contains(NOTE)
                .contains("are available (half of what the arrays leave free), so each batch is prepared on the host and copied");
        assertThat(digest(none)).isEqualTo(digest(all));
        assertThat(memory().get("data_bytes").asLong()).isZero();
        assertThat(Cairn.run("doctor", "wine").err()).contains(NOTE);
    }

    @Test
    void doctorShowsTheirMemoryInARow() {
        assertThat(Cairn.run("doctor", "digits").out()).containsPattern("rows of the data set on the device +\\d{3} kB");
    }

    private JsonNode memory() {
        return Cairn.run("doctor", "wine", "--json").events("memory").get(0);
    }

    private Cairn.Result train(String name) {
        Cairn.Result result = Cairn.run("train", "wine", "--steps", "40", "--run", name, "--dir", folder.toString(), "--json");
        assertThat(result.exit()).as(result.err()).isZero();
        return result;
    }

    private static String digest(Cairn.Result result) {
        return result.events("end").get(0).get("digest").asText();
    }
}

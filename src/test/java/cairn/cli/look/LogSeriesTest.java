package cairn.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.Cairn;
import cairn.disk.RealDisk;
import cairn.look.curve.Curve;
import cairn.look.curve.RunCurves;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSeriesTest {
    @TempDir
    private Path temporary;

    private Cairn.Result cairn(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--dir";
        all[words.length + 1] = temporary.resolve("runs").toString();
        return Cairn.run(all);
    }

    /** Each number is read back to the last bit, and no shorter one would be. */
    @Property
    void numbersAreTheShortestThatAreReadBack(@ForAll double value) {
        String text = LogSeries.text(value);
        assertThat(Double.doubleToLongBits(Double.parseDouble(text))).isEqualTo(Double.doubleToLongBits(value));
        if (Double.isFinite(value) && value != 0) {
            BigDecimal written = new BigDecimal(text).stripTrailingZeros();
            if (written.precision() > 1) {
                assertThat(written.round(new MathContext(written.precision() - 1)).doubleValue()).isNotEqualTo(value);
            }
        }
    }

    @Test
    void theTableHasEveryNumberOfTheRunsToTheLastBit() throws IOException {
        assertThat(cairn("train", "iris", "--epochs", "2").exit()).isZero();
        assertThat(cairn("branch", "iris@latest", "slower", "--set", "optimizer.learning-rate=0.001").exit()).isZero();
        assertThat(cairn("resume", "slower", "--epochs", "3").exit()).isZero();
        Path file = temporary.resolve("both.csv");
        assertThat(cairn("log", "iris", "slower", "--csv", "-o", file.toString()).exit()).isZero();
        List<String> lines = Files.readAllLines(file);
        List<String> columns = List.of(lines.get(0).split(","));
        assertThat(columns).startsWith("run", "step", "epoch").endsWith("marks").contains("train/loss", "train/accuracy", "train/epoch-loss",
                "evaluation/accuracy", "evaluation-low/accuracy", "evaluation-high/accuracy");
        int row = 1;
        for (String run : List.of("iris", "slower")) {
            RunCurves curves = RunCurves.of(temporary.resolve("runs").resolve(run), new RealDisk());
            for (long step = 1; step <= curves.lastStep(); step++, row++) {
                String[] cells = lines.get(row).split(",", columns.size());
                assertThat(cells[0]).isEqualTo(run);
                assertThat(cells[1]).isEqualTo(Long.toString(step));
                assertThat(Double.parseDouble(cells[2])).isEqualTo(step / 6.0);
                for (Curve curve : curves.curves().values()) {
                    int i = Arrays.binarySearch(curve.steps(), step);
                    String cell = cells[columns.indexOf(curve.name())];
                    assertThat(cell).isEqualTo(i < 0 ? "" : LogSeries.text(curve.value(i)));
                }
            }
        }
        assertThat(lines).hasSize(row);
        assertThat(lines.get(12 + 12)).contains("branch of iris");
        assertThat(cairn("log", "iris", "slower", "--csv").out().lines().toList()).as("on the screen").isEqualTo(lines);
        assertThat(cairn("log", "iris", "--csv", "-o", file.toString()).exit()).as("a file is never replaced").isNotZero();
    }

    @Test
    void linesOfJsonHaveTheSameNumbers() throws IOException {
        assertThat(cairn("train", "iris", "--epochs", "1").exit()).isZero();
        Path file = temporary.resolve("iris.jsonl");
        assertThat(cairn("log", "iris", "-o", file.toString()).exit()).isZero();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(6);
        Curve loss = RunCurves.of(temporary.resolve("runs/iris"), new RealDisk()).curve("train/loss").orElseThrow();
        for (int i = 0; i < 6; i++) {
            JsonNode line = new ObjectMapper().readTree(lines.get(i));
            assertThat(line.get("train/loss").doubleValue()).isEqualTo(loss.value(i));
            assertThat(line.has("evaluation/loss")).isEqualTo(i == 5);
        }
        assertThat(cairn("log", "iris", "--json").out().lines().toList()).isEqualTo(lines);
    }

    @Test
    void whatCannotBeMeantIsAUsageError() {
        assertThat(cairn("train", "iris", "--epochs", "1").exit()).isZero();
        for (List<String> words : List.of(List.of("log", "--csv"), List.of("log", "iris"), List.of("log", "iris", "--csv", "--json"),
                List.of("log", "iris", "iris", "--csv"), List.of("log", "other", "--csv"))) {
            assertThat(cairn(words.toArray(String[]::new)).exit()).as("%s", words).isEqualTo(2);
        }
        assertThat(cairn("log").out()).contains("iris");
    }
}

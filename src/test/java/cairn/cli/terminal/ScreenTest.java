package cairn.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.report.Format;
import cairn.recipe.Position;
import cairn.run.Clocks;
import cairn.words.ByteSize;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written to the terminal, and how. */
class ScreenTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private final Host host = new Host(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Terminal.NONE, Signals.NEVER, Map.of(), new Clocks(() -> 0, nanos::get));

    @Test
    void logsGetALineFromTimeToTime() {
        try (Meter meter = Meter.of(host, new Screen(host, false), "step", "steps", 0, 1000)) {
            for (int step = 1; step <= 100; step++) {
                nanos.addAndGet(500_000_000);
                meter.at(step, () -> "loss 1");
            }
        }
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("step 20 of 1000 steps  loss 1", "step 40 of 1000 steps  loss 1",
                "step 60 of 1000 steps  loss 1", "step 80 of 1000 steps  loss 1", "step 100 of 1000 steps  loss 1");
        assertThat(out.size()).isZero();
    }

    @Test
    void programsGetJsonAndNothingElse() {
        Screen screen = new Screen(host, true);
        screen.print("for people");
        screen.emit(Screen.event("x").put("name", "größe \u2713"));
        screen.log("aside");
        assertThat(out.toString(StandardCharsets.US_ASCII).strip()).isEqualTo("{\"event\":\"x\",\"name\":\"gr\\u00F6\\u00DFe \\u2713\"}");
        assertThat(err.toString(StandardCharsets.UTF_8).strip()).isEqualTo("aside");
    }

    @Test
    void peopleGetTextAndNoJson() {
        Screen screen = new Screen(host, false);
        screen.emit(Screen.event("x"));
        screen.print("for people");
        assertThat(out.toString(StandardCharsets.UTF_8).strip()).isEqualTo("for people");
    }

    @Test
    void linesAreWrittenAboveTheBarWhichStaysLast() {
        Screen screen = new Screen(host, false);
        screen.draw("bar 1");
        screen.print("line");
        String clean = "\r" + " ".repeat(79) + "\r";
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("\rbar 1" + clean + "\rbar 1");
        screen.draw("2");
        assertThat(err.toString(StandardCharsets.UTF_8)).as("the rest of the longer one is blanked").endsWith("\r2    ");
        screen.draw("x".repeat(200));
        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("\r" + "x".repeat(79));
        assertThat(screen.erase()).hasSize(79);
        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith(clean);
        assertThat(screen.erase()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.00 kB", "4361, 4.36 kB", "9994, 9.99 kB", "9996, 10.0 kB", "99949, 99.9 kB",
            "99960, 100 kB",
        "999499, 999 kB", "999500, 1.00 MB", "8040000, 8.04 MB", "170052171, 170 MB", "9223372036854775807, 9.22 EB"})
    void sizesHaveThreeDigits(long bytes, String text) {
        assertThat(ByteSize.text(bytes)).isEqualTo(text);
    }

    @Test
    void epochsAreWholeAtTheirEnds() {
        assertThat(Format.epoch(new Position(12, 6))).isEqualTo("2");
        assertThat(Format.epoch(new Position(15, 6))).isEqualTo("2.50");
    }

    @Test
    void columnsAreAligned() {
        Columns table = new Columns("name", ">size", "note");
        table.add("a", "1", "");
        table.add("longer", "1234", "x");
        assertThat(table.toString().lines()).containsExactly("name    size  note", "a          1", "longer  1234  x");
    }
}

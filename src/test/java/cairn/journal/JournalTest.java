package cairn.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.Disk;
import cairn.disk.MemoryDisk;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    @TempDir
    Path root;

    private Path file;
    private long now = 1000;

    @BeforeEach
    void name() {
        file = root.resolve("journal.csv");
    }

    private Journal open() throws IOException {
        return Journal.open(new RealDisk(), file, () -> now++);
    }

    @Test
    void rowsComeBackInOrderWithTheTimesOfTheCallersClock() throws IOException {
        try (Journal journal = open()) {
            journal.append(0, "score/a", 0.1);
            journal.append(1, "digest", "9f2c");
            journal.append(1, "score/a", -0.0);
        }
        assertThat(Files.readString(file)).isEqualTo("""
                attempt,step,time,series,value,check
                1,0,1000,score/a,0.1,9b5f48ef
                1,1,1001,digest,9f2c,2c8eb129
                1,1,1002,score/a,-0.0,36aa3049
                """);
        assertThat(Journals.rows(file)).containsExactly(new Row(1, 0, 1000, "score/a", "0.1"), new Row(1, 1, 1001, "digest", "9f2c"),
                new Row(1, 1, 1002, "score/a", "-0.0"));
        assertThat(Journals.series(file).names()).containsExactly("digest", "score/a");
        assertThat(Journals.tornBytes(file)).isZero();
    }

    @Test
    void numbersAreExactToTheLastBit() throws IOException {
        double[] values = {0.1, 1.0 / 3, -0.0, 0.0, Double.MIN_VALUE, -Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY, 1e-7, 123456789.123456789, Math.nextUp(1.0), 2.2250738585072011e-308};
        try (Journal journal = open()) {
            for (int i = 0; i < values.length; i++) {
                journal.append(i, "x", values[i]);
            }
        }
        List<Row> rows = Journals.rows(file);
        RecordedSeries series = Journals.series(file);
        for (int i = 0; i < values.length; i++) {
            assertThat(rows.get(i).value()).isEqualTo(Double.toString(values[i]));
            assertThat(Double.doubleToRawLongBits(series.number("x", i).getAsDouble())).isEqualTo(Double.doubleToRawLongBits(values[i]));
        }
    }

    @Test
    void textsComeBackAsTheyWere() throws IOException {
        List<String> texts = List.of("", " ", "a,b", "\"", "\"\"", "line\nbreak\r\n", "back\\slash\\n", "\u00e4\ud83d\ude00", "#", "=1+1", ",", "'", "\t",
                "\u0000", "plain", "\\", "\n", "\u2028", "\u0085");
        try (Journal journal = open()) {
            for (int i = 0; i < texts.size(); i++) {
                journal.append(i, "text", texts.get(i));
            }
        }
        assertThat(Journals.rows(file)).extracting(Row::value).containsExactlyElementsOf(texts);
        assertThat(Files.readString(file).lines().count()).isEqualTo(texts.size() + 1L);
        assertThat(Journals.series(file).values("text").values()).containsExactlyElementsOf(texts);
        assertThatThrownBy(() -> Journals.series(file).number("text", 2)).isInstanceOf(UncheckedIOException.class)
                .cause().isInstanceOf(DamagedJournalException.class).hasMessageContainingAll(file.toString(), "'text'", "step 2", "'a,b'");
    }

    @Test
    void eachOpeningIsANewAttemptAndASeriesHasTheLatestOfEachStep() throws IOException {
        try (Journal first = open()) {
            first.append(1, "x", 1.0);
            first.append(2, "x", 2.0);
            first.append(3, "x", 3.0);
            first.append(3, "y", 0.0);
        }
        open().close();
        try (Journal second = open()) {
            second.append(2, "x", 2.5);
        }
        try (Journal third = open()) {
            third.append(2, "x", 2.75);
            third.append(2, "x", 2.875);
        }
        RecordedSeries recorded = Journals.series(file);
        assertThat(recorded.values("x")).containsExactly(Map.entry(1L, "1.0"), Map.entry(2L, "2.875"), Map.entry(3L, "3.0"));
        assertThat(recorded.attempts()).isEqualTo(3);
        assertThat(recorded.stretches("x")).containsExactly(new Stretch(1, 1, 3), new Stretch(2, 2, 2), new Stretch(3, 2, 2));
        assertThat(recorded.stretches("y")).containsExactly(new Stretch(1, 3, 3));
        assertThat(recorded.stretches("z")).isEmpty();
        assertThat(recorded.values("z")).isEmpty();
        assertThat(Journals.rows(file)).extracting(Row::attempt).containsExactly(1L, 1L, 1L, 1L, 2L, 3L, 3L);
    }

    @Test
    void rowsAreInMemoryUntilFlushedAndReadableWhileTheJournalIsOpen() throws IOException {
        try (Journal journal = open()) {
            journal.append(1, "x", 1.0);
            assertThat(Journals.rows(file)).isEmpty();
            journal.flush();
            assertThat(Journals.rows(file)).hasSize(1);
            for (int i = 0; i < 10_000; i++) {
                journal.append(i, "x", 1.0);
            }
            assertThat(Journals.rows(file)).hasSizeBetween(5000, 10_000);
            journal.force();
            assertThat(Journals.rows(file)).hasSize(10_001);
        }
    }

    /** Wherever a kill cuts the file, the whole lines stay, the cut one is removed, and the next attempt appends after them. */
    @Test
    void aFileCutAnywhereKeepsItsWholeLines() throws IOException {
        try (Journal journal = open()) {
            journal.append(1, "x", 1.5);
            journal.append(2, "note", "\u00e4, \"quoted\"\nand broken");
            journal.append(3, "x", 2.5);
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);
            int lines = 0;
            int end = 0;
            for (int i = 0; i < length; i++) {
                if (cut[i] == '\n') {
                    lines++;
                    end = i + 1;
                }
            }
            List<Row> before = Journals.rows(file);
            assertThat(before).hasSize(Math.max(0, lines - 1));
            assertThat(Journals.tornBytes(file)).isEqualTo(length - end);
            try (Journal next = open()) {
                next.append(9, "x", 9.0);
            }
            assertThat(Journals.tornBytes(file)).isZero();
            List<Row> after = Journals.rows(file);
            assertThat(after).hasSize(Math.max(0, lines - 1) + 1);
            assertThat(after.subList(0, before.size())).isEqualTo(before);
            assertThat(after.get(before.size()).attempt()).isEqualTo(lines > 1 ? 2 : 1);
        }
    }

    @Test
    void zerosAtTheEndAreATornLine() throws IOException {
        try (Journal journal = open()) {
            journal.append(1, "x", 1.5);
        }
        Files.write(file, new byte[20_000], StandardOpenOption.APPEND);
        assertThat(Journals.rows(file)).hasSize(1);
        assertThat(Journals.tornBytes(file)).isEqualTo(20_000);
        try (Journal journal = open()) {
            journal.append(2, "x", 2.5);
        }
        assertThat(Journals.rows(file)).extracting(Row::attempt).containsExactly(1L, 2L);
        assertThat(Journals.tornBytes(file)).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1,2,3,x|4 columns|expected 5",
        "1,2,3,x,4,5|6 columns|6 columns",
        "one,2,3,x,4|attempt 'one'|attempt",
        "0,2,3,x,4|attempt 0|attempt",
        "1,-2,3,x,4|step -2|step",
        "1,02,3,x,4|step '02'|step",
        "1,2,3.5,x,4|time '3.5'|time",
        "1,2,99999999999999999999,x,4|time '99999999999999999999'|time",
        "1,2,3,X,4|'X'|series",
        "1,2,3,a//b,4|'a//b'|series",
        "1,2,3,x,a\\q|backslash|a\\q",
        "1,2,3,x,\"open|line|line 3",
        "''|columns|line 3",
    })
    void damageInTheMiddleIsAnErrorWithFileAndLine(String line, String message, String also) throws IOException {
        Files.writeString(file, Columns.UNCHECKED.heading() + "\n1,1,1,x,1.0\n" + line.replace("''", "") + "\n2,3,1,x,1.0\n");
        assertThatThrownBy(() -> Journals.rows(file)).isInstanceOf(DamagedJournalException.class)
                .hasMessageContainingAll(file.toString(), "line 3", message, also);
    }

    @Test
    void anEarlierAttemptAfterALaterOneIsDamage() throws IOException {
        Files.writeString(file, Journals.text("2,1,1,x,1.0", "1,1,1,x,1.0"));
        assertThatThrownBy(() -> Journals.rows(file)).isInstanceOf(DamagedJournalException.class).hasMessageContaining("line 3");
    }

    @Test
    void bytesThatAreNotUtf8AreDamage() throws IOException {
        Files.write(file, (Columns.UNCHECKED.heading() + "\n1,1,1,x,\u00e4\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Journals.rows(file)).isInstanceOf(DamagedJournalException.class);
    }

    @Test
    void aFileThatIsNoJournalIsNeverCut() throws IOException {
        List<String> others = new ArrayList<>(List.of("dear diary", "a,b\n1,2\n", "attempt,step,time,series,value;\n",
                "attempt,step,time,series,values\nx",
                "attempt,step,time,series,value,checks\nx"));
        for (int i = 0; i < others.size(); i++) {
            Files.writeString(file, others.get(i));
            assertThatThrownBy(() -> Journals.rows(file)).isInstanceOf(DamagedJournalException.class).hasMessageContaining("line 1");
            assertSetAside(i + 1, "line 1");
        }
        Files.writeString(file, Columns.CHECKED.heading() + "\nx,1\n");
        assertSetAside(others.size() + 1, "line 2");
    }

    /** Whatever is in the place of a journal is kept whole under another name, and the rows that are appended now can be read. */
    private void assertSetAside(int number, String where) throws IOException {
        byte[] found = Files.readAllBytes(file);
        Path aside = root.resolve("journal.damaged-" + number + ".csv");
        try (Journal journal = open()) {
            assertThat(journal.setAside()).hasValueSatisfying(s -> {
                assertThat(s.file()).isEqualTo(aside);
                assertThat(s.note()).contains(file.toString(), where, aside.toString(), "A new journal begins").hasLineCount(2);
            });
            journal.append(1, "x", 0.5);
        }
        assertThat(aside).hasBinaryContent(found);
        assertThat(Journals.rows(file)).extracting(Row::value).containsExactly("0.5");
        // There was an attempt before, even if its number is not known.
        assertThat(Journals.rows(file).get(0).attempt()).isGreaterThan(1);
        try (Journal again = open()) {
            assertThat(again.setAside()).isEmpty();
        }
    }

    private static byte[] sound() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int step = 1; step <= 500; step++) {
            rows.add("3," + step + ",1700000000000,x," + step / 7.0);
        }
        rows.add("3,500,1700000000000,note,\"a, \"\"quoted\"\" \u00e4\"");
        return Journals.text(rows.toArray(String[]::new)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Each kind of damage, at many places: a zeroed block, two lines glued, a blank line, a byte that is no UTF-8, a row without its end. */
    @ParameterizedTest
    @ValueSource(strings = {"zeros", "glued", "blank", "byte", "removed", "attempt", "quote", "behind"})
    void aDamagedJournalIsSetAsideWhereverTheDamageIs(String kind) throws IOException {
        byte[] sound = sound();
        String text = new String(sound, java.nio.charset.StandardCharsets.ISO_8859_1);
        int number = 0;
        for (int at = Columns.CHECKED.heading().length() + 1; at < sound.length - 40; at += sound.length / 9) {
            int line = text.indexOf('\n', at);
            String begin = text.substring(0, line);
            String end = text.substring(line + 1);
            String damaged = switch (kind) {
                case "zeros" -> text.substring(0, at) + "\0".repeat(Math.min(4096, sound.length - at - 20)) + text.substring(
                        Math.min(at + 4096, sound.length - 20));
                case "glued" -> begin + end;
                case "blank" -> begin + "\n\n" + end;
                case "byte" -> begin + "\n3,499,1,note,\u00e4\n" + end;
                case "removed" -> begin.substring(0, begin.lastIndexOf(',')) + "\n" + end;
                case "attempt" -> begin + "\n999999999999999999,1,1,x,1.0\n" + end.replace("3,", "999999999999999999,");
                case "quote" -> begin + "\n3,1,1,note,\"a\"b\n" + end;
                default -> text + "3,501,1,x,0.53,502,1,x,0.25";
            };
            Files.write(file, damaged.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            assertSetAside(++number, kind.equals("behind") ? "behind the last whole line" : "line ");
        }
    }

    /** Whatever bit of a row has flipped, no reader takes the row for what was recorded. */
    @Test
    void anyFlippedBitOfARowIsDamage() throws IOException {
        String[] rows = {"1,1,1,x,0.5", "1,2,1,checkpoint/digest,00ff", "2,3,1,note,\"a, \"\"b\"\" \\n\"", "2,4,1,x,1.0"};
        byte[] sound = Journals.text(rows).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        List<Row> all = rowsOf(sound);
        assertThat(all).hasSize(rows.length);
        // The last line feed too: a whole row without its end is not what a kill leaves.
        for (int at = Columns.CHECKED.heading().length() + 1; at < sound.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = sound.clone();
                flipped[at] ^= (byte) (1 << bit);
                Files.write(file, flipped);
                RecordedSeries recorded = Journals.series(file);
                assertThat(recorded.damage()).as("byte %d, bit %d", at, bit).hasValueSatisfying(e ->
                        assertThat(e).hasMessageContainingAll(file.toString(), "line "));
                for (String series : recorded.names()) {
                    recorded.values(series).forEach((step, value) -> assertThat(all).anyMatch(row -> row.series().equals(series)
                            && row.step() == step && row.value().equals(value)));
                }
            }
        }
    }

    private List<Row> rowsOf(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        return Journals.rows(file);
    }

    /** A journal that was begun before rows had checks is read, and goes on without them. */
    @Test
    void aJournalWithoutChecksGoesOnAsItBegan() throws IOException {
        Files.writeString(file, "attempt,step,time,series,value\n1,1,1,x,1.5\n1,2,1,x,2.5\n");
        try (Journal journal = open()) {
            assertThat(journal.setAside()).isEmpty();
            journal.append(3, "note", "a,b");
        }
        assertThat(Files.readString(file)).isEqualTo("attempt,step,time,series,value\n1,1,1,x,1.5\n1,2,1,x,2.5\n2,3,1000,note,\"a,b\"\n");
        assertThat(Journals.rows(file)).extracting(Row::value).containsExactly("1.5", "2.5", "a,b");
    }

    /** What stands before the damage is read, and the damage is told with its file and its line. */
    @Test
    void ofADamagedJournalTheBeginningIsRead() throws IOException {
        String text = new String(sound(), java.nio.charset.StandardCharsets.UTF_8);
        int begin = text.indexOf("3,200,");
        Files.writeString(file, text.substring(0, begin) + "\0".repeat(4096) + text.substring(text.indexOf("3,300,")));
        RecordedSeries recorded = Journals.series(file);
        assertThat(recorded.lastStep()).isEqualTo(199);
        assertThat(recorded.values("x")).hasSize(199);
        assertThat(recorded.damage()).hasValueSatisfying(e -> {
            assertThat(e).hasMessageContainingAll(file.toString(), "line 201");
            assertThat(e.getMessage()).hasSizeLessThan(800).doesNotContain("\0");
        });
    }

    /** A file that has grown by far more than an append leaves is damaged; it is not searched through. */
    @Test
    void aJournalThatHasGrownByGigabytesOfZerosIsSetAsideSoon() throws IOException {
        try (Journal journal = open()) {
            journal.append(1, "x", 0.25);
        }
        long size = 30L << 30;
        try (var channel = java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.allocate(1), size - 1);
        }
        RecordedSeries recorded = Journals.series(file);
        assertThat(recorded.values("x")).containsExactly(Map.entry(1L, "0.25"));
        assertThat(recorded.damage()).hasValueSatisfying(e -> assertThat(e).hasMessageContaining("line 3"));
        try (Journal journal = open()) {
            assertThat(journal.setAside()).hasValueSatisfying(s -> assertThat(s.problem()).contains("line 3"));
            assertThat(journal.attempt()).isEqualTo(2);
        }
        assertThat(Files.size(root.resolve("journal.damaged-1.csv"))).isEqualTo(size);
    }

    /** A number of 18 digits was once accepted, counted further, and then refused. */
    @Test
    void attemptsAreCountedOnlySoFarAsTheyCanBeRead() throws IOException {
        Files.writeString(file, Journals.text((Row.MOST_ATTEMPTS - 1) + ",1,1,x,1.0"));
        try (Journal last = open()) {
            assertThat(last.setAside()).isEmpty();
            last.append(2, "x", 2.0);
        }
        assertThat(Journals.rows(file)).hasSize(2);
        assertSetAside(1, "attempt " + Row.MOST_ATTEMPTS + " is the last one");
    }

    /** Some programs convert the ends of lines. The rows are still there. */
    @Test
    void aJournalWithConvertedLineEndsIsReadAndAppendedTo() throws IOException {
        try (Journal journal = open()) {
            journal.append(1, "x", 1.5);
            journal.append(2, "note", "a,\r\nb");
        }
        List<Row> rows = Journals.rows(file);
        Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
        assertThat(Journals.rows(file)).isEqualTo(rows);
        try (Journal journal = open()) {
            assertThat(journal.setAside()).isEmpty();
            assertThat(journal.attempt()).isEqualTo(2);
            journal.append(3, "x", 3.5);
        }
        assertThat(Journals.rows(file)).hasSize(3).startsWith(rows.toArray(Row[]::new));
    }

    /** What is no file at all is set aside too. */
    @Test
    void aFolderInThePlaceOfAJournalIsSetAside() throws IOException {
        Files.createDirectory(file);
        Files.writeString(file.resolve("inside"), "x");
        try (Journal journal = open()) {
            assertThat(journal.setAside()).hasValueSatisfying(s -> assertThat(s.note()).contains("cannot read the journal " + file));
            journal.append(1, "x", 0.5);
        }
        assertThat(root.resolve("journal.damaged-1.csv").resolve("inside")).hasContent("x");
        assertThat(Journals.rows(file)).hasSize(1);
    }

    @Test
    void rowsThatCannotBeWrittenWaitInLittleMemoryAndTheRestIsCounted() throws IOException {
        MemoryDisk memory = new MemoryDisk(true);
        memory.createFolders(Path.of("/disk"));
        FullFor full = new FullFor(memory);
        int rows = 400_000;
        try (Journal journal = Journal.open(full.disk(), Path.of("/disk/journal.csv"), () -> 7)) {
            full.isFull = true;
            for (int step = 0; step < rows; step++) {
                journal.append(step, "score/a", step / 7.0);
            }
            assertThatThrownBy(journal::flush).isInstanceOf(IOException.class).hasMessageContainingAll("cannot append to",
                    "No space left on device");
            assertThat(journal.missing()).isBetween(1L, (long) rows);
            full.isFull = false;
            journal.append(rows, "score/b", 0.5);
            journal.flush();
            journal.append(rows + 1, "score/b", 0.25);
        }
        RecordedSeries recorded = RecordedSeries.read(memory, Path.of("/disk/journal.csv"), series -> true, 0, Long.MAX_VALUE);
        int kept = recorded.values("score/a").size();
        assertThat(kept).isBetween(50_000, 300_000);
        assertThat(recorded.values("score/a").lastKey()).isEqualTo(kept - 1L);
        // The row that came when memory was still full is one of them.
        assertThat(recorded.number(Row.MISSING, kept)).hasValue(rows - kept + 1);
        assertThat(recorded.number("score/b", rows + 1)).hasValue(0.25);
    }

    /** A disk without space for as long as it is told to be. */
    private static final class FullFor {
        private final Disk disk;
        private boolean isFull;

        FullFor(Disk disk) {
            this.disk = disk;
        }

        Disk disk() {
            return Disk.class.cast(Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, args) ->
                    method.getName().equals("append") ? full((Disk.Appended) method.invoke(disk, args)) : method.invoke(disk, args)));
        }

        private Object full(Disk.Appended output) {
            return Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.Appended.class}, (proxy, method, args) -> {
                if (isFull && method.getName().equals("write")) {
                    throw new IOException("No space left on device");
                }
                return method.invoke(output, args);
            });
        }
    }

    @Test
    void badNamesStepsAndClosedJournalsAreRefused() throws IOException {
        Journal journal = open();
        for (String name : new String[] {"", "/", "a/", "/a", "a,b", "A", "a b", "a\n"}) {
            assertThatThrownBy(() -> journal.append(1, name, 1.0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'" + name + "'");
        }
        assertThatThrownBy(() -> journal.append(-1, "x", 1.0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
        journal.close();
        journal.close();
        assertThatThrownBy(() -> journal.append(1, "x", 1.0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThat(Journals.rows(file)).isEmpty();
        assertThatThrownBy(() -> Journals.rows(root.resolve("none.csv"))).isInstanceOf(NoSuchFileException.class);
    }

    /** As objects, all rows would take some 100 MB; a number that is kept takes 16 bytes, and its array may be half empty. */
    @Test
    void ofALongJournalOnlyTheNumbersThatAreAskedForStayInMemory() throws IOException {
        int steps = 300_000;
        try (Journal journal = open()) {
            for (int step = 1; step <= steps; step++) {
                journal.append(step, "score/a", step / 7.0);
                if (step % 10 == 0) {
                    journal.append(step, "score/b", step / 3.0);
                }
            }
        }
        assertThat(Files.size(file)).isGreaterThan(10_000_000);
        Runtime.getRuntime().gc();
        long before = used();
        RecordedSeries wanted = RecordedSeries.read(new RealDisk(), file, "score/a"::equals, 1, steps);
        RecordedSeries range = RecordedSeries.read(new RealDisk(), file, series -> true, 1000, 1010);
        Runtime.getRuntime().gc();
        assertThat(used() - before).isLessThan(20_000_000);
        assertThat(wanted.number("score/a", steps)).hasValue(steps / 7.0);
        assertThat(wanted.values("score/a")).hasSize(steps);
        assertThat(wanted.has("score/b", steps)).as("not asked for").isFalse();
        assertThat(range.values("score/b")).containsOnlyKeys(1000L, 1010L);
        assertThat(range.has("score/a", 999)).as("not asked for").isFalse();
        assertThat(wanted.names()).isEqualTo(range.names()).containsExactly("score/a", "score/b");
        assertThat(wanted.lastStep()).isEqualTo(range.lastStep()).isEqualTo(steps);
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void whatWasRolledBackIsLeftOutAndStepsMayComeInAnyOrder() throws IOException {
        try (Journal journal = open()) {
            journal.append(5, "x", 5.0);
            journal.append(3, "x", 3.0);
            journal.append(4, "x", "not made");
            journal.append(3, "x", 3.5);
            journal.append(5, "x", "not made either");
            journal.append(5, "x", 5.5);
            journal.append(9, "x", 9.0);
            assertThat(last(journal)).isEqualTo(9);
            journal.append(4, Row.ROLLED_BACK, "elsewhere");
            assertThat(last(journal)).isEqualTo(4);
            journal.append(5, "y", 0.0);
        }
        RecordedSeries recorded = Journals.series(file);
        assertThat(recorded.values("x")).containsExactly(Map.entry(3L, "3.5"), Map.entry(4L, "not made"));
        assertThat(recorded.value("x", 4)).contains("not made");
        assertThat(recorded.has("x", 5)).isFalse();
        assertThat(recorded.lastStep()).isEqualTo(5);
    }

    private long last(Journal journal) throws IOException {
        journal.flush();
        return Journals.series(file).lastStep();
    }

    @Test
    void ofAJournalThatIsNotThereNothingIsSaid() throws IOException {
        RecordedSeries recorded = Journals.series(root.resolve("none.csv"));
        assertThat(recorded.lastStep()).isEqualTo(-1);
        assertThat(recorded.names()).isEmpty();
        assertThat(recorded.attempts()).isZero();
    }

    /** As a ratio to making the same text with {@code String.format} and nothing else, the best of five rounds of each in turn. */
    @Test
    void appendingCostsNoMoreThanFormattingALine() throws IOException {
        long appending = Long.MAX_VALUE;
        long formatting = Long.MAX_VALUE;
        long characters = 0;
        try (Journal journal = open()) {
            for (int round = 0; round < 5; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < 20_000; i++) {
                    journal.append(i, "score/a", i / 7.0);
                }
                long middle = System.nanoTime();
                for (int i = 0; i < 20_000; i++) {
                    characters += String.format("%d,%d,%d,%s,%s%n", 1, i, middle, "score/a", i / 7.0).length();
                }
                appending = Math.min(appending, middle - start);
                formatting = Math.min(formatting, System.nanoTime() - middle);
            }
        }
        assertThat(characters).isPositive();
        assertThat((double) appending / formatting).isLessThan(1);
    }

    @Test
    void aLinkThatLeadsToNothingIsSetAsideInPlainWords() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("linked.csv"), root.resolve("nothing"));
        try (Journal journal = Journal.open(new RealDisk(), link, () -> 1)) {
            journal.append(1, "x", 1);
            journal.force();
            assertThat(journal.setAside().orElseThrow().note()).contains(link.toString(), "leads to nothing").doesNotContain("Exception");
        }
        assertThat(root.resolve("nothing")).doesNotExist();
    }
}

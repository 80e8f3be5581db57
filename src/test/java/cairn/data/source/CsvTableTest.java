package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTableTest {
    private static final String WEATHER = """
            day,sky,degrees,play
            1,sunny,20.5,yes
            2,"rain, heavy",-3,no
            3,cloudy,1.5e1,yes
            """;
    private static final CsvSchema SCHEMA = new CsvSchema("play", List.of(), List.of("sky"), CsvSchema.Encoding.ONE_HOT, List.of("day"),
            true, ',');

    @TempDir
    Path folder;

    @Test
    void categoriesBecomeOneFeatureEachInSortedOrder() throws IOException {
        Table table = read(WEATHER, SCHEMA);
        assertThat(table.shape()).containsExactly(4);
        // cloudy, "rain, heavy", sunny, degrees
        assertThat(row(table, 0)).containsExactly(0, 0, 1, 20.5f);
        assertThat(row(table, 1)).containsExactly(0, 1, 0, -3);
        assertThat(row(table, 2)).containsExactly(1, 0, 0, 15);
        assertThat(table.labels()).isEqualTo(new Labels.Classes(List.of("no", "yes")));
        assertThat(table.label(0)).isEqualTo(1);
        assertThat(table.label(1)).isZero();
    }

    @Test
    void categoriesMayBeOneInteger() throws IOException {
        Table table = read(WEATHER, new CsvSchema("play", List.of(), List.of("sky"), CsvSchema.Encoding.INTEGER, List.of(), true, ','));
        assertThat(row(table, 0)).containsExactly(1, 2, 20.5f);
        assertThat(row(table, 1)).containsExactly(2, 1, -3);
    }

    @Test
    void columnsMayBeNamedByNumberAndSeparatedOtherwise() throws IOException {
        Table table = read("1;2;10\n3;4;9\r\n\n5;6;10", new CsvSchema("3", List.of(), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(),
                false, ';'));
        assertThat(table.size()).isEqualTo(3);
        assertThat(row(table, 2)).containsExactly(5, 6);
        // Whole numbers sort by value.
        assertThat(table.labels()).isEqualTo(new Labels.Classes(List.of("9", "10")));
    }

    @Test
    void realTargetsStandInTheOrderTheyWereNamed() throws IOException {
        Table table = read("a,b,c\n1,2,3\n4,5,6\n", new CsvSchema("", List.of("c", "a"), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(),
                true, ','));
        assertThat(row(table, 1)).containsExactly(5);
        float[] targets = new float[2];
        table.targets(1, targets, 0);
        assertThat(targets).containsExactly(6, 4);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() throws IOException {
        assertThat(read("\uFEFFx,y\n1,0\n", CsvSchema.classes("y")).size()).isEqualTo(1);
        assertThat(read("\uFEFFx,y\n1,0\n", CsvSchema.classes("x")).size()).isEqualTo(1);
        // Behind the mark a quote is still a quote.
        assertThat(read("\uFEFF\"x, 1\",y\n1,0\n", CsvSchema.classes("x, 1")).size()).isEqualTo(1);
        CsvSchema first = new CsvSchema("1", List.of(), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(), false, ',');
        assertThat(read("\uFEFF\"a, b\",1\nc,2\n", first).labels()).isEqualTo(new Labels.Classes(List.of("a, b", "c")));
    }

    /** Nothing but blanks is an empty line, wherever it stands. */
    @Test
    void aLineOfBlanksIsNoRow() throws IOException {
        for (String blank : List.of("", " ", "   ", "\t")) {
            assertThat(read("x,y\n1,0\n" + blank + "\n2,1\n" + blank + "\n" + blank, CsvSchema.classes("y")).size()).as("'%s'", blank)
                    .isEqualTo(2);
        }
    }

    /** NA is a country, None a class: in a column of words only nothing is missing. */
    @Test
    void aWordMayBeWhatIsMissingAmongNumbers() throws IOException {
        List<String> words = List.of("-", "?", "N/A", "NA", "None", "nan", "null");
        StringBuilder rows = new StringBuilder("x,place,y\n");
        words.forEach(word -> rows.append("1,").append(word).append(',').append(word).append('\n'));
        CsvSchema schema = new CsvSchema("y", List.of(), List.of("place"), CsvSchema.Encoding.ONE_HOT, List.of(), true, ',');
        Table table = read(rows.toString(), schema);
        assertThat(table.labels()).isEqualTo(new Labels.Classes(words));
        assertThat(table.featureCount()).isEqualTo(1 + words.size());
        refuses("x,place,y\n1,,a\n", schema, "column \"place\": the value is missing");
        refuses("x,place,y\n1,a,\n", schema, "column \"y\": the value is missing");
        refuses("x,place,y\nNone,a,b\n", schema, "column \"x\": the value is missing (\"None\")");
    }

    @Test
    void theOrderOfTheRowsDoesNotChangeTheClasses() throws IOException {
        Table one = read("x,y\n1,b\n2,a\n", CsvSchema.classes("y"));
        Table two = read("x,y\n2,a\n1,b\n", CsvSchema.classes("y"));
        assertThat(one.labels()).isEqualTo(two.labels());
        assertThat(one.label(0)).isEqualTo(two.label(1)).isEqualTo(1);
    }

    /** 1, 01 and 001 are one number and three words. */
    @Test
    void wordsThatAreOneNumberHaveAnOrderOfTheirOwn() throws IOException {
        for (String order : List.of("1 01 2 001", "01 1 001 2", "2 001 1 01")) {
            String rows = "x,kind\n0," + String.join("\n0,", order.split(" ")) + "\n";
            assertThat(read(rows, CsvSchema.classes("kind")).labels()).as(order)
                    .isEqualTo(new Labels.Classes(List.of("001", "01", "1", "2")));
        }
    }

    @Test
    void aTestFileIsReadWithTheClassesAndCategoriesOfTheFirst() throws IOException {
        Table train = CsvTable.read(write(WEATHER), "train", SCHEMA);
        Path other = Files.writeString(folder.resolve("test.csv"), "day,sky,degrees,play\n9,sunny,1,yes\n");
        Table test = CsvTable.readLike(train.columns(), other, "test", SCHEMA);
        assertThat(row(test, 0)).containsExactly(0, 0, 1, 1);
        assertThat(test.label(0)).isEqualTo(1);
        Files.writeString(other, "day,sky,degrees,play\n9,suny,1,yes\n");
        assertThatThrownBy(() -> CsvTable.readLike(train.columns(), other, "test", SCHEMA)).isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("test.csv: line 2, column \"sky\": \"suny\"").hasMessageContaining("did you mean 'sunny'?");
        Files.writeString(other, "day,sky,play\n9,sunny,yes\n");
        assertThatThrownBy(() -> CsvTable.readLike(train.columns(), other, "test", SCHEMA)).hasMessageContaining("expected the columns [sky, degrees, play], in any order; missing: [degrees]");
    }

    /** A remedy leads to no other refusal. */
    @Test
    void whatIsWrongWithALineIsNamedWithWhatHelps() {
        CsvSchema target = new CsvSchema("", List.of("y"), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(), true, ',');
        refuses("x,y\n1,yes\n", target, "words are classes, and their column is named as label");
        CsvSchema places = new CsvSchema("2", List.of(), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(), false, ',');
        refuses("x,y\n1,yes\n", places, "seems to name the columns", "set header: true");
        refuses("x;y\n1;2\n", CsvSchema.classes("y"), "there is no column \"y\"", "separated by ';'");
        refuses("x,y,\n1,2,\n", CsvSchema.classes("y"), "column 3 has no name");
        refuses(",x,y\n0,1,2\n", CsvSchema.classes("y"), "column 1 has no name", "ignored: [\"\"]");
    }

    @Test
    void missingValuesAreRefusedNamingFileLineAndColumn() {
        for (String missing : List.of("", "NA", "?", "NaN", "  ", "null")) {
            refuses("x,y\n1,0\n" + missing + ",1\n", CsvSchema.classes("y"), "data.csv: line 3, column \"x\": the value is missing");
        }
        refuses("x,y\n1,0\n2,\n", CsvSchema.classes("y"), "line 3, column \"y\": the value is missing");
    }

    @Test
    void whatIsNoNumberIsRefusedNamingFileLineAndColumn() {
        for (String bad : List.of("abc", "1d", "0x10", "1,5".replace(',', ';'), "1e", "--1", "1.2.3", "Infinity")) {
            refuses("x,y\n1,0\n2,0\n" + bad + ",1", CsvSchema.classes("y"), "data.csv: line 4, column \"x\": expected a number, found \""
                    + bad + "\"");
        }
        refuses("x,y\n1e99,0\n", CsvSchema.classes("y"), "too large");
    }

    @Test
    void theLineIsThatOfTheFileEvenAfterEmptyLinesAndQuotedBreaks() {
        refuses("x,y\n\n1,\"a\nb\"\nbad,c\n", CsvSchema.classes("y"), "line 5, column \"x\"");
    }

    @Test
    void columnsThatDoNotFitAreRefused() {
        refuses("length,species\n1,0\n", CsvSchema.classes("specis"), "no column \"specis\"; did you mean 'species'?");
        refuses("x,y\n1,0\n", ignoring("row"), "the columns are [x, y]");
        refuses("x,y\n1,0,2\n", CsvSchema.classes("y"), "line 2: expected 2 values, found 3");
        refuses("x,x\n1,0\n", CsvSchema.classes("x"), "same name");
        refuses("x,y\n", CsvSchema.classes("y"), "no rows");
        refuses("", CsvSchema.classes("y"), "no rows");
        refuses("y\n1\n", CsvSchema.classes("y"), "no column is left to be a feature");
        refuses("x,y\n\"1,0\n", CsvSchema.classes("y"), "data.csv");
        assertThatIllegalArgumentException().isThrownBy(() -> read("x,y\n1,0\n", ignoring("y"))).withMessageContaining("two roles");
        assertThatIllegalArgumentException().isThrownBy(() -> CsvSchema.classes("")).withMessageContaining("neither");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused() throws IOException {
        Files.write(folder.resolve("data.csv"), "x,y\n1,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> CsvTable.read(folder.resolve("data.csv"), "t", CsvSchema.classes("y")))
                .isInstanceOf(MalformedDataException.class).hasMessageContaining("UTF-8");
    }

    @Test
    void theDataSourceFillsInWhatIsLeftOut() throws IOException {
        write("x\ty\n1\tb\n");
        DataSource.Csv source = new DataSource.Csv("data.csv", null, "y", null, null, null, null, true, "\\t");
        LoadedData data = source.open(DataFolders.of(folder));
        assertThat(data.train().size()).isEqualTo(1);
        assertThat(data.test()).isEmpty();
        assertThat(source.encoding()).isEqualTo(CsvSchema.Encoding.ONE_HOT);
        assertThatIllegalArgumentException().isThrownBy(() -> new DataSource.Csv("f", "", "y", null, null, null, null, true, "ab"))
                .withMessageContaining("separator");
        assertThatIllegalArgumentException().isThrownBy(() -> new DataSource.Csv("", "", "y", null, null, null, null, true, ","))
                .withMessageContaining("needs file");
    }

    /** As many words as rows make a small file a large table; the column with the most is named, and nothing is allocated for it. */
    @Test
    void aColumnWithTooManyWordsIsNamed() {
        StringBuilder text = new StringBuilder("user,town,x,kind\n");
        for (int i = 0; i < 12_000; i++) {
            text.append('u').append(i).append(",t").append(i % 100).append(',').append(i % 7).append(i % 2 == 0 ? ",a\n" : ",b\n");
        }
        CsvSchema schema = new CsvSchema("kind", List.of(), List.of("user", "town"), CsvSchema.Encoding.ONE_HOT, List.of(), true, ',');
        refuses(text.toString(), schema, "column \"user\": it has 12000 different words");
        refuses(text.toString(), schema, "name the column as ignored, or use the encoding integer");
    }

    private void refuses(String text, CsvSchema schema, CharSequence... says) {
        assertThatThrownBy(() -> read(text, schema)).isInstanceOf(MalformedDataException.class).hasMessageContainingAll(says);
    }

    private static CsvSchema ignoring(String column) {
        return new CsvSchema("y", List.of(), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(column), true, ',');
    }

    private Table read(String text, CsvSchema schema) throws IOException {
        return CsvTable.read(write(text), "t", schema);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), text);
    }

    private static float[] row(Table table, int row) {
        float[] features = new float[table.featureCount()];
        table.features(row, features, 0);
        return features;
    }
}

package cairn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cairn.random.Key;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SplitsTest {

    @Property(tries = 200)
    void partsAreDisjointCompleteAndOfTheAskedSizes(@ForAll @IntRange(min = 1, max = 300) int rows,
            @ForAll @IntRange(max = 120) int validation,
            @ForAll @IntRange(max = 120) int test, @ForAll long seed, @ForAll boolean stratified) {
        Assume.that(validation + test < rows);
        DataSet data = Samples.counting(rows);
        Splits splits = stratified ? Splits.stratified(data, validation, test, Key.of(seed))
                : Splits.random(data, validation, test, Key.of(seed));
        assertThat(splits.validation().size()).isEqualTo(validation);
        assertThat(splits.test().size()).isEqualTo(test);
        int[] all = java.util.stream.Stream.of(splits.train(), splits.validation(), splits.test()).flatMapToInt(p -> Arrays.stream(rows(p)))
                .toArray();
        Arrays.sort(all);
        assertThat(all).isEqualTo(IntStream.range(0, rows).toArray());
    }

    @Property(tries = 100)
    void stratifiedPartsHoldEachClassWithinOneOfItsShare(@ForAll @IntRange(min = 30, max = 300) int rows,
            @ForAll @IntRange(min = 1, max = 14) int test,
            @ForAll @IntRange(min = 1, max = 14) int validation, @ForAll long seed) {
        Splits splits = Splits.stratified(Samples.counting(rows), validation, test, Key.of(seed));
        for (int c = 0; c < 3; c++) {
            int all = (rows - c + 2) / 3;
            int tested = ofClass(splits.test(), c);
            assertThat(tested).isBetween((int) Math.floor((double) all * test / rows) - 1, (int) Math.ceil((double) all * test / rows) + 1);
            double share = (double) (all - tested) * validation / (rows - test);
            assertThat((double) ofClass(splits.validation(), c)).isBetween(share - 1.0001, share + 1.0001);
        }
    }

    /** Random sizes of classes: with at least as many training rows as classes with rows, each of these classes is trained on. */
    @Property(tries = 300)
    void eachClassHasARowToTrainOn(@ForAll @Size(min = 2, max = 12) List<@IntRange(max = 20) Integer> sizes,
            @ForAll @DoubleRange(max = 0.45) double validation, @ForAll @DoubleRange(max = 0.45) double test, @ForAll long seed) {
        int[] labels = IntStream.range(0, sizes.size()).flatMap(c -> IntStream.generate(() -> c).limit(sizes.get(c))).toArray();
        int validationRows = Splits.rowsOf(validation, labels.length);
        int testRows = Splits.rowsOf(test, labels.length);
        Assume.that(labels.length > validationRows + testRows);
        DataSet data = Table.ofFloats("some", new long[] {1}, new float[labels.length], Labels.Classes.numbered(sizes.size()), labels);
        Splits splits = Splits.stratified(data, validationRows, testRows, Key.of(seed));
        assertThat(splits.validation().size()).isEqualTo(validationRows);
        assertThat(splits.test().size()).isEqualTo(testRows);
        assertThat(java.util.stream.Stream.of(splits.train(), splits.validation(), splits.test())
                .flatMapToInt(part -> IntStream.range(0, part.size()).map(row -> Rows.sourceRow(part, row))).sorted().toArray())
                .isEqualTo(IntStream.range(0, labels.length).toArray());
        long present = sizes.stream().filter(n -> n > 0).count();
        long trained = IntStream.range(0, sizes.size()).filter(c -> ofClass(splits.train(), c) > 0).count();
        assertThat(trained).isEqualTo(Math.min(present, splits.train().size()));
        // Where the shares alone train on as many classes as the rows allow, they are not changed.
        Splits shares = Splits.proportional(data, validationRows, testRows, Key.of(seed));
        boolean isEnough = IntStream.range(0, sizes.size()).filter(c -> ofClass(shares.train(), c) > 0).count() == trained;
        assertThat(splits.hasRowsOf(shares)).isEqualTo(isEnough);
    }

    /** One training row and three classes: no exchange can train on more than one of them. */
    @Example
    void sharesThatNoExchangeCanImproveAreKept() {
        eachClassHasARowToTrainOn(List.of(1, 1, 1), 0.3, 0.3, 1);
    }

    @Example
    void theSameKeyGivesTheSamePartsAndAnotherKeyOthers() {
        DataSet data = Samples.counting(100);
        String first = Splits.random(data, 20, 10, Key.of(1)).validation().digest();
        assertThat(Splits.random(data, 20, 10, Key.of(1)).validation().digest()).isEqualTo(first);
        assertThat(Splits.random(data, 20, 10, Key.of(2)).validation().digest()).isNotEqualTo(first);
        String stratified = Splits.stratified(data, 20, 10, Key.of(1)).test().digest();
        assertThat(Splits.stratified(data, 20, 10, Key.of(1)).test().digest()).isEqualTo(stratified);
        assertThat(Splits.stratified(data, 20, 10, Key.of(2)).test().digest()).isNotEqualTo(stratified);
    }

    @Example
    void partsKeepTheOrderOfTheSource() {
        Splits splits = Splits.random(Samples.counting(50), 10, 10, Key.of(3));
        assertThat(rows(splits.test())).isSorted();
        assertThat(rows(splits.train())).isSorted();
    }

    @Example
    void aSplitThatLeavesNothingToTrainOnIsRefused() {
        DataSet data = Samples.counting(10);
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.random(data, 4, 6, Key.of(0)))
                .withMessageContaining("counting").withMessageContaining("10 rows")
                .withMessageContaining("4 for validation and 6 for testing");
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.random(data, -1, 0, Key.of(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.random(data, Integer.MAX_VALUE, Integer.MAX_VALUE, Key.of(0)));
    }

    @Example
    void realLabelsCannotBeStratified() {
        Table real = Table.ofFloats("houses", new long[] {1}, new float[9], new Labels.Reals(1), new float[9]);
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.stratified(real, 2, 2, Key.of(0))).withMessageContaining("houses");
    }

    /** A data set of a program's own: a label that is no class, in any row and any way to split, also in test rows of their own. */
    @Property(tries = 50)
    void aLabelThatIsNoClassIsRefusedWithItsRow(@ForAll @IntRange(max = 39) int row, @ForAll boolean isNegative) {
        DataSet sound = Samples.counting(40);
        int wrong = isNegative ? -1 : sound.labels().width();
        DataSet data = (DataSet) Proxy.newProxyInstance(DataSet.class.getClassLoader(), new Class<?>[] {DataSet.class}, (proxy, method, args) ->
                method.getName().equals("label") && args[0].equals(row) ? wrong : method.invoke(sound, args));
        String says = "row " + row + ": class " + wrong + " is not one of the 3 classes 0 to 2";
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.stratified(data, 5, 5, Key.of(1))).withMessageContaining(says);
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.random(data, 5, 5, Key.of(1))).withMessageContaining(says);
        Splits two = Splits.random(sound, 5, 0, Key.of(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Splits(two.train(), two.validation(), data)).withMessageContaining(says);
    }

    @Example
    void aFractionMeansTheNearestNumberOfRows() {
        assertThat(Splits.rowsOf(0.2, 150)).isEqualTo(30);
        assertThat(Splits.rowsOf(0.5, 3)).isEqualTo(2);
        assertThat(Splits.rowsOf(0, 3)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.rowsOf(1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> Splits.rowsOf(Double.NaN, 3));
    }

    /** The source row of each row, as its first feature tells. */
    private static int[] rows(DataSet part) {
        float[] features = new float[2];
        int[] rows = new int[part.size()];
        for (int i = 0; i < rows.length; i++) {
            part.features(i, features, 0);
            rows[i] = (int) features[0];
        }
        return rows;
    }

    private static int ofClass(DataSet part, int c) {
        return (int) IntStream.range(0, part.size()).filter(i -> part.label(i) == c).count();
    }
}

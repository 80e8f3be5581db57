package cairn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import cairn.random.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BatchesTest {

    @Property(tries = 200)
    void everyEpochIsAPermutationOfTheRows(@ForAll @IntRange(min = 1, max = 200) int rows,
            @ForAll @IntRange(min = 1, max = 220) int batchSize,
            @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long epoch, @ForAll long seed) {
        Batches batches = Batches.shuffled(Samples.counting(rows), batchSize, Key.of(seed));
        int[] seen = epoch(batches, epoch).stream().flatMapToInt(Arrays::stream).toArray();
        Arrays.sort(seen);
        assertThat(seen).isEqualTo(IntStream.range(0, rows).toArray());
    }

    @Property(tries = 100)
    void theBatchOfAStepDoesNotDependOnWhatWasAskedBefore(@ForAll @IntRange(min = 1, max = 60) int rows,
            @ForAll @IntRange(min = 1, max = 20) int batchSize,
            @ForAll List<@LongRange(min = 0, max = 300) Long> steps) {
        Batches used = Batches.shuffled(Samples.counting(rows), batchSize, Key.of(1));
        Batch reused = new Batch();
        for (long step : steps) {
            Batch fresh = Batches.shuffled(Samples.counting(rows), batchSize, Key.of(1)).at(step);
            assertThat(Samples.same(used.at(step), fresh)).isTrue();
            assertThat(Samples.same(used.fill(step, reused), fresh)).isTrue();
        }
    }

    /** The order is the documented one, so that another program can know which rows a step saw. */
    @Example
    void theOrderOfAnEpochIsTheDocumentedPermutation() {
        Key key = Key.of(11);
        Batches batches = Batches.shuffled(Samples.counting(10), 4, key);
        int[] order = key.fold("data").fold(3).permutation(10);
        assertThat(epoch(batches, 3)).containsExactly(Arrays.copyOfRange(order, 0, 4), Arrays.copyOfRange(order, 4, 8),
                Arrays.copyOfRange(order, 8, 10));
    }

    @Example
    void aBatchHoldsTheFeaturesAndLabelsOfItsRows() {
        Batch batch = Batches.shuffled(Samples.counting(10), 4, Key.of(2)).at(1);
        for (int i = 0; i < 4; i++) {
            int row = batch.rows()[i];
            assertThat(batch.features()[2 * i]).isEqualTo(row);
            assertThat(batch.features()[2 * i + 1]).isEqualTo(1000f + row);
            assertThat(batch.labels()[i]).isEqualTo(row % 3);
        }
        assertThatIllegalStateException().isThrownBy(batch::targets).withMessageContaining("step 1");
    }

    @Example
    void realTargetsComeWithTheirRows() {
        Table real = Table.ofFloats("t", new long[] {1}, new float[] {1, 2, 3}, new Labels.Reals(2), new float[] {1, 10, 2, 20, 3, 30});
        Batch batch = Batches.shuffled(real, 2, Key.of(2)).at(1);
        float x = batch.features()[0];
        assertThat(Arrays.copyOf(batch.targets(), 2)).containsExactly(x, 10 * x);
        assertThatIllegalStateException().isThrownBy(batch::labels);
    }

    @Example
    void lastBatchOfAnEpochMayBeShortOrDropped() {
        Batches batches = Batches.shuffled(Samples.counting(10), 4, Key.of(2));
        assertThat(batches.batchesPerEpoch()).isEqualTo(3);
        assertThat(sizes(batches, 6)).containsExactly(4, 4, 2, 4, 4, 2);
        assertThat(batches.droppingLast().batchesPerEpoch()).isEqualTo(2);
        assertThat(sizes(batches.droppingLast(), 4)).containsExactly(4, 4, 4, 4);
        assertThat(Batches.shuffled(Samples.counting(8), 4, Key.of(2)).batchesPerEpoch()).isEqualTo(2);
    }

    /** Field bug 1: stop after any batch of an epoch; the rows seen before and after are those of the unbroken run, each once. */
    @Example
    void stoppingAfterAnyBatchOfAnEpochLosesAndRepeatsNoRow() {
        List<int[]> unbroken = steps(fresh(), 0, 30);
        for (int stop = 0; stop <= 30; stop++) {
            List<int[]> broken = new ArrayList<>(steps(fresh(), 0, stop));
            broken.addAll(steps(fresh(), stop, 30));
            assertThat(broken).containsExactlyElementsOf(unbroken);
        }
    }

    /** Field bug 2: a resume inside epochs 0, 1 and 5 uses that epoch's own order. */
    @Example
    void everyEpochHasItsOwnOrderAfterAResume() {
        List<int[]> unbroken = steps(fresh(), 0, 60);
        for (int epoch : new int[] {0, 1, 5}) {
            int from = epoch * fresh().batchesPerEpoch() + 2;
            assertThat(steps(fresh(), from, from + 3)).containsExactlyElementsOf(unbroken.subList(from, from + 3));
        }
        assertThat(epoch(fresh(), 0)).isNotEqualTo(epoch(fresh(), 1));
        assertThat(fresh().at(0).rows()).isNotEqualTo(fresh().at(fresh().batchesPerEpoch()).rows());
    }

    /** Field bug 3: other draws, from the same key or another, change no order. */
    @Example
    void drawingMoreRandomNumbersChangesNoOrder() {
        List<int[]> expected = steps(fresh(), 7, 12);
        Key key = Key.of(21);
        key.permutation(1000);
        key.fold("data").bits(5);
        key.gaussian(3);
        Batches batches = Batches.shuffled(Samples.counting(23), 5, key);
        key.fold("data").fold(1).permutation(23);
        batches.at(999);
        assertThat(steps(batches, 7, 12)).containsExactlyElementsOf(expected);
    }

    /** Field bugs 4 and 5: at the boundary of an epoch, and after a resume in the middle, every later epoch is whole. */
    @Example
    void everyLaterEpochIsWholeWhereverTheRunWasResumed() {
        int perEpoch = fresh().batchesPerEpoch();
        for (int resume = 0; resume <= 2 * perEpoch; resume++) {
            Batches resumed = fresh();
            resumed.at(resume);
            for (int epoch = resume / perEpoch + 1; epoch < 5; epoch++) {
                assertThat(epoch(resumed, epoch)).hasSize(perEpoch);
                assertThat(epoch(resumed, epoch).stream().flatMapToInt(Arrays::stream).distinct().count()).isEqualTo(23);
            }
        }
    }

    /** Field bug 6: ten stops and resumes inside one epoch. */
    @Example
    void tenResumesInsideOneEpochAreExact() {
        Table data = Samples.counting(100);
        Batches unbroken = Batches.shuffled(data, 8, Key.of(4));
        for (int step = 0; step < 10; step++) {
            assertThat(Samples.same(Batches.shuffled(data, 8, Key.of(4)).at(step), unbroken.at(step))).isTrue();
        }
    }

    /** Field bug 8: a late step reads as many rows as an early one, its own. */
    @Example
    void stepOneMillionReadsItsOwnRowsAndNoOthers() {
        AtomicInteger reads = new AtomicInteger();
        Batches batches = Batches.shuffled(new Watched(Samples.counting(1000), row -> reads.incrementAndGet()), 32, Key.of(0));
        batches.at(0);
        int early = reads.getAndSet(0);
        batches.at(1_000_000);
        assertThat(reads.get()).isEqualTo(early).isEqualTo(2 * 32);
        assertThat(batches.epoch(1_000_000)).isEqualTo(31250);
    }

    /** Field bug 21: the augmented images of the first ten resumed steps are bit-equal. */
    @Example
    void augmentationOfResumedStepsIsExact() {
        Batches unbroken = augmented();
        List<Batch> expected = LongStream.range(0, 20).mapToObj(unbroken::at).toList();
        Batches resumed = augmented();
        for (int step = 10; step < 20; step++) {
            assertThat(Samples.same(resumed.at(step), expected.get(step))).isTrue();
        }
        assertThat(unbroken.at(0).features()).isNotEqualTo(Batches.shuffled(Samples.images(12, 5, 5, 3), 4, Key.of(8)).at(0).features());
    }

    @Example
    void theSameImageIsChangedInAnotherWayInTheNextEpoch() {
        Table one = Samples.images(1, 9, 9, 1);
        Batches batches = Batches.shuffled(one, 1, Key.of(8)).augmented(new Augmentation(3, true));
        assertThat(LongStream.range(0, 20).mapToObj(batches::at).map(b -> Arrays.hashCode(b.features())).distinct().count())
                .isGreaterThan(10);
    }

    @Example
    void augmentationComesAfterNormalizationAndFillsWithTheMean() {
        Table images = Samples.images(6, 4, 4, 2);
        Normalization standard = Normalization.fit(Normalization.Kind.STANDARDIZE, images);
        Batches plain = Batches.shuffled(images, 6, Key.of(8)).normalized(standard);
        Batch changed = plain.augmented(new Augmentation(1, false)).at(0);
        float[] expected = new float[32];
        int moved = 0;
        for (int i = 0; i < 6; i++) {
            float[] row = Arrays.copyOfRange(plain.at(0).features(), 32 * i, 32 * i + 32);
            new Augmentation(1, false).apply(row, expected, 0, images.shape(), Key.of(8).fold("augment").fold(0).fold(i));
            assertThat(Arrays.copyOfRange(changed.features(), 32 * i, 32 * i + 32)).isEqualTo(expected);
            moved += Arrays.equals(row, expected) ? 0 : 1;
        }
        assertThat(moved).isPositive();
    }

    @Example
    void batchesInOrderAreForEvaluation() {
        Batches batches = Batches.inOrder(Samples.counting(10), 4);
        assertThat(epoch(batches, 0)).containsExactly(new int[] {0, 1, 2, 3}, new int[] {4, 5, 6, 7}, new int[] {8, 9});
        assertThat(epoch(batches, 7)).containsExactlyElementsOf(epoch(batches, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Batches.inOrder(Samples.images(4, 4, 4, 1), 2)
                .augmented(new Augmentation(1, true)));
    }

    @Example
    void withoutFeaturesRowsAndLabelsAreTheSame() {
        Batches whole = Batches.shuffled(Samples.counting(10), 4, Key.of(5)).normalized(Normalization.scale());
        BatchMaker bare = new RowNumberBatches(whole);
        assertThat(bare.batchesPerEpoch()).isEqualTo(whole.batchesPerEpoch());
        Batch batch = new Batch();
        for (int step = 0; step < 9; step++) {
            bare.fill(step, batch);
            Batch expected = whole.at(step);
            assertThat(batch.hasFeatures()).isFalse();
            assertThat(batch.size()).isEqualTo(expected.size());
            assertThat(Arrays.copyOf(batch.rows(), batch.size())).isEqualTo(Arrays.copyOf(expected.rows(), expected.size()));
            assertThat(Arrays.copyOf(batch.labels(), batch.size())).isEqualTo(Arrays.copyOf(expected.labels(), expected.size()));
        }
        assertThatIllegalStateException().isThrownBy(batch::features).withMessage("the batch of step 8 was made without features; gather"
                + " them by its rows");
        Batches changing = Batches.shuffled(Samples.images(4, 4, 4, 1), 2, Key.of(1)).augmented(new Augmentation(1, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new RowNumberBatches(changing))
                .withMessage("the augmented rows of images differ in every step, so they cannot be gathered by their numbers");
    }

    @Example
    void corruptedBatchesAreWholeAndMultipliedAndTheOthersUnchanged() {
        Batches whole = Batches.shuffled(Samples.counting(10), 4, Key.of(5)).normalized(Normalization.scale());
        BatchMaker bare = new RowNumberBatches(whole);
        BatchMaker corrupted = new CorruptedBatches(List.of(3L), -2).among(bare, whole);
        for (int step = 0; step < 9; step++) {
            Batch expected = step == 3 ? whole.at(step) : bare.at(step);
            for (int i = 0; step == 3 && i < expected.size() * expected.featureCount(); i++) {
                expected.features()[i] *= -2;
            }
            assertThat(Samples.same(corrupted.at(step), expected)).isTrue();
        }
        assertThat(CorruptedBatches.none().among(bare, whole)).isSameAs(bare);
    }

    @Example
    void aReusedBatchKeepsItsArrays() {
        Batches batches = Batches.shuffled(Samples.counting(10), 4, Key.of(1));
        Batch batch = batches.fill(0, new Batch());
        float[] features = batch.features();
        for (int step = 1; step < 9; step++) {
            assertThat(batches.fill(step, batch).features()).isSameAs(features);
        }
    }

    @Example
    void manyThreadsGetTheSameBatches() {
        Batches shared = augmented();
        assertThat(LongStream.range(0, 400).parallel().allMatch(i -> Samples.same(shared.at(i % 40), augmented().at(i % 40)))).isTrue();
    }

    @Example
    void impossibleBatchesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Batches.shuffled(Samples.counting(3), 0, Key.of(0)))
                .withMessageContaining("found 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Batches.shuffled(Samples.counting(3), 4, Key.of(0)).droppingLast())
                .withMessageContaining("3 rows").withMessageContaining("smaller batches");
        assertThatIllegalArgumentException().isThrownBy(() -> Batches.inOrder(new Rows("none", Samples.counting(3), new int[0]), 4))
                .withMessageContaining("none");
        assertThatIllegalArgumentException().isThrownBy(() -> fresh().at(-1)).withMessageContaining("-1");
    }

    private static Batches fresh() {
        return Batches.shuffled(Samples.counting(23), 5, Key.of(21));
    }

    private static Batches augmented() {
        return Batches.shuffled(Samples.images(12, 5, 5, 3), 4, Key.of(8)).normalized(Normalization.scale())
                .augmented(new Augmentation(2, true));
    }

    private static List<int[]> epoch(Batches batches, long epoch) {
        int n = batches.batchesPerEpoch();
        return steps(batches, epoch * n, epoch * n + n);
    }

    private static List<int[]> steps(Batches batches, long from, long to) {
        return LongStream.range(from, to).mapToObj(batches::at).map(b -> Arrays.copyOf(b.rows(), b.size())).toList();
    }

    private static List<Integer> sizes(Batches batches, int steps) {
        return LongStream.range(0, steps).mapToObj(s -> batches.at(s).size()).toList();
    }
}

package cairn.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistics are over fixed keys, so each test either always passes or never does; the bounds are those of p = 1e-6. */
class KeyTest {
    private static final int DRAWS = 50_000;
    /** Two-sided quantile of the standard normal for p = 1e-6. */
    private static final double Z = 4.9;

    private static double[] draw(int count, IntToDoubleFunction draw) {
        return java.util.stream.IntStream.range(0, count).mapToDouble(draw).toArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE, Long.MAX_VALUE, 0x9e3779b97f4a7c15L})
    void bitsAreThoseOfSplittableRandomReadByIndex(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Key key = Key.of(seed);
        for (int i = 0; i < 1000; i++) {
            assertThat(key.bits(i)).isEqualTo(random.nextLong());
        }
    }

    /** Golden values, first computed by this class: they may never change, or no run could be resumed exactly. */
    @Test
    void theBitsNeverChange() {
        Key key = Key.of(42);
        assertThat(key.fold(0)).isEqualTo(new Key(0xbcffde8c2a63563fL, 0x9d65348ee7b5b679L));
        assertThat(key.fold(1)).isEqualTo(new Key(0x8e7f4dd6eb713d45L, 0x375537a1663ebf5bL));
        assertThat(key.fold("data")).isEqualTo(new Key(0x55f5009e82bb0a88L, 0x1c27763249022639L));
        assertThat(key.fold("data").fold(3).bits(7)).isEqualTo(0x16f2aaf496a2b6fbL);
        assertThat(key.fold("")).isEqualTo(new Key(0x952c645485b64446L, 0xc8aeebe32c339ba5L));
        assertThat(Double.doubleToRawLongBits(key.gaussian(0))).isEqualTo(0x3fe4bdde731d47a0L);
        assertThat(Double.doubleToRawLongBits(key.gaussian(1))).isEqualTo(0xbfefd59dd259ccc3L);
        assertThat(Double.doubleToRawLongBits(key.uniform(0))).isEqualTo(0x3fe7bae644c5fd6dL);
        assertThat(Double.doubleToRawLongBits(key.openUniform(0))).isEqualTo(0x3fe7bae644c5fd6dL);
        assertThat(key.permutation(10)).containsExactly(8, 2, 4, 7, 0, 5, 1, 9, 3, 6);
        assertThat(key.below(1000, 5)).isEqualTo(868);
    }

    @Test
    void drawsDependOnKeyAndIndexOnly() {
        Key key = Key.of(7).fold("a");
        double late = key.uniform(1_000_000_000_000L);
        for (int i = 0; i < 100; i++) {
            key.fold(i).uniform(i);
            key.permutation(i);
        }
        assertThat(key.uniform(1_000_000_000_000L)).isEqualTo(late);
        assertThat(Key.of(7).fold("a")).isEqualTo(key);
    }

    @Test
    void foldsThatDifferGiveKeysThatDiffer() {
        Set<Key> keys = new HashSet<>();
        Set<Long> bits = new HashSet<>();
        int count = 0;
        for (long seed = -2; seed < 3; seed++) {
            Key root = Key.of(seed);
            for (long i = -500; i < 500; i++) {
                for (Key key : new Key[] {root.fold(i), root.fold("" + i), root.fold(1).fold(i), root.fold(i).fold(1).fold("x"), root.fold("a").fold(i),
                        root.fold("a" + i), root.fold(i << 32)}) {
                    keys.add(key);
                    bits.add(key.bits(0));
                    assertThat(key.gamma() & 1).isEqualTo(1);
                }
            }
            count += 7 * 1000;
        }
        // fold(0) and fold(0 << 32) are one; so are fold(1).fold(1), reached once only. Everything else is another key.
        assertThat(keys).hasSize(count - 5);
        assertThat(bits).hasSize(count - 5);
    }

    @Test
    void theOrderOfFoldsMattersAndANameIsNotItsParts() {
        Key key = Key.of(1);
        assertThat(key.fold(1).fold(2)).isNotEqualTo(key.fold(2).fold(1));
        assertThat(key.fold("a").fold("b")).isNotEqualTo(key.fold("b").fold("a")).isNotEqualTo(key.fold("ab")).isNotEqualTo(key.fold("a/b"));
        assertThat(key.fold("1")).isNotEqualTo(key.fold(1));
        assertThat(key.fold("\0")).isNotEqualTo(key.fold("")).isNotEqualTo(key.fold("\0\0"));
    }

    @Test
    void keysThatAreNeighboursAreNotCorrelated() {
        Key root = Key.of(3);
        Key[][] pairs = {{root, root.fold(0)}, {root.fold(0), root.fold(1)}, {root.fold("a"), root.fold("b")}, {Key.of(0), Key.of(1)},
            {root.fold(1).fold(2), root.fold(2).fold(1)}, {root.fold("a").fold(9), root.fold("a").fold(10)}, {root, root.fold("")}};
        for (Key[] pair : pairs) {
            double[] a = draw(DRAWS, pair[0]::uniform);
            assertThat(new PearsonsCorrelation().correlation(a, draw(DRAWS, pair[1]::uniform))).isCloseTo(0, within(Z / Math.sqrt(DRAWS)));
            assertThat(new PearsonsCorrelation().correlation(a, draw(DRAWS, i -> pair[1].uniform(i + 1)))).isCloseTo(0, within(Z / Math.sqrt(DRAWS)));
        }
    }

    @Test
    void drawsAtOneIndexOfManyFoldsAreUniformAndNotCorrelated() {
        Key root = Key.of(5).fold("step");
        double[] first = draw(DRAWS, i -> root.fold(i).uniform(0));
        double[] next = draw(DRAWS, i -> root.fold(i + 1).uniform(0));
        assertThat(new PearsonsCorrelation().correlation(first, next)).isCloseTo(0, within(Z / Math.sqrt(DRAWS)));
        assertThat(chiSquared(256, DRAWS, i -> root.fold(i).uniform(0))).isLessThan(limit(256));
        assertThat(ks(new UniformRealDistribution(0, 1), first)).isGreaterThan(1e-6);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42})
    void everyBitIsFair(long seed) {
        Key key = Key.of(seed).fold("bits");
        for (int bit = 0; bit < 64; bit++) {
            int shift = bit;
            long ones = java.util.stream.LongStream.range(0, DRAWS).filter(i -> (key.bits(i) >>> shift & 1) == 1).count();
            assertThat((ones - DRAWS / 2.0) / Math.sqrt(DRAWS / 4.0)).as("bit " + bit).isBetween(-Z, Z);
            long ofKeys = java.util.stream.LongStream.range(0, DRAWS).filter(i -> (key.fold(i).seed() >>> shift & 1) == 1).count();
            assertThat((ofKeys - DRAWS / 2.0) / Math.sqrt(DRAWS / 4.0)).as("seed bit " + bit).isBetween(-Z, Z);
        }
    }

    @Test
    void uniformIsUniform() {
        Key key = Key.of(9).fold("u");
        assertThat(ks(new UniformRealDistribution(0, 1), draw(DRAWS, key::uniform))).isGreaterThan(1e-6);
        assertThat(chiSquared(1000, DRAWS, key::uniform)).isLessThan(limit(1000));
        for (int i = 0; i < DRAWS; i++) {
            assertThat(key.uniform(i) >= 0 && key.uniform(i) < 1).isTrue();
            assertThat(key.openUniform(i) > 0 && key.openUniform(i) < 1).isTrue();
        }
    }

    @Test
    void gaussianIsStandardNormal() {
        Key key = Key.of(9).fold("g");
        double[] z = draw(200_000, key::gaussian);
        DescriptiveStatistics s = new DescriptiveStatistics(z);
        assertThat(s.getMean()).isCloseTo(0, within(Z / Math.sqrt(z.length)));
        assertThat(s.getVariance()).isCloseTo(1, within(Z * Math.sqrt(2.0 / z.length)));
        assertThat(s.getSkewness()).isCloseTo(0, within(Z * Math.sqrt(6.0 / z.length)));
        assertThat(s.getKurtosis()).isCloseTo(0, within(Z * Math.sqrt(24.0 / z.length)));
        assertThat(s.getMax()).isBetween(4.0, 8.3);
        assertThat(ks(new NormalDistribution(0, 1), java.util.Arrays.copyOf(z, DRAWS))).isGreaterThan(1e-6);
    }

    @Test
    void gaussianIsTheInverseOfTheNormalDistributionFunction() {
        Key key = Key.of(1);
        NormalDistribution normal = new NormalDistribution(0, 1);
        for (int i = 0; i < 2000; i++) {
            assertThat(normal.cumulativeProbability(key.gaussian(i))).isCloseTo(key.openUniform(i), within(1e-13));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1000})
    void belowIsUniform(int bound) {
        Key key = Key.of(11).fold(bound);
        if (bound == 1) {
            assertThat(key.below(1, 0)).isZero();
        } else {
            assertThat(chiSquared(bound, DRAWS, i -> (key.below(bound, i) + 0.5) / bound)).isLessThan(limit(bound));
        }
    }

    @Test
    void belowReachesBothEndsOfLargeBoundsAndRefusesEmptyOnes() {
        Key key = Key.of(11);
        int smallest = Integer.MAX_VALUE;
        int largest = 0;
        for (int i = 0; i < DRAWS; i++) {
            int drawn = key.below(Integer.MAX_VALUE, i);
            assertThat(drawn).isBetween(0, Integer.MAX_VALUE - 1);
            smallest = Math.min(smallest, drawn);
            largest = Math.max(largest, drawn);
        }
        assertThat(smallest).isLessThan(1 << 20);
        assertThat(largest).isGreaterThan(Integer.MAX_VALUE - (1 << 20));
        assertThatThrownBy(() -> key.below(0, 0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0");
        assertThatThrownBy(() -> new Key(1, 2)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("odd");
        assertThatThrownBy(() -> key.permutation(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
    }

    @Test
    void permutationIsAPermutation() {
        for (int n : new int[] {0, 1, 2, 3, 100, 4097}) {
            for (int k = 0; k < 5; k++) {
                assertThat(Key.of(k).fold(n).permutation(n)).containsExactlyInAnyOrder(java.util.stream.IntStream.range(0, n).toArray());
            }
        }
    }

    @Test
    void allPermutationsOfFourAreEquallyLikely() {
        Key key = Key.of(13).fold("p");
        assertThat(chiSquared(24, DRAWS, i -> (rank(key.fold(i).permutation(4)) + 0.5) / 24)).isLessThan(limit(24));
    }

    @Test
    void permutationsOfNeighbouringKeysAreNotCorrelated() {
        Key key = Key.of(13).fold("data");
        double[] one = java.util.Arrays.stream(key.fold(0).permutation(10_000)).asDoubleStream().toArray();
        double[] two = java.util.Arrays.stream(key.fold(1).permutation(10_000)).asDoubleStream().toArray();
        assertThat(new PearsonsCorrelation().correlation(one, two)).isCloseTo(0, within(Z / 100));
        assertThat(new PearsonsCorrelation().correlation(one, draw(10_000, i -> i))).isCloseTo(0, within(Z / 100));
    }

    /** The number of a permutation of four in lexicographic order. */
    private static int rank(int[] p) {
        int rank = 0;
        for (int i = 0; i < 4; i++) {
            int smaller = 0;
            for (int j = i + 1; j < 4; j++) {
                smaller += p[j] < p[i] ? 1 : 0;
            }
            rank = rank * (4 - i) + smaller;
        }
        return rank;
    }

    /** The statistic of uniformity over {@code cells} equal cells of [0, 1). */
    private static double chiSquared(int cells, int draws, IntToDoubleFunction draw) {
        long[] counts = new long[cells];
        for (int i = 0; i < draws; i++) {
            counts[(int) (draw.applyAsDouble(i) * cells)]++;
        }
        double expected = (double) draws / cells;
        return java.util.Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
    }

    private static double limit(int cells) {
        return new ChiSquaredDistribution(cells - 1).inverseCumulativeProbability(1 - 1e-6);
    }

    private static double ks(org.apache.commons.math3.distribution.RealDistribution distribution, double[] values) {
        return new KolmogorovSmirnovTest().kolmogorovSmirnovTest(distribution, values, false);
    }
}

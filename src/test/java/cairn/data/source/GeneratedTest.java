package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import cairn.data.Labels;
import cairn.data.Table;
import cairn.random.Key;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratedTest {
    private static final DataFolders NOWHERE = DataFolders.of();

    @Test
    void xorWithoutNoiseIsTheTruthTable() {
        Table xor = Generated.xor(4, 0, Key.of(0));
        assertThat(point(xor, 0)).containsExactly(0, 0);
        assertThat(point(xor, 1)).containsExactly(1, 0);
        assertThat(point(xor, 2)).containsExactly(1, 1);
        assertThat(point(xor, 3)).containsExactly(0, 1);
        assertThat(new int[] {xor.label(0), xor.label(1), xor.label(2), xor.label(3)}).containsExactly(0, 1, 0, 1);
    }

    @Test
    void moonsWithoutNoiseLieOnTheirHalfCircles() {
        Table moons = Generated.moons(100, 0, Key.of(0));
        for (int i = 0; i < 100; i++) {
            float[] p = point(moons, i);
            double y = i % 2 == 0 ? p[1] : 0.5 - p[1];
            assertThat(Math.hypot(i % 2 == 0 ? p[0] : 1 - p[0], y)).isCloseTo(1, within(1e-6));
            assertThat(y).isPositive();
        }
    }

    @Test
    void spiralsWithoutNoiseWindOutAndAreTurnsOfEachOther() {
        Table spirals = Generated.spirals(300, 3, 0, Key.of(0));
        for (int i = 0; i + 3 < 300; i += 3) {
            assertThat(radius(spirals, i + 3)).isGreaterThan(radius(spirals, i));
            assertThat(radius(spirals, i + 1)).isCloseTo(radius(spirals, i), within(1e-6));
            assertThat(spirals.label(i + 2)).isEqualTo(2);
        }
        assertThat(radius(spirals, 299)).isBetween(0.99, 1.0);
    }

    @Test
    void discsOverlapAndEachPointHasTheLabelsOfTheDiscsThatItIsIn() {
        Table discs = Generated.discs(2000, 0, Key.of(1));
        double[][] centres = {{-0.35, -0.2}, {0.35, -0.2}, {0, 0.4}};
        int[] byNumber = new int[4];
        float[] targets = new float[3];
        for (int i = 0; i < 2000; i++) {
            float[] p = point(discs, i);
            assertThat(p[0]).isBetween(-1f, 1f);
            assertThat(p[1]).isBetween(-1f, 1f);
            discs.targets(i, targets, 0);
            for (int d = 0; d < 3; d++) {
                double distance = Math.hypot(p[0] - centres[d][0], p[1] - centres[d][1]);
                assertThat(targets[d]).isEqualTo(distance < 0.65 ? 1 : 0);
            }
            byNumber[Math.round(targets[0] + targets[1] + targets[2])]++;
        }
        assertThat(Arrays.stream(byNumber)).allMatch(n -> n > 50);
        assertThat(discs.labels()).isEqualTo(new Labels.Reals(List.of("left", "right", "top")));
    }

    @Test
    void blobsScatterAroundTheirCentresByTheNoise() {
        Table blobs = Generated.blobs(4000, 2, 0.25, Key.of(3));
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 4000; i += 2) {
            sum += point(blobs, i)[0] - 1;
            squares += Math.pow(point(blobs, i)[0] - 1, 2);
        }
        // 2000 draws: the mean is good to 0.25 / sqrt(2000), the deviation to 0.25 / sqrt(4000); five times that.
        assertThat(sum / 2000).isCloseTo(0, within(0.028));
        assertThat(Math.sqrt(squares / 2000)).isCloseTo(0.25, within(0.02));
    }

    @Test
    void theSeedDecidesEveryBit() throws IOException {
        BuiltInData.Spirals spirals = new BuiltInData.Spirals(90, 3, 0.1, 5);
        assertThat(spirals.open(NOWHERE).train().digest()).isEqualTo(spirals.open(NOWHERE).train().digest())
                .isNotEqualTo(new BuiltInData.Spirals(90, 3, 0.1, 6).open(NOWHERE).train().digest());
        assertThat(spirals.open(NOWHERE).test()).isEmpty();
    }

    /**
     * Goldens from Cairn itself: a generated set is part of what a recipe means, so it must not change from one release to
     * the next.
     */
    @Test
    void generatedSetsStayAsTheyAre() throws IOException {
        assertThat(new BuiltInData.Spirals(90, 3, 0.1, 5).open(NOWHERE).train().digest())
                .isEqualTo("e93cb49f082cd11ff5f71deb0f370e15add487ee53c98aa0f9226b0901e1ca59");
        assertThat(new BuiltInData.Moons(90, 0.1, 5).open(NOWHERE).train().digest())
                .isEqualTo("4350055253e5f578e839a526345fb613731891fc7d01ffa180a8c86d85ceb4a9");
        assertThat(new BuiltInData.Blobs(90, 3, 0.1, 5).open(NOWHERE).train().digest())
                .isEqualTo("075affda541aa52df038bc9fd2759211c350af0b18623aa8c46815bb3bb7c974");
        assertThat(new BuiltInData.Xor(90, 0.1, 5).open(NOWHERE).train().digest())
                .isEqualTo("7f45a84b848d63f0f7a3fa8b8c2770e384d8657fe8e554745255afefc47b47af");
    }

    @Test
    void impossibleSetsAreRefusedBeforeTheyAreOpened() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BuiltInData.Spirals(0, 3, 0.1, 5)).withMessageContaining("spirals")
                .withMessageContaining("0 rows");
        assertThatIllegalArgumentException().isThrownBy(() -> new BuiltInData.Blobs(10, 1, 0.1, 5)).withMessageContaining("1 classes");
        assertThatIllegalArgumentException().isThrownBy(() -> new BuiltInData.Moons(10, -1, 5)).withMessageContaining("noise -1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new BuiltInData.Xor(10, Double.NaN, 5)).withMessageContaining("noise NaN");
    }

    private static float[] point(Table table, int row) {
        float[] p = new float[2];
        table.features(row, p, 0);
        return p;
    }

    private static double radius(Table table, int row) {
        return Math.hypot(point(table, row)[0], point(table, row)[1]);
    }
}

package cairn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cairn.random.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final long[] SHAPE = {3, 4, 2};
    private static final int COUNT = 24;

    @Test
    void everyResultIsTheImageMovedAndPerhapsMirroredAndAllOfTheseOccur() {
        float[] image = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            image[i] = i + 1;
        }
        List<List<Float>> possible = new ArrayList<>();
        for (int down = -1; down <= 1; down++) {
            for (int right = -1; right <= 1; right++) {
                possible.add(moved(image, down, right, false));
                possible.add(moved(image, down, right, true));
            }
        }
        Set<List<Float>> seen = new HashSet<>();
        float[] to = new float[COUNT + 3];
        for (int i = 0; i < 500; i++) {
            new Augmentation(1, true).apply(image, to, 3, SHAPE, Key.of(9).fold(i));
            seen.add(list(Arrays.copyOfRange(to, 3, COUNT + 3)));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(possible);
    }

    @Test
    void theSameKeyGivesTheSameImage() {
        float[] image = new float[COUNT];
        Arrays.setAll(new double[COUNT], i -> image[i] = i);
        float[] first = new float[COUNT];
        float[] second = new float[COUNT];
        Arrays.fill(second, 99);
        new Augmentation(2, true).apply(image, first, 0, SHAPE, Key.of(4));
        new Augmentation(2, true).apply(image, second, 0, SHAPE, Key.of(4));
        assertThat(second).isEqualTo(first);
    }

    @Test
    void withoutFlipNothingIsMirrored() {
        float[] image = new float[COUNT];
        Arrays.setAll(new double[COUNT], i -> image[i] = i);
        float[] to = new float[COUNT];
        for (int i = 0; i < 50; i++) {
            new Augmentation(0, false).apply(image, to, 0, SHAPE, Key.of(i));
            assertThat(to).isEqualTo(image);
        }
    }

    @Test
    void onlyImagesAndOnlyVisibleShiftsAreAccepted() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Augmentation(1, false).check(Samples.counting(3)))
                .withMessageContaining("counting");
        assertThatIllegalArgumentException().isThrownBy(() -> new Augmentation(3, false).check(Samples.images(1, 3, 4, 1)))
                .withMessageContaining("3x4x1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Augmentation(-1, false));
        Augmentation.none().check(Samples.counting(3));
    }

    /** The definition, pixel by pixel: what stood at (y - down, x - right), mirrored before it was moved; 0 from outside. */
    private static List<Float> moved(float[] image, int down, int right, boolean mirrored) {
        float[] to = new float[COUNT];
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 4; x++) {
                for (int c = 0; c < 2; c++) {
                    int fromY = y - down;
                    int fromX = mirrored ? 3 - (x - right) : x - right;
                    boolean inside = fromY >= 0 && fromY < 3 && fromX >= 0 && fromX < 4;
                    to[(y * 4 + x) * 2 + c] = inside ? image[(fromY * 4 + fromX) * 2 + c] : 0;
                }
            }
        }
        return list(to);
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float v : values) {
            list.add(v);
        }
        return list;
    }
}

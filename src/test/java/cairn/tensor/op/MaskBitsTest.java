package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.GoldenValues;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.device.Backend;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the masks that {@link DropoutMask} draws on the present backend with masks that a CPU drew and that are recorded: a GPU must
 * draw the same bits. {@link #main} records them; a formula in Java checks that they are what ND4J says that it computes.
 */
@Tag("device")
class MaskBitsTest {
    /** More elements than ND4J starts threads on a GPU at once (512 blocks of 512). */
    private static final int LONG = 300_001;
    /** A mask of at most this many elements is recorded in full, a longer one by its digest. */
    private static final int SHORT = 1000;

    private record Draw(ElementType type, double keep, String name, Key key, int size) {

        static Draw of(GoldenValues of) {
            return new Draw(ElementType.valueOf(of.text("type")), of.number("keep"), of.text("name"),
                    Key.of(Long.parseLong(of.text("seed"))).fold(of.integer("fold")), of.integer("size"));
        }

        double[] into(Array mask) {
            DropoutMask.mask(keep, name, mask).run(key);
            return mask.toDoubles();
        }

        /** 1 / keep, rounded to the type. */
        double kept() {
            return type == ElementType.F32 ? 1f / (float) keep : 1 / keep;
        }
    }

    private static GoldenValues recorded() {
        return GoldenValues.of("masks");
    }

    static List<String> cases() {
        return recorded().cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aMaskHasTheBitsThatACpuDrew(String name) {
        GoldenValues recorded = recorded().under(name);
        Draw draw = Draw.of(recorded);
        for (Array place : List.of(Array.filled(draw.type, Double.NaN, draw.size), Samples.result(draw.type, draw.size))) {
            double[] mask = draw.into(place);
            double kept = Double.valueOf(recorded.text("kept"));
            assertThat(mask).as("nothing but 0 and %s", kept)
                    .matches(all -> IntStream.range(0, all.length).allMatch(i -> all[i] == 0 || all[i] == kept));
            assertThat(pattern(mask)).isEqualTo(recorded.text("pattern"));
        }
    }

    @Test
    void whatIsRecordedCoversTypesRatesKeysAndMoreElementsThanAGpuStartsThreads() {
        List<Draw> all = cases().stream().map(name -> Draw.of(recorded().under(name))).toList();
        assertThat(all.stream().map(Draw::type).distinct()).containsExactlyInAnyOrder(ElementType.F32, ElementType.F64);
        assertThat(all.stream().map(Draw::keep).distinct()).hasSizeGreaterThan(3);
        assertThat(all.stream().map(Draw::key).distinct()).hasSizeGreaterThan(3);
        assertThat(all).anyMatch(draw -> draw.size > 512 * 512);
        assertThat(all).anyMatch(draw -> draw.size == 1);
    }

    /** ND4J's generator: a hash of two words and the element's index, of which 23 bits make a float (libnd4j, graph/RandomGenerator.h). */
    @ParameterizedTest
    @MethodSource("cases")
    void whatIsRecordedIsTheFormula(String name) {
        Draw draw = Draw.of(recorded().under(name));
        Key mine = draw.key.fold(draw.name);
        double[] mask = new double[draw.size];
        for (int i = 0; i < mask.length; i++) {
            float uniform = uniform(mine.bits(0) | 1, mine.bits(1) | 1, i);
            boolean isDropped = draw.type == ElementType.F32 ? uniform >= (float) draw.keep : uniform >= draw.keep;
            mask[i] = isDropped ? 0 : draw.kept();
        }
        assertThat(Double.valueOf(recorded().under(name).text("kept"))).isEqualTo(draw.kept());
        assertThat(pattern(mask)).isEqualTo(recorded().under(name).text("pattern"));
    }

    private static float uniform(long root, long node, long index) {
        long a = root | (index + 2) * (node + 24243287);
        long b = node ^ (index + 2) * (a + 723829);
        int half = (int) (a ^ b);
        int bits = Integer.rotateLeft(half * 0x9E3779BB, 5) * 5;
        return Float.intBitsToFloat(0x3f800000 | bits >>> 9) - 1;
    }

    /** The elements that are not 0, eight per byte, the first one in the lowest bit; for a long mask the digest of these bytes. */
    private static String pattern(double[] mask) {
        BitSet kept = new BitSet(mask.length);
        IntStream.range(0, mask.length).filter(i -> mask[i] != 0).forEach(kept::set);
        byte[] bytes = Arrays.copyOf(kept.toByteArray(), (mask.length + 7) / 8);
        try {
            return HexFormat.of().formatHex(mask.length <= SHORT ? bytes : MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Writes the masks of the present backend to the file that the first argument names. */
    public static void main(String... arguments) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = json.createObjectNode();
        file.putObject("provenance").put("tool", "ND4J " + Backend.facts().get("nd4j") + " " + Backend.facts().get("nd4j-classifier"))
                .put("command", "the main method of src/test/java/cairn/tensor/MaskBitsTest.java");
        double[] keeps = {0.5, 0.9, 0.1, 0.8, 0.999};
        int[] sizes = {1, 64, SHORT, LONG};
        long[] seeds = {0, 7, -1, 1L << 40};
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (int i = 0; i < keeps.length * 2; i++) {
                String name = i % 2 == 0 ? "2.dropout" : "block/3.dropout";
                Draw draw = new Draw(type, keeps[i % keeps.length], name, Key.of(seeds[i % seeds.length]).fold(i),
                        sizes[(i * 3 + i / 4) % sizes.length]);
                file.putObject(type.label() + "-" + i).put("type", type.name()).put("keep", draw.keep).put("name", name)
                        .put("seed", Long.toString(seeds[i % seeds.length])).put("fold", i).put("size", draw.size)
                        .put("kept", Double.toHexString(draw.kept())).put("pattern", pattern(draw.into(Array.zeros(type, draw.size))));
            }
        }
        Files.writeString(Path.of(arguments[0]), json.writerWithDefaultPrettyPrinter().writeValueAsString(file) + "\n");
    }
}

package cairn.interop.file;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Sequential;
import cairn.state.ElementType;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorOrderTest {

    /** Element i has the value i; an I64 also has it in its upper bytes. */
    private static Value.Tensor counted(ElementType type, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Value.Tensor.bytesOf(type, shape)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; bytes.hasRemaining(); i++) {
            switch (type) {
                case I64 -> bytes.putLong(i | (long) i << 40);
                case I32 -> bytes.putInt(i);
                default -> bytes.put((byte) i);
            }
        }
        return new Value.Tensor(type, shape, bytes.flip());
    }

    private static long[] numbers(String words) {
        return words.isEmpty() ? new long[0] : Arrays.stream(words.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @ParameterizedTest
    @CsvSource({"3 5,1 0", "70 45,1 0", "33 1,1 0", "1 40,1 0", "7,0", "'',''", "3 3 4 5,3 2 0 1", "5 4 3 2,2 3 1 0", "2 40 3,1 0 2",
            "40 2 37,2 1 0",
        "3 4 5,0 1 2", "3 0 2,2 1 0", "2 3 4 5,0 3 1 2", "6 35 33,0 2 1"})
    void everyNumberGoesWhereItsIndexGoes(String sizes, String axes) {
        long[] shape = numbers(sizes);
        int[] order = LongStream.of(numbers(axes)).mapToInt(i -> (int) i).toArray();
        for (ElementType type : new ElementType[] {ElementType.I64, ElementType.I32, ElementType.U8}) {
            Value.Tensor from = counted(type, shape);
            Value.Tensor to = TensorOrder.permuted(from, order);
            long[] index = new long[order.length];
            for (int at = 0; at < to.size(); at++) {
                long there = 0;
                for (int d = 0; d < shape.length; d++) {
                    for (int i = 0; i < order.length; i++) {
                        there = order[i] == d ? there * shape[d] + index[i] : there;
                    }
                }
                assertThat(to.get(at)).isEqualTo(from.get(there));
                for (int i = order.length - 1; i >= 0 && ++index[i] == to.shape()[i]; i--) {
                    index[i] = 0;
                }
            }
            for (int i = 0; i < order.length; i++) {
                assertThat(to.shape()[i]).isEqualTo(shape[order[i]]);
            }
        }
    }

    @Test
    void rowsAfterAFlattenedImageArePermutedAndThatIsReversed() {
        ModelPart dense = ModelPart.of(Sequential.of(new Flatten(), Dense.of(2)), new long[] {2, 3, 4}).get(1);
        Value.Tensor there = counted(ElementType.I32, 2, 24);
        TensorOrder.Reordered own = TensorOrder.PYTORCH.toOwn(dense, "weight", there);
        assertThat(own.how()).isEqualTo("transposed, rows from (c,h,w) to (h,w,c)");
        // Row (h, w, c) = (1, 2, 3) is number 23 here, and column c·6 + h·3 + w = 23 there; (0, 1, 2) is 6 here and 13 there.
        assertThat(own.tensor().get(2 * 23)).isEqualTo(23);
        assertThat(own.tensor().get(2 * 6)).isEqualTo(13);
        assertThat(TensorOrder.PYTORCH.fromOwn(dense, "weight", own.tensor()).tensor()).isEqualTo(there);
    }
}

package cairn.interop.file;

import cairn.state.StateMemory;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * In which order a program keeps the numbers of a layer. Here, in Keras and in TensorFlow a dense weight is [in, out], a kernel
 * [height, width, in, out], and a flattened image has its numbers in the order (height, width, channel).
 *
 * @param denseOutputsFirst whether a dense weight is [out, in]
 * @param kernelOutputsFirst whether a kernel is [out, in, height, width]
 * @param flattensChannelsFirst whether a flattened image has its numbers in the order (channel, height, width)
 */
public record TensorOrder(boolean denseOutputsFirst, boolean kernelOutputsFirst, boolean flattensChannelsFirst) {
    /** The order here, and that of Keras and TensorFlow. */
    public static final TensorOrder CHANNELS_LAST = new TensorOrder(false, false, false);
    public static final TensorOrder PYTORCH = new TensorOrder(true, true, true);

    /** A tensor in another order, and in words what was done; no words if it is the same. */
    public record Reordered(Value.Tensor tensor, String how) {
    }

    /**
     * A tensor of {@code part} that another program keeps in this order, in the order here.
     *
     * @param parameter its name here, such as {@code weight} or {@code gamma}
     */
    public Reordered toOwn(ModelPart part, String parameter, Value.Tensor t) {
        List<String> how = new ArrayList<>();
        Value.Tensor own = t;
        int rank = t.shape().length;
        if (parameter.equals("weight") && rank == 2 && denseOutputsFirst) {
            own = permuted(own, 1, 0);
            how.add("transposed");
        } else if (parameter.equals("weight") && rank == 4 && kernelOutputsFirst) {
            own = permuted(own, 2, 3, 1, 0);
            how.add("to [height, width, in, out]");
        }
        if (isFlattened(part, parameter, own)) {
            long[] image = part.image();
            own = rows(own, image[2], image[0] * image[1]);
            how.add("rows from (c,h,w) to (h,w,c)");
        }
        return new Reordered(own, String.join(", ", how));
    }

    /** The reverse of {@link #toOwn}. */
    public Reordered fromOwn(ModelPart part, String parameter, Value.Tensor t) {
        List<String> how = new ArrayList<>();
        Value.Tensor other = t;
        int rank = t.shape().length;
        if (isFlattened(part, parameter, t)) {
            long[] image = part.image();
            other = rows(other, image[0] * image[1], image[2]);
            how.add("rows from (h,w,c) to (c,h,w)");
        }
        if (parameter.equals("weight") && rank == 2 && denseOutputsFirst) {
            other = permuted(other, 1, 0);
            how.add("transposed");
        } else if (parameter.equals("weight") && rank == 4 && kernelOutputsFirst) {
            other = permuted(other, 3, 2, 0, 1);
            how.add("to [out, in, height, width]");
        }
        return new Reordered(other, String.join(", ", how));
    }

    /** Whether the first dimension of a tensor, in the order here, counts the numbers of a flattened image, in another order there. */
    private boolean isFlattened(ModelPart part, String parameter, Value.Tensor own) {
        long[] image = part.image();
        int rank = own.shape().length;
        return flattensChannelsFirst && image.length == 3 && image[2] > 1 && image[0] * image[1] > 1
                && own.shape()[0] == image[0] * image[1] * image[2]
                && (rank == 2 && parameter.equals("weight") || rank == 1 && !parameter.equals("bias"));
    }

    /** Rows that are numbered (a, b), with a counting to {@code first}, in the order (b, a). */
    private static Value.Tensor rows(Value.Tensor t, long first, long second) {
        long[] shape = t.shape();
        long width = t.size() / (first * second);
        return new Value.Tensor(t.type(), shape, permuted(new Value.Tensor(t.type(), new long[] {first, second, width}, t.bytes()), 1, 0, 2)
                .bytes());
    }

    /** The tensor whose dimension i is dimension {@code axes[i]} of {@code t}. */
    public static Value.Tensor permuted(Value.Tensor t, int... axes) {
        long[] shape = t.shape();
        long[] other = IntStream.of(axes).mapToLong(axis -> shape[axis]).toArray();
        long[] strides = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            strides[i] = IntStream.range(axes[i] + 1, shape.length).mapToLong(axis -> shape[axis]).reduce(1, (a, b) -> a * b);
        }
        int width = t.type().bytes();
        ByteBuffer from = t.bytes();
        ByteBuffer to = StateMemory.allocate(from.remaining());
        long[] index = new long[axes.length];
        long at = 0;
        for (int done = 0; done < to.capacity(); done += width) {
            int place = (int) at * width;
            switch (width) {
                case 8 -> to.putLong(done, from.order(to.order()).getLong(place));
                case 4 -> to.putInt(done, from.order(to.order()).getInt(place));
                default -> to.put(done, from.get(place));
            }
            for (int i = axes.length - 1; i >= 0; i--) {
                at += strides[i];
                if (++index[i] < other[i]) {
                    break;
                }
                at -= other[i] * strides[i];
                index[i] = 0;
            }
        }
        return new Value.Tensor(t.type(), other, to);
    }
}

package cairn.interop.file;

import cairn.state.StateMemory;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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
        int rank = axes.length;
        if (rank < 2 || t.size() == 0) {
            return new Value.Tensor(t.type(), other, t.bytes());
        }
        int[] sizes = new int[rank];
        int[] strides = new int[rank];
        int[] steps = new int[rank];
        int step = 1;
        int ofOne = 0;
        for (int i = rank - 1; i >= 0; i--) {
            sizes[i] = Math.toIntExact(other[i]);
            strides[i] = (int) LongStream.of(shape).skip(axes[i] + 1L).reduce(1, (a, b) -> a * b);
            steps[i] = step;
            step *= sizes[i];
            ofOne = axes[i] == rank - 1 ? i : ofOne;
        }
        ByteBuffer to = StateMemory.allocate(t.bytes().remaining()).order(ByteOrder.nativeOrder());
        Move move = new Move(t.bytes().order(ByteOrder.nativeOrder()), to, t.type().bytes());
        move.dimension(0, sizes, strides, steps, ofOne, 0, 0);
        return new Value.Tensor(t.type(), other, to);
    }

    /** Moves numbers of {@code width} bytes. */
    private record Move(ByteBuffer from, ByteBuffer to, int width) {
        /** Numbers of a square that lies in the processor's cache in both orders, along a side. */
        private static final int BLOCK = 32;

        /**
         * Moves all from dimension {@code d} on, except that dimension {@code ofOne}, whose numbers are neighbours in {@code from}, is
         * last.
         */
        void dimension(int d, int[] sizes, int[] strides, int[] steps, int ofOne, int at, int done) {
            int last = sizes.length - 1;
            if (d == last) {
                plane(ofOne < last ? sizes[ofOne] : 1, steps[ofOne], sizes[last], strides[last], at, done);
            } else if (d == ofOne) {
                dimension(d + 1, sizes, strides, steps, ofOne, at, done);
            } else {
                for (int i = 0; i < sizes[d]; i++) {
                    dimension(d + 1, sizes, strides, steps, ofOne, at + i * strides[d], done + i * steps[d]);
                }
            }
        }

        /** Number (row, column) stands at {@code at + row + column·stride} and goes to {@code done + row·step + column}. */
        private void plane(int rows, int step, int columns, int stride, int at, int done) {
            int wide = rows == 1 ? columns : BLOCK;
            for (int row0 = 0; row0 < rows; row0 += BLOCK) {
                for (int column0 = 0; column0 < columns; column0 += wide) {
                    int count = Math.min(wide, columns - column0);
                    for (int row = row0; row < Math.min(rows, row0 + BLOCK); row++) {
                        line(at + row + column0 * stride, stride, done + row * step + column0, count);
                    }
                }
            }
        }

        private void line(int at, int stride, int done, int count) {
            switch (width) {
                case 8 -> {
                    for (int i = 0; i < count; i++) {
                        to.putLong(8 * (done + i), from.getLong(8 * (at + i * stride)));
                    }
                }
                case 4 -> {
                    for (int i = 0; i < count; i++) {
                        to.putInt(4 * (done + i), from.getInt(4 * (at + i * stride)));
                    }
                }
                default -> {
                    for (int i = 0; i < count; i++) {
                        to.put(done + i, from.get(at + i * stride));
                    }
                }
            }
        }
    }
}

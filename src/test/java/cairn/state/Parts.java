package cairn.state;

import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/** Components for the tests of this package. */
final class Parts {

    private Parts() {
    }

    /** A component with one slot of each kind and a child of the same sort below it, if it is given one. */
    static final class Machine implements Snapshottable {
        long count;
        double level;
        String note = "";
        final float[] weights;
        final String model;
        final Machine below;
        /** What the setter of the text does first. */
        UnaryOperator<String> check = text -> text;

        Machine(String model, int size, Machine below) {
            this.model = model;
            this.weights = new float[size];
            this.below = below;
        }

        @Override
        public void slots(Slots s) {
            s.tensor("weights", ElementType.F32, new long[] {weights.length}, floats(weights));
            s.integer("count", () -> count, v -> count = v);
            s.constant("model", model);
            s.real("level", () -> level, v -> level = v);
            if (below != null) {
                s.child("below", below);
            }
            s.text("note", () -> note, v -> note = check.apply(v));
        }

        void fill(double value) {
            count = (long) value;
            level = value;
            note = "note " + value;
            java.util.Arrays.fill(weights, (float) value);
            if (below != null) {
                below.fill(value + 1);
            }
        }
    }

    /** A live tensor that has the content of {@code tensor}. */
    static Slots.TensorAccess reading(Value.Tensor tensor) {
        return new Slots.TensorAccess() {
            @Override
            public void copyTo(ByteBuffer target) {
                target.put(tensor.bytes());
            }

            @Override
            public void copyFrom(ByteBuffer source) {
                throw new UnsupportedOperationException("only read");
            }
        };
    }

    static Slots.TensorAccess floats(float[] array) {
        return new Slots.TensorAccess() {
            @Override
            public void copyTo(ByteBuffer target) {
                target.asFloatBuffer().put(array);
            }

            @Override
            public void copyFrom(ByteBuffer source) {
                source.asFloatBuffer().get(array);
            }
        };
    }

    static Value.Tensor floats(long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Value.Tensor(ElementType.F32, shape, bytes);
    }

    static Value.Tensor bytes(long[] shape, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return new Value.Tensor(ElementType.U8, shape, bytes.flip());
    }
}

package cairn.data;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.Ephemeral;

/** Rows of numbers, in the form in which they were read. */
sealed interface Numbers {

    /** Rounded to 32 bits. */
    void read(int row, float[] into, int offset);

    /** Exactly. */
    void read(int row, double[] into, int offset);

    /** Normalized in double, and rounded once. */
    void read(int row, float[] into, int offset, Normalization by);

    /** How many numbers all rows have. */
    int count();

    /** Kept as 32-bit numbers if that changes none of them, which takes half of the memory. */
    static Numbers of(int width, double[] values) {
        for (double value : values) {
            // The bits differ for -0.0 and 0.0, and both are 32-bit numbers.
            if ((float) value != value) {
                return new Doubles(width, values);
            }
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return new Floats(width, floats);
    }

    /** Unsigned bytes. */
    record Bytes(int width, @Ephemeral(value = "the rows themselves", kind = FIXED) byte[] values) implements Numbers {
        @Override
        public void read(int row, float[] into, int offset) {
            int from = row * width;
            for (int i = 0; i < width; i++) {
                into[offset + i] = values[from + i] & 0xff;
            }
        }

        @Override
        public void read(int row, double[] into, int offset) {
            int from = row * width;
            for (int i = 0; i < width; i++) {
                into[offset + i] = values[from + i] & 0xff;
            }
        }

        @Override
        public void read(int row, float[] into, int offset, Normalization by) {
            float[] table = by.ofBytes();
            int channels = table.length / 256;
            int from = row * width;
            if (channels == 1) {
                for (int i = 0; i < width; i++) {
                    into[offset + i] = table[values[from + i] & 0xff];
                }
                return;
            }
            for (int pixel = 0; pixel < width; pixel += channels) {
                for (int c = 0; c < channels; c++) {
                    into[offset + pixel + c] = table[c * 256 + (values[from + pixel + c] & 0xff)];
                }
            }
        }

        @Override
        public int count() {
            return values.length;
        }
    }

    /** Numbers of 32 bits. */
    record Floats(int width, @Ephemeral(value = "the rows themselves", kind = FIXED) float[] values) implements Numbers {
        @Override
        public void read(int row, float[] into, int offset) {
            System.arraycopy(values, row * width, into, offset, width);
        }

        @Override
        public void read(int row, double[] into, int offset) {
            for (int i = 0; i < width; i++) {
                into[offset + i] = values[row * width + i];
            }
        }

        @Override
        public void read(int row, float[] into, int offset, Normalization by) {
            read(row, into, offset);
            by.apply(into, offset, width);
        }

        @Override
        public int count() {
            return values.length;
        }
    }

    /** Numbers of 64 bits, of which 32 bits would lose something. */
    record Doubles(int width, @Ephemeral(value = "the rows themselves", kind = FIXED) double[] values) implements Numbers {
        @Override
        public void read(int row, float[] into, int offset) {
            for (int i = 0; i < width; i++) {
                into[offset + i] = (float) values[row * width + i];
            }
        }

        @Override
        public void read(int row, double[] into, int offset) {
            System.arraycopy(values, row * width, into, offset, width);
        }

        @Override
        public void read(int row, float[] into, int offset, Normalization by) {
            by.apply(values, row * width, into, offset, width);
        }

        @Override
        public int count() {
            return values.length;
        }
    }
}

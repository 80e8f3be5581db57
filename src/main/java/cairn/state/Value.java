package cairn.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * One leaf of a {@link State}: a closed set of four kinds. Values are immutable, and equality is equality of bits:
 * {@code 0.0} differs from {@code -0.0}, and a NaN equals itself if its payload does.
 */
public sealed interface Value {

    /** What this is, for messages: {@code f32[784,128]}, {@code integer 7}, {@code text "..."}. */
    String describe();

    /** The kind and shape alone, without content: two values with equal schemas may stand in each other's place. */
    String schema();

    /** What is no tensor: a number or a text. */
    sealed interface Scalar extends Value {
    }

    /** A whole number of 64 bits. */
    record Int(long value) implements Scalar {
        @Override
        public String describe() {
            return "integer " + value;
        }

        @Override
        public String schema() {
            return "integer";
        }
    }

    /** A real number of 64 bits. A record's own equality would take all NaNs for one; this one compares payloads too. */
    record Real(double value) implements Scalar {
        @Override
        public boolean equals(Object other) {
            return other instanceof Real that
                    && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(that.value);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(Double.doubleToRawLongBits(value));
        }

        @Override
        public String describe() {
            return "real " + value;
        }

        @Override
        public String schema() {
            return "real";
        }
    }

    /** A short text, such as a digest. It must be valid Unicode, or two different texts would be the same UTF-8 bytes. */
    record Text(String value) implements Scalar {
        public Text {
            if (!isSound(value)) {
                throw new IllegalArgumentException("a text with half a surrogate pair has no bytes: " + value);
            }
        }

        /** A loop and not an encoder, because texts are captured within a step, and an encoder would be garbage each time. */
        private static boolean isSound(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (Character.isHighSurrogate(text.charAt(i))) {
                    i++;
                    if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                        return false;
                    }
                } else if (Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String describe() {
            return value.length() <= 40 ? "text " + value : "text " + value.substring(0, 37) + "...";
        }

        @Override
        public String schema() {
            return "text";
        }
    }

    /**
     * A dense row-major tensor as plain little-endian bytes. It owns its bytes: the caller gives the buffer away.
     * A tensor may lie off the Java heap and may be read by several threads at once.
     */
    final class Tensor implements Value {
        private final ElementType type;
        private final long[] shape;
        /** Null for a lent tensor, until its bytes are asked for. */
        private volatile ByteBuffer bytes;
        /** Null unless the tensor is lent. */
        private final Content content;
        private final KnownDigest known;

        /** The bytes of a tensor that is lent: they are read when they are needed, and only for as long as the lender says. */
        public interface Content {
            /** Fills {@code target}, from its position to its limit, with all bytes of the tensor. */
            void read(ByteBuffer target);
        }

        /**
         * A lent tensor. If its bytes are asked for, they are read, and kept.
         *
         * @throws IllegalArgumentException if the shape has a negative size
         */
        public Tensor(ElementType type, long[] shape, Content content) {
            this.type = Objects.requireNonNull(type, "type");
            this.shape = shape.clone();
            this.content = Objects.requireNonNull(content, "content");
            this.known = new KnownDigest();
            bytesOf(type, shape);
        }

        /**
         * A tensor over {@code bytes}, from its position to its limit, which must not change afterwards.
         *
         * @throws IllegalArgumentException if the shape has a negative size or does not fit the bytes
         */
        public Tensor(ElementType type, long[] shape, ByteBuffer bytes) {
            this(type, shape, bytes, new KnownDigest());
        }

        /** A tensor over {@code bytes}, whose digest may be known. */
        Tensor(ElementType type, long[] shape, ByteBuffer bytes, KnownDigest known) {
            this.known = known;
            this.type = Objects.requireNonNull(type, "type");
            this.shape = shape.clone();
            this.bytes = bytes.slice().asReadOnlyBuffer();
            this.content = null;
            long expected = bytesOf(type, shape);
            if (expected != this.bytes.remaining()) {
                throw new IllegalArgumentException("a tensor " + describe() + " takes " + expected + " bytes, not "
                        + this.bytes.remaining());
            }
        }

        /**
         * How many bytes a tensor of this type and shape takes.
         *
         * @throws IllegalArgumentException if a size is negative or the product does not fit a long
         */
        public static long bytesOf(ElementType type, long... shape) {
            long bytes = type.bytes();
            for (long size : shape) {
                if (size < 0) {
                    throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
                }
                if (Math.multiplyHigh(bytes, size) != 0 || bytes * size < 0) {
                    throw new IllegalArgumentException("the shape " + Arrays.toString(shape) + " of " + type.label()
                            + " has more than 2^63 bytes");
                }
                bytes *= size;
            }
            return bytes;
        }

        public ElementType type() {
            return type;
        }

        public long[] shape() {
            return shape.clone();
        }

        /** Number of elements. */
        public long size() {
            return bytesOf(type, shape) / type.bytes();
        }

        /** The bytes, little-endian, as a fresh read-only view. */
        public ByteBuffer bytes() {
            return content().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }

        private ByteBuffer content() {
            if (bytes == null) {
                synchronized (this) {
                    if (bytes == null) {
                        ByteBuffer read = StateMemory.allocate(Math.toIntExact(bytesOf(type, shape)));
                        content.read(read.duplicate());
                        bytes = read.asReadOnlyBuffer();
                    }
                }
            }
            return bytes;
        }

        /** The digest of its bytes. */
        KnownDigest known() {
            return known;
        }

        /** Whether its bytes have to be read yet. */
        boolean isUnread() {
            return bytes == null;
        }

        /** Copies or reads the bytes into {@code target}, filling it from its position to its limit. */
        void copyTo(ByteBuffer target) {
            if (isUnread()) {
                content.read(target);
            } else {
                target.put(bytes());
            }
        }

        /** A copy in memory of its own. */
        Tensor copy() {
            return new Tensor(type, shape, StateMemory.allocate(content().remaining()).put(bytes()).flip());
        }

        /** Element {@code index} in row-major order, as a double (an i64 beyond 2^53 is rounded). */
        public double get(long index) {
            int at = Math.toIntExact(index * type.bytes());
            ByteBuffer b = bytes();
            return switch (type) {
                case F64 -> b.getDouble(at);
                case F32 -> b.getFloat(at);
                case I64 -> b.getLong(at);
                case I32 -> b.getInt(at);
                case U8 -> b.get(at) & 0xff;
            };
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tensor that && type == that.type && Arrays.equals(shape, that.shape)
                    && content().equals(that.content());
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(shape) + content().hashCode();
        }

        @Override
        public String describe() {
            return type.label() + LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
        }

        @Override
        public String schema() {
            return describe();
        }

        @Override
        public String toString() {
            return describe();
        }
    }
}

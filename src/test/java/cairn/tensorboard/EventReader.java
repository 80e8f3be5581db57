package cairn.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads event files, with a checksum of its own; it shares no line with what writes them. */
final class EventReader {
    /** A field of a message: its number, and a whole number or its bytes. */
    record Field(int number, long whole, byte[] bytes) {
        double real() {
            return Double.longBitsToDouble(whole);
        }

        float single() {
            return Float.intBitsToFloat((int) whole);
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** A number of a tag at a step. */
    record Point(double time, float value) {
    }

    final List<Long> starts = new ArrayList<>();
    final Map<String, NavigableMap<Long, Point>> scalars = new TreeMap<>();
    final Map<String, NavigableMap<Long, Map<Integer, Field>>> histograms = new TreeMap<>();
    final Map<String, NavigableMap<Long, byte[]>> images = new TreeMap<>();
    final Map<String, List<String>> texts = new TreeMap<>();

    private EventReader() {
    }

    static EventReader of(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        EventReader reader = new EventReader();
        boolean isFirst = true;
        while (bytes.hasRemaining()) {
            byte[] length = take(bytes, 8);
            assertThat(bytes.getInt()).isEqualTo(masked(length));
            byte[] event = take(bytes, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
            assertThat(bytes.getInt()).isEqualTo(masked(event));
            reader.event(fields(event), isFirst);
            isFirst = false;
        }
        return reader;
    }

    /** CRC-32C, one bit after the other: the polynomial 0x1EDC6F41, reflected. */
    static int masked(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
            }
        }
        crc = ~crc;
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static byte[] take(ByteBuffer from, int count) {
        byte[] bytes = new byte[count];
        from.get(bytes);
        return bytes;
    }

    static List<Field> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long key = varint(in);
            int kind = (int) (key & 7);
            long whole = kind == 0 ? varint(in) : kind == 1 ? in.getLong() : kind == 5 ? in.getInt() : 0;
            fields.add(new Field((int) (key >>> 3), whole, kind == 2 ? take(in, (int) varint(in)) : new byte[0]));
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private void event(List<Field> event, boolean isFirst) {
        if (isFirst) {
            assertThat(one(event, 3).text()).isEqualTo("brain.Event:2");
            return;
        }
        double time = one(event, 1).real();
        long step = one(event, 2).whole();
        for (Field f : event) {
            if (f.number() == 7) {
                assertThat(one(fields(f.bytes()), 1).whole()).as("START").isEqualTo(1);
                starts.add(step);
            } else if (f.number() == 5) {
                fields(f.bytes()).forEach(value -> value(time, step, fields(value.bytes())));
            }
        }
    }

    private void value(double time, long step, List<Field> value) {
        String tag = one(value, 1).text();
        for (Field f : value) {
            switch (f.number()) {
                case 2 -> put(scalars, tag, step, new Point(time, f.single()));
                case 4 -> put(images, tag, step, one(fields(f.bytes()), 4).bytes());
                case 5 -> {
                    Map<Integer, Field> histogram = new LinkedHashMap<>();
                    fields(f.bytes()).forEach(part -> histogram.put(part.number(), part));
                    put(histograms, tag, step, histogram);
                }
                case 8 -> texts.computeIfAbsent(tag, t -> new ArrayList<>()).add(one(fields(f.bytes()), 8).text());
                default -> assertThat(f.number()).isIn(1, 9);
            }
        }
    }

    private static <T> void put(Map<String, NavigableMap<Long, T>> into, String tag, long step, T value) {
        assertThat(into.computeIfAbsent(tag, t -> new TreeMap<>()).put(step, value)).as("%s at step %d twice", tag, step).isNull();
    }

    /** The numbers of all tags, without their times. */
    Map<String, Map<Long, Float>> numbers() {
        Map<String, Map<Long, Float>> all = new TreeMap<>();
        scalars.forEach((tag, points) -> points.forEach((step, p) -> all.computeIfAbsent(tag, t -> new TreeMap<>()).put(step, p.value())));
        return all;
    }

    private static Field one(List<Field> fields, int number) {
        return fields.stream().filter(f -> f.number() == number).findFirst().orElseThrow();
    }

    /** Packed numbers. */
    static double[] reals(Field packed) {
        ByteBuffer in = ByteBuffer.wrap(packed.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[packed.bytes().length / Double.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getDouble();
        }
        return values;
    }
}

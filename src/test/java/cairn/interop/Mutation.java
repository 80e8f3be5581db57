package cairn.interop;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Changes of the bytes of a file, as damage and as an attacker makes them; the same seed makes the same change. */
final class Mutation {
    private static final long[] NUMBERS = {0, 1, -1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffffL, 0x80000000L, 0xffffffffL,
        Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, 0x0101010101010101L};

    private final SplittableRandom random;

    private Mutation(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Other bytes; of an archive, every other time one entry is changed and packed again with a right checksum. */
    static byte[] of(byte[] bytes, long seed) throws IOException {
        Mutation mutation = new Mutation(seed);
        Map<String, byte[]> entries = isZip(bytes) && seed % 2 == 0 ? entries(bytes) : Map.of();
        if (entries.isEmpty()) {
            return mutation.changed(bytes);
        }
        List<String> names = new ArrayList<>(entries.keySet());
        // What describes the rest is the most fragile.
        List<String> texts = names.stream().filter(n -> n.endsWith(".pkl") || n.endsWith(".json") || n.endsWith(".h5")).toList();
        List<String> chosen = !texts.isEmpty() && mutation.random.nextInt(4) > 0 ? texts : names;
        entries.computeIfPresent(chosen.get(mutation.random.nextInt(chosen.size())), (name, content) -> mutation.changed(content));
        if (mutation.random.nextInt(20) == 0) {
            entries.remove(names.get(mutation.random.nextInt(names.size())));
        }
        return zip(entries);
    }

    static boolean isZip(byte[] bytes) {
        return bytes.length > 4 && bytes[0] == 'P' && bytes[1] == 'K' && bytes[2] == 3 && bytes[3] == 4;
    }

    static Map<String, byte[]> entries(byte[] bytes) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                entries.put(e.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            return Map.of();
        }
        return entries;
    }

    static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(all)) {
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                CRC32 crc = new CRC32();
                crc.update(e.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(e.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(e.getValue());
                zip.closeEntry();
            }
        }
        return all.toByteArray();
    }

    private byte[] changed(byte[] bytes) {
        byte[] all = bytes;
        for (int times = random.nextInt(10) < 7 ? 1 : 1 + random.nextInt(4); times > 0; times--) {
            all = once(all);
        }
        return all;
    }

    private byte[] once(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = place(bytes.length);
        int length = 1 + random.nextInt(Math.min(bytes.length - at, random.nextBoolean() ? 8 : 64));
        byte[] all = bytes.clone();
        switch (random.nextInt(11)) {
            case 0, 1 -> all[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> all[at] = (byte) NUMBERS[random.nextInt(NUMBERS.length)];
            case 3 -> all = Arrays.copyOf(bytes, at);
            case 4 -> Arrays.fill(all, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
            case 5 -> System.arraycopy(bytes, place(bytes.length - length + 1), all, at, length);
            case 6 -> all = spliced(bytes, at, at + length, new byte[0]);
            case 7 -> all = spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            case 8 -> {
                byte[] inserted = new byte[length];
                for (int i = 0; i < length; i++) {
                    inserted[i] = (byte) random.nextInt(256);
                }
                all = spliced(bytes, at, at, inserted);
            }
            default -> number(all, at);
        }
        return all;
    }

    /** A place, near one of the ends every other time, because headers and directories stand there. */
    private int place(int size) {
        int near = Math.min(size, 512);
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(near);
            case 1 -> size - 1 - random.nextInt(near);
            default -> random.nextInt(size);
        };
    }

    /** A number of 2, 4 or 8 bytes: a special one, or what stands there and a bit more or less. */
    private void number(byte[] all, int at) {
        int width = 2 << random.nextInt(3);
        if (at + width > all.length) {
            return;
        }
        ByteBuffer b = ByteBuffer.wrap(all).order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long special = random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextInt(all.length + 1);
        switch (width) {
            case 2 -> b.putShort(at, (short) (random.nextInt(3) == 0 ? b.getShort(at) + random.nextInt(-2, 3) : special));
            case 4 -> b.putInt(at, (int) (random.nextInt(3) == 0 ? b.getInt(at) + random.nextInt(-2, 3) : special));
            default -> b.putLong(at, random.nextInt(3) == 0 ? b.getLong(at) + random.nextInt(-2, 3) : special);
        }
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
        ByteBuffer all = ByteBuffer.allocate(bytes.length - (to - from) + between.length);
        return all.put(bytes, 0, from).put(between).put(bytes, to, bytes.length - to).array();
    }
}

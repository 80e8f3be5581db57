package cairn.data.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a PNG file says beside its pixels. Each chunk has a checksum, which Java's decoder does not check. Format: W3C, PNG (Third Edition),
 * section 5.
 *
 * @param frames the pictures of an animation, 1 if it is none
 * @param exif the EXIF data, empty if there are none
 * @param profile the ICC profile of its colours, if it has one
 */
record PngChunks(int frames, byte[] exif, Optional<byte[]> profile) {
    private static final int SIGNATURE = 8;
    private static final int LARGEST_PROFILE = 16 << 20;

    /** @throws IOException that says where the file is damaged */
    static PngChunks of(byte[] file) throws IOException {
        int frames = 1;
        byte[] exif = {};
        Optional<byte[]> profile = Optional.empty();
        int at = SIGNATURE;
        String type = "";
        while (!type.equals("IEND")) {
            if (file.length - at < 12) {
                throw new IOException("the file ends at byte " + file.length + ", before its last chunk (IEND)");
            }
            long length = ByteBuffer.wrap(file).getInt(at) & 0xffffffffL;
            type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (length > file.length - at - 12) {
                throw new IOException("the file ends at byte " + file.length + ", within a chunk of " + length + " bytes that begins at byte "
                        + at);
            }
            CRC32 crc = new CRC32();
            crc.update(file, at + 4, (int) length + 4);
            if ((int) crc.getValue() != ByteBuffer.wrap(file).getInt(at + 8 + (int) length)) {
                throw new IOException("the checksum of the chunk that begins at byte " + at + " does not fit its content");
            }
            byte[] data = type.matches("acTL|eXIf|iCCP") ? Arrays.copyOfRange(file, at + 8, at + 8 + (int) length) : new byte[0];
            if (type.equals("acTL") && data.length >= 4) {
                frames = Math.max(frames, ByteBuffer.wrap(data).getInt());
            } else if (type.equals("eXIf")) {
                exif = data;
            } else if (type.equals("iCCP")) {
                profile = Optional.of(inflated(data));
            }
            at += 12 + (int) length;
        }
        return new PngChunks(frames, exif, profile);
    }

    /** A profile is stored as a name, a zero, the method of compression, and the compressed profile. */
    private static byte[] inflated(byte[] chunk) throws IOException {
        int name = 0;
        while (name < chunk.length && chunk[name] != 0) {
            name++;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(chunk, Math.min(name + 2, chunk.length), Math.max(0, chunk.length - name - 2));
            byte[] profile = new byte[1 << 16];
            int size = 0;
            while (!inflater.finished()) {
                int more = inflater.inflate(profile, size, profile.length - size);
                size += more;
                if (size == profile.length && size < LARGEST_PROFILE) {
                    profile = Arrays.copyOf(profile, 2 * size);
                } else if (more == 0) {
                    throw new IOException("its colour profile is cut off, or larger than " + LARGEST_PROFILE + " bytes");
                }
            }
            return Arrays.copyOf(profile, size);
        } catch (DataFormatException e) {
            throw new IOException("its colour profile is damaged: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}

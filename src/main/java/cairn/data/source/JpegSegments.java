package cairn.data.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a JPEG file says beside its pixels, and whether all of its scans are there: a decoder makes a coarser picture of a progressive image
 * whose last scans are missing. Format: ITU-T T.81, annex B.
 */
final class JpegSegments {
    private static final int COEFFICIENTS = 64;
    private static final int SPECTRAL_SCANS = 0xc2;

    private final byte[] file;
    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
    private final Map<Integer, byte[]> profileParts = new TreeMap<>();
    /** By component: how many low bits of each coefficient are missing, or -1 where the whole coefficient is. */
    private final Map<Integer, int[]> missingBits = new LinkedHashMap<>();
    private byte[] exif = {};
    private Optional<Integer> adobeTransform = Optional.empty();
    private int frame;
    private int precision;

    private JpegSegments(byte[] file) {
        this.file = file;
    }

    /** @throws IOException that says where the file is damaged, or what of it cannot be decoded */
    static JpegSegments of(byte[] file) throws IOException {
        JpegSegments segments = new JpegSegments(file);
        try {
            segments.walk();
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("the file ends at byte " + file.length + ", before the end of the image", e);
        }
        return segments;
    }

    /** The number of colour channels: 1 grey, 3 colour, 4 CMYK. */
    int components() {
        return missingBits.size();
    }

    /** The EXIF data, empty if there are none. */
    byte[] exif() {
        return exif;
    }

    /** What the segment of Adobe says about the colours: 0 as they are, 1 YCbCr, 2 YCCK. */
    Optional<Integer> adobeTransform() {
        return adobeTransform;
    }

    /** The ICC profile of its colours, if it has one. */
    Optional<byte[]> profile() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        profileParts.values().forEach(whole::writeBytes);
        return profileParts.isEmpty() ? Optional.empty() : Optional.of(whole.toByteArray());
    }

    /** The file without its profile, so that a decoder leaves the colours as they are. */
    byte[] withoutProfile() {
        return plain.toByteArray();
    }

    private void walk() throws IOException {
        int at = 2;
        plain.write(file, 0, 2);
        while (true) {
            int begin = at;
            // Between segments there may be other bytes; the decoder warns of them.
            while (file[at] != (byte) 0xff || file[at + 1] == (byte) 0xff || file[at + 1] == 0) {
                at++;
            }
            int marker = file[at + 1] & 0xff;
            if (marker == 0xd9) {
                plain.write(file, begin, file.length - begin);
                requireComplete();
                return;
            }
            boolean isAlone = marker == 0x01 || marker >= 0xd0 && marker <= 0xd8;
            int body = at + 4;
            int end = isAlone ? at + 2 : at + 2 + number(at + 2);
            if (end > file.length || !isAlone && end < body) {
                throw new IndexOutOfBoundsException();
            }
            if (marker == 0xda) {
                scan(body);
                end = afterScan(end);
            } else if (!isAlone) {
                segment(marker, body, end);
            }
            boolean isProfile = marker == 0xe2 && startsWith(body, end, "ICC_PROFILE\0");
            plain.write(file, begin, (isProfile ? at : end) - begin);
            at = end;
        }
    }

    private void segment(int marker, int body, int end) throws IOException {
        if (marker == 0xe1 && exif.length == 0 && startsWith(body, end, "Exif\0\0")) {
            exif = Arrays.copyOfRange(file, body + 6, end);
        } else if (marker == 0xe2 && startsWith(body, end, "ICC_PROFILE\0")) {
            profileParts.put(file[body + 12] & 0xff, Arrays.copyOfRange(file, body + 14, end));
        } else if (marker == 0xee && startsWith(body, end, "Adobe")) {
            adobeTransform = Optional.of(file[body + 11] & 0xff);
        } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            if (marker > SPECTRAL_SCANS) {
                throw new IOException("this kind of JPEG (lossless, hierarchical or with arithmetic coding) cannot be decoded");
            }
            frame = marker;
            precision = file[body];
            if (precision != 8) {
                throw new IOException("it has " + precision + " bits for a number; only JPEG images of 8 bits can be decoded");
            }
            for (int c = 0; c < (file[body + 5] & 0xff); c++) {
                int[] bits = new int[COEFFICIENTS];
                Arrays.fill(bits, -1);
                missingBits.put(file[body + 6 + 3 * c] & 0xff, bits);
            }
        }
    }

    /** Records what a scan adds to its components. */
    private void scan(int body) {
        int components = file[body] & 0xff;
        int spectrum = body + 1 + 2 * components;
        int first = frame == SPECTRAL_SCANS ? file[spectrum] & 0xff : 0;
        int last = frame == SPECTRAL_SCANS ? file[spectrum + 1] & 0xff : COEFFICIENTS - 1;
        int missing = frame == SPECTRAL_SCANS ? file[spectrum + 2] & 0xf : 0;
        for (int c = 0; c < components; c++) {
            int[] bits = missingBits.get(file[body + 1 + 2 * c] & 0xff);
            for (int i = first; bits != null && i <= Math.min(last, COEFFICIENTS - 1); i++) {
                bits[i] = missing;
            }
        }
    }

    /** Where the next marker is, after the coded numbers of a scan. */
    private int afterScan(int begin) {
        int at = begin;
        while (file[at] != (byte) 0xff || file[at + 1] == 0 || (file[at + 1] & 0xf8) == 0xd0) {
            at++;
        }
        return at;
    }

    private void requireComplete() throws IOException {
        if (missingBits.isEmpty() || missingBits.values().stream().anyMatch(bits -> Arrays.stream(bits).anyMatch(missing -> missing != 0))) {
            throw new IOException("some of its scans are missing, as if a progressive image had been cut off, so it would be decoded with less"
                    + " detail than it had");
        }
    }

    private boolean startsWith(int body, int end, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return end - body >= bytes.length && Arrays.equals(file, body, body + bytes.length, bytes, 0, bytes.length);
    }

    private int number(int at) {
        return (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
    }
}

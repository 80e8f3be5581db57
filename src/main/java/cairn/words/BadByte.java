package cairn.words;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first byte of a text that is no UTF-8.
 *
 * @param offset its place, from 0
 * @param line its line, from 1
 * @param value the byte, 0 to 255
 */
public record BadByte(long offset, long line, int value) {
    private static final int PORTION = 8 << 10;

    /** Reads {@code bytes} up to the first bad byte; empty if all of it is UTF-8. */
    public static Optional<BadByte> first(InputStream bytes) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.allocate(PORTION);
        CharBuffer out = CharBuffer.allocate(PORTION);
        long before = 0;
        long line = 1;
        for (boolean isEnd = false; !isEnd;) {
            int count = bytes.read(in.array(), in.position(), in.remaining());
            isEnd = count < 0;
            in.position(in.position() + Math.max(0, count)).flip();
            CoderResult result = decoder.decode(in, out.clear(), isEnd);
            for (int i = 0; i < in.position(); i++) {
                line += in.get(i) == '\n' ? 1 : 0;
            }
            if (result.isError()) {
                return Optional.of(new BadByte(before + in.position(), line, in.get(in.position()) & 0xff));
            }
            before += in.position();
            in.compact();
        }
        return Optional.empty();
    }

    /** The place, such as {@code byte 17 (line 2)}. */
    public String where() {
        return "byte " + offset + " (line " + line + ")";
    }

    /** What was expected and found there. */
    public String problem() {
        return String.format("expected text in UTF-8, found %02x, which is none", value);
    }
}

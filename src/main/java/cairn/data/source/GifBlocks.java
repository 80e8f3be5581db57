package cairn.data.source;

import java.io.IOException;

/**
 * What a GIF file says of its pictures. Format: CompuServe, Graphics Interchange Format 89a.
 *
 * @param frames the number of its pictures
 * @param fillsScreen whether the first one covers the whole area that the file describes
 */
record GifBlocks(int frames, boolean fillsScreen) {

    /** @throws IOException that says where the file is damaged */
    static GifBlocks of(byte[] file) throws IOException {
        try {
            int at = 13 + table(file[10]);
            int frames = 0;
            boolean fillsScreen = true;
            while (true) {
                int block = file[at] & 0xff;
                if (block == 0x3b) {
                    return new GifBlocks(frames, fillsScreen);
                } else if (block == 0x21) {
                    at = afterSubBlocks(file, at + 2);
                } else if (block == 0x2c) {
                    fillsScreen &= frames > 0 || number(file, at + 1) == 0 && number(file, at + 3) == 0
                            && number(file, at + 5) == number(file, 6) && number(file, at + 7) == number(file, 8);
                    frames++;
                    at = afterSubBlocks(file, at + 11 + table(file[at + 9]));
                } else {
                    throw new IOException("no block of a GIF file begins at byte " + at);
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("the file ends at byte " + file.length + ", before its last block", e);
        }
    }

    private static int number(byte[] file, int at) {
        return file[at] & 0xff | (file[at + 1] & 0xff) << 8;
    }

    /** The bytes of the table of colours that these flags announce. */
    private static int table(byte flags) {
        return flags < 0 ? 3 << (flags & 7) + 1 : 0;
    }

    private static int afterSubBlocks(byte[] file, int begin) {
        int at = begin;
        while (file[at] != 0) {
            at += 1 + (file[at] & 0xff);
        }
        return at + 1;
    }
}

package cairn.look;

import java.util.List;

/**
 * An image of a row.
 *
 * @param channels 1 for grey; 3 for red, green and blue
 * @param levels from 0, dark, to 255, light: [height, width, channels] row-major
 */
public record Picture(int height, int width, int channels, List<Integer> levels) {
    public Picture {
        levels = List.copyOf(levels);
    }

    /** The colour of a pixel, red, green and blue of 8 bits each. */
    int rgb(int y, int x) {
        int at = (y * width + x) * channels;
        return channels == 1 ? levels.get(at) * 0x010101 : levels.get(at) << 16 | levels.get(at + 1) << 8 | levels.get(at + 2);
    }
}

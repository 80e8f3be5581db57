package cairn.data.source;

/**
 * A decoded image: its rows from top to bottom, a byte for each channel of a pixel.
 *
 * @param channels 1 for grey, 3 for red, green and blue
 */
record Pixels(int height, int width, int channels, byte[] values) {

    /**
     * As it is to be seen, for an EXIF orientation: 1 as it is, 2 mirrored left to right, 3 upside down, 4 mirrored top to bottom, 5 mirrored
     * on its main diagonal, 6 turned by 90 degrees clockwise, 7 mirrored on its other diagonal, 8 turned by 90 degrees
     * counter-clockwise. Other numbers mean nothing. Source: CIPA DC-008 (EXIF 2.32), tag 0x0112.
     */
    Pixels upright(int orientation) {
        if (orientation < 2 || orientation > 8) {
            return this;
        }
        boolean isTurned = orientation > 4;
        int newHeight = isTurned ? width : height;
        int newWidth = isTurned ? height : width;
        byte[] turned = new byte[values.length];
        for (int y = 0; y < newHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
                int row = isTurned ? x : y;
                int column = isTurned ? y : x;
                boolean flipsRow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
                boolean flipsColumn = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
                int from = (flipsRow ? height - 1 - row : row) * width + (flipsColumn ? width - 1 - column : column);
                System.arraycopy(values, from * channels, turned, (y * newWidth + x) * channels, channels);
            }
        }
        return new Pixels(newHeight, newWidth, channels, turned);
    }

    /** With one channel, by ITU-R BT.601 luma, or with three; what is grey has the same value in each. */
    Pixels in(int wanted) {
        if (wanted == channels) {
            return this;
        }
        byte[] converted = new byte[height * width * wanted];
        for (int i = 0; i < height * width; i++) {
            if (wanted == 1) {
                converted[i] = (byte) ((299 * value(3 * i) + 587 * value(3 * i + 1) + 114 * value(3 * i + 2) + 500) / 1000);
            } else {
                converted[3 * i] = values[i];
                converted[3 * i + 1] = values[i];
                converted[3 * i + 2] = values[i];
            }
        }
        return new Pixels(height, width, wanted, converted);
    }

    /** Each new pixel is the average of the area that it covers, rounded to nearest. */
    Pixels resized(int newHeight, int newWidth) {
        byte[] out = new byte[newHeight * newWidth * channels];
        for (int y = 0; y < newHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
                for (int c = 0; c < channels; c++) {
                    out[(y * newWidth + x) * channels + c] = (byte) Math.round(average(newHeight, newWidth, y, x, c));
                }
            }
        }
        return new Pixels(newHeight, newWidth, channels, out);
    }

    private double average(int newHeight, int newWidth, int y, int x, int c) {
        double top = (double) y * height / newHeight;
        double bottom = (double) (y + 1) * height / newHeight;
        double left = (double) x * width / newWidth;
        double right = (double) (x + 1) * width / newWidth;
        double sum = 0;
        double area = 0;
        for (int fy = (int) top; fy < Math.min(height, Math.ceil(bottom)); fy++) {
            for (int fx = (int) left; fx < Math.min(width, Math.ceil(right)); fx++) {
                double covered = (Math.min(bottom, fy + 1) - Math.max(top, fy)) * (Math.min(right, fx + 1) - Math.max(left, fx));
                sum += covered * value((fy * width + fx) * channels + c);
                area += covered;
            }
        }
        return sum / area;
    }

    private int value(int at) {
        return values[at] & 0xff;
    }
}

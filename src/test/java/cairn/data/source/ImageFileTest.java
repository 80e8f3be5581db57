package cairn.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.MalformedDataException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image is read as it is to be seen, or refused by name. */
class ImageFileTest {
    private static final int SIZE = 24;

    @TempDir
    private Path folder;

    /** A picture with much detail, so that nothing of it can be missing unseen. */
    private static BufferedImage picture(int type) {
        BufferedImage image = type == BufferedImage.TYPE_BYTE_INDEXED ? new BufferedImage(SIZE, SIZE, type, palette())
                : new BufferedImage(SIZE, SIZE, type);
        for (int i = 0; i < SIZE * SIZE; i++) {
            int x = i % SIZE;
            int y = i / SIZE;
            image.setRGB(x, y, 0xff000000 | (x * 10) << 16 | (y * 10) << 8 | (x * y * 7 + 40) % 256);
        }
        return image;
    }

    private static IndexColorModel palette() {
        byte[] levels = new byte[256];
        for (int i = 0; i < 256; i++) {
            levels[i] = (byte) i;
        }
        return new IndexColorModel(8, 256, levels, levels, levels);
    }

    private static byte[] written(String format, BufferedImage image, boolean isProgressive, String compression) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        if (settings.canWriteProgressive()) {
            settings.setProgressiveMode(isProgressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        }
        if (!compression.isEmpty()) {
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionType(compression);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Images of every format that can be read, in the forms that their writers know; the endings are part of the names. */
    private static Map<String, byte[]> images() throws IOException {
        Map<String, byte[]> images = new LinkedHashMap<>();
        int[] types = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY,
            BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_BYTE_BINARY};
        for (int type : types) {
            images.put(type + ".png", written("png", picture(type), false, ""));
            images.put(type + "-interlaced.png", written("png", picture(type), true, ""));
        }
        for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY}) {
            images.put(type + ".jpg", written("jpg", picture(type), false, ""));
            images.put(type + "-progressive.jpg", written("jpg", picture(type), true, ""));
        }
        images.put("cmyk.jpg", cmyk(0));
        images.put("one.gif", written("gif", picture(BufferedImage.TYPE_BYTE_INDEXED), false, ""));
        images.put("interlaced.gif", written("gif", picture(BufferedImage.TYPE_BYTE_INDEXED), true, ""));
        images.put("rgb.bmp", written("bmp", picture(BufferedImage.TYPE_INT_RGB), false, ""));
        images.put("565.bmp", written("bmp", picture(BufferedImage.TYPE_USHORT_565_RGB), false, "BI_BITFIELDS"));
        images.put("palette.bmp", written("bmp", picture(BufferedImage.TYPE_BYTE_INDEXED), false, ""));
        images.put("rle.bmp", written("bmp", picture(BufferedImage.TYPE_BYTE_INDEXED), false, "BI_RLE8"));
        return images;
    }

    private Pixels read(String name, byte[] bytes) throws IOException {
        return ImageFile.read(Files.write(folder.resolve(name), bytes));
    }

    private void assertRefused(String name, byte[] bytes, String... words) {
        assertThatThrownBy(() -> read(name, bytes)).isInstanceOf(MalformedDataException.class).hasMessageContaining(name)
                .hasMessageContainingAll(words).message().contains("\n  ");
    }

    /** It is refused, or what was damaged or lost is no part of its pixels. */
    private void assertNeverOther(String name, byte[] whole, byte[] damaged, String damage) throws IOException {
        try {
            assertThat(read(name, damaged).values()).as("%s, %s", name, damage).isEqualTo(read(name, whole).values());
        } catch (MalformedDataException e) {
            assertThat(e).as("%s, %s", name, damage).hasMessageContaining(name);
        }
    }

    /** Cut anywhere, with and without a mark of its end after the cut. */
    @Test
    void aCutImageIsNeverReadAsAnother() throws IOException {
        for (Map.Entry<String, byte[]> image : images().entrySet()) {
            byte[] whole = image.getValue();
            TreeSet<Integer> lengths = new TreeSet<>();
            IntStream.iterate(0, n -> n < whole.length, n -> n + Math.max(1, whole.length / 60)).forEach(lengths::add);
            IntStream.rangeClosed(1, Math.min(40, whole.length)).forEach(n -> lengths.add(whole.length - n));
            for (int length : lengths) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertNeverOther(image.getKey(), whole, cut, "cut at " + length);
                if (image.getKey().endsWith("jpg")) {
                    byte[] ended = Arrays.copyOf(cut, length + 2);
                    ended[length] = (byte) 0xff;
                    ended[length + 1] = (byte) 0xd9;
                    assertNeverOther(image.getKey(), whole, ended, "cut at " + length + " and ended");
                } else if (image.getKey().endsWith("gif")) {
                    assertNeverOther(image.getKey(), whole, Arrays.copyOf(cut, whole.length), "zeros after " + length);
                }
            }
        }
    }

    /** A progressive image is a finer one with each scan; without its last scans every decoder gives a coarse one. */
    @Test
    void aProgressiveImageThatLacksScansIsRefused() throws IOException {
        byte[] whole = images().get(BufferedImage.TYPE_INT_RGB + "-progressive.jpg");
        int scans = 0;
        for (int i = 2; i < whole.length - 1; i++) {
            if (whole[i] == (byte) 0xff && whole[i + 1] == (byte) 0xda) {
                byte[] cut = Arrays.copyOf(whole, i + 2);
                cut[i + 1] = (byte) 0xd9;
                assertRefused("coarse.jpg", cut, "scans are missing");
                scans++;
            }
        }
        assertThat(scans).isGreaterThan(3);
        assertThat(read("fine.jpg", whole).width()).isEqualTo(SIZE);
    }

    @Test
    void aFlippedBitOfAPngIsNeverReadAsAnother() throws IOException {
        for (Map.Entry<String, byte[]> image : images().entrySet()) {
            byte[] whole = image.getValue();
            for (int at = 0; image.getKey().endsWith("png") && at < whole.length; at += 5) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 0x10;
                assertNeverOther(image.getKey(), whole, flipped, "bit of byte " + at);
            }
        }
    }

    /** The pixels do not depend on the format, where it keeps them, nor on the name. */
    @Test
    void theContentDecidesWhatAnImageIs() throws IOException {
        byte[] png = images().get(BufferedImage.TYPE_INT_RGB + ".png");
        Pixels expected = read("right.png", png);
        assertThat(expected.channels()).isEqualTo(3);
        assertThat(Arrays.copyOfRange(expected.values(), 3, 6)).containsExactly(10, 0, 40);
        for (String name : List.of("a.jpg", "a.gif", "a.bmp", "a.JPEG")) {
            assertThat(read(name, png).values()).isEqualTo(expected.values());
        }
        for (String same : List.of(BufferedImage.TYPE_INT_RGB + "-interlaced.png", BufferedImage.TYPE_INT_ARGB + ".png", "rgb.bmp")) {
            assertThat(read("same." + ImageFile.ending(Path.of(same)), images().get(same)).values()).as(same).isEqualTo(expected.values());
        }
        Pixels grey = read("grey.png", images().get(BufferedImage.TYPE_BYTE_INDEXED + ".png"));
        for (String same : List.of("one.gif", "interlaced.gif", "palette.bmp", "rle.bmp")) {
            assertThat(read(same, images().get(same)).in(3).values()).as(same).isEqualTo(grey.in(3).values());
        }
    }

    @Test
    void whatIsNoImageIsNamed() throws IOException {
        assertRefused("tiff.png", written("tiff", picture(BufferedImage.TYPE_INT_RGB), false, ""), "a TIFF image", "convert it to PNG");
        assertRefused("page.jpg", "<!DOCTYPE html><html>not found</html>".getBytes(StandardCharsets.UTF_8), "a text, HTML or SVG");
        assertRefused("lfs.jpg", "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8), "Git LFS");
        assertRefused("web.png", "RIFF0000WEBPVP8 ".getBytes(StandardCharsets.UTF_8), "a WebP image");
        assertRefused("phone.jpg", "0000ftypheic0000".getBytes(StandardCharsets.UTF_8), "HEIF");
        assertRefused("empty.png", new byte[0], "the file is empty");
        assertRefused("zeros.png", new byte[100], "no image of a known format");
        assertRefused("notes.txt", new byte[1], "expected an image (bmp, gif, jpeg, jpg, png)");
    }

    @Test
    void anAnimationIsRefused() throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(gif)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < 3; i++) {
                writer.writeToSequence(new IIOImage(picture(BufferedImage.TYPE_BYTE_INDEXED), null, null), null);
            }
            writer.endWriteSequence();
        }
        assertRefused("moving.gif", gif.toByteArray(), "an animation of 3 pictures");
        byte[] png = images().get(BufferedImage.TYPE_INT_RGB + ".png");
        assertRefused("moving.png", withChunk(png, "acTL", ByteBuffer.allocate(8).putInt(5).putInt(0).array()), "an animation of 5 pictures");
    }

    /** What is seen of the six pixels 1 2 3 / 4 5 6 with each orientation: CIPA DC-008, tag 0x0112. */
    @Test
    void everyOrientationIsApplied() throws IOException {
        String[] seen = {"123/456", "321/654", "654/321", "456/123", "14/25/36", "41/52/63", "63/52/41", "36/25/14"};
        BufferedImage six = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 6; i++) {
            six.getRaster().setSample(i % 3, i / 3, 0, i + 1);
        }
        byte[] png = written("png", six, false, "");
        byte[] jpeg = written("jpg", picture(BufferedImage.TYPE_INT_RGB), false, "");
        Pixels flat = read("flat.jpg", jpeg);
        for (int orientation = 0; orientation <= 9; orientation++) {
            String[] rows = seen[orientation < 1 || orientation > 8 ? 0 : orientation - 1].split("/");
            for (boolean isBigEndian : new boolean[] {true, false}) {
                Pixels read = read("six.png", withChunk(png, "eXIf", exif(orientation, isBigEndian)));
                assertThat(new int[] {read.height(), read.width()}).containsExactly(rows.length, rows[0].length());
                byte[] expected = String.join("", rows).getBytes(StandardCharsets.US_ASCII);
                assertThat(IntStream.range(0, 6).map(i -> read.values()[i] + '0').toArray()).as("orientation %d", orientation)
                        .isEqualTo(IntStream.range(0, 6).map(i -> expected[i]).toArray());
                byte[] head = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
                byte[] data = Arrays.copyOf(head, head.length + exif(1, true).length);
                System.arraycopy(exif(orientation, isBigEndian), 0, data, head.length, data.length - head.length);
                assertThat(read("turned.jpg", withSegment(jpeg, 0xe1, data)).values()).isEqualTo(flat.upright(orientation).values());
            }
        }
    }

    /** Grey of 128 in CMYK, also as YCCK, and the colours of the inks. */
    @Test
    void cmykIsReadAsItIsSeen() throws IOException {
        assertThat(read("cmyk.jpg", cmyk(0)).values()).containsOnly((byte) 128);
        WritableRaster cyan = Raster.createInterleavedRaster(0, SIZE, SIZE, 4, null);
        for (int i = 0; i < SIZE * SIZE; i++) {
            cyan.setPixel(i % SIZE, i / SIZE, new int[] {0, 255, 255, 200});
        }
        byte[] values = read("cyan.jpg", withSegment(written(cyan), 0xee, adobe(0))).values();
        assertThat(values[0] & 0xff).isLessThan(3);
        assertThat(values[1] & 0xff).isBetween(198, 202);
        assertThat(values[2] & 0xff).isBetween(198, 202);
        // The same grey as YCCK: Y is what is missing of the inks, here 0, and the chroma is neutral.
        WritableRaster neutral = Raster.createInterleavedRaster(0, SIZE, SIZE, 4, null);
        for (int i = 0; i < SIZE * SIZE; i++) {
            neutral.setPixel(i % SIZE, i / SIZE, new int[] {0, 128, 128, 128});
        }
        assertThat(read("ycck.jpg", withSegment(written(neutral), 0xee, adobe(2))).values()).containsOnly((byte) 128);
        assertRefused("unknown.jpg", written(neutral), "CMYK", "save it in RGB");
    }

    @Test
    void coloursOfAnotherSpaceAreConverted() throws IOException {
        BufferedImage grey = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIZE * SIZE; i++) {
            grey.setRGB(i % SIZE, i / SIZE, 0x808080);
        }
        byte[] png = written("png", grey, false, "");
        byte[] jpeg = written("jpg", grey, false, "");
        byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
        // Half of the light is seen as 188 of 255.
        for (byte value : read("linear.png", withChunk(png, "iCCP", profileChunk(linear))).values()) {
            assertThat(value & 0xff).isBetween(187, 189);
        }
        for (byte value : read("linear.jpg", withSegment(jpeg, 0xe2, profileSegment(linear))).values()) {
            assertThat(value & 0xff).isBetween(186, 190);
        }
        assertThat(read("srgb.png", withChunk(png, "iCCP", profileChunk(srgb))).values()).isEqualTo(read("plain.png", png).values());
        assertThat(read("srgb.jpg", withSegment(jpeg, 0xe2, profileSegment(srgb))).values()).isEqualTo(read("plain.jpg", jpeg).values());
        assertRefused("wrong.png", withChunk(png, "iCCP", profileChunk(new byte[200])), "its colour profile is damaged");
        assertRefused("grey.png", withChunk(png, "iCCP", profileChunk(ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData())),
                "profile is of 1 channels, the image has 3");
    }

    /** 16 bits are rounded to 8, and the colour of a transparent pixel is the stored one. */
    @Test
    void moreThanEightBitsAreRounded() throws IOException {
        BufferedImage deep = new BufferedImage(256, 2, BufferedImage.TYPE_USHORT_GRAY);
        for (int x = 0; x < 256; x++) {
            deep.getRaster().setSample(x, 0, 0, x * 257);
            deep.getRaster().setSample(x, 1, 0, Math.min(65535, x * 257 + 100));
        }
        byte[] values = read("deep.png", written("png", deep, false, "")).values();
        for (int i = 0; i < 512; i++) {
            assertThat(values[i] & 0xff).isEqualTo(i % 256);
        }
        BufferedImage clear = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(0, 0, 0x000a141e);
        assertThat(read("clear.png", written("png", clear, false, "")).values()).containsExactly(10, 20, 30);
    }

    private static byte[] cmyk(int transform) throws IOException {
        WritableRaster grey = Raster.createInterleavedRaster(0, SIZE, SIZE, 4, null);
        for (int i = 0; i < SIZE * SIZE; i++) {
            grey.setPixel(i % SIZE, i / SIZE, new int[] {255, 255, 255, 128});
        }
        return withSegment(written(grey), 0xee, adobe(transform));
    }

    private static byte[] written(WritableRaster raster) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] adobe(int transform) {
        return new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
    }

    private static byte[] profileSegment(byte[] profile) {
        byte[] name = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(name.length + 2 + profile.length).put(name).put((byte) 1).put((byte) 1).put(profile).array();
    }

    private static byte[] profileChunk(byte[] profile) {
        Deflater deflater = new Deflater();
        deflater.setInput(profile);
        deflater.finish();
        byte[] compressed = new byte[profile.length + 100];
        int size = deflater.deflate(compressed);
        deflater.end();
        return ByteBuffer.allocate(3 + size).put((byte) 'x').put((byte) 0).put((byte) 0).put(compressed, 0, size).array();
    }

    /** EXIF data with nothing but an orientation. */
    private static byte[] exif(int orientation, boolean isBigEndian) {
        ByteBuffer data = ByteBuffer.allocate(26).order(isBigEndian ? java.nio.ByteOrder.BIG_ENDIAN : java.nio.ByteOrder.LITTLE_ENDIAN);
        data.put((byte) (isBigEndian ? 'M' : 'I')).put((byte) (isBigEndian ? 'M' : 'I')).putShort((short) 42).putInt(8);
        data.putShort((short) 1).putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0);
        return data.putInt(0).array();
    }

    /** A JPEG file with one more segment after its beginning. */
    private static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
        return ByteBuffer.allocate(jpeg.length + 4 + data.length).put(jpeg, 0, 2).put((byte) 0xff).put((byte) marker)
                .putShort((short) (data.length + 2)).put(data).put(jpeg, 2, jpeg.length - 2).array();
    }

    /** A PNG file with one more chunk after its header. */
    private static byte[] withChunk(byte[] png, String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        chunk.putInt((int) crc.getValue());
        return ByteBuffer.allocate(png.length + chunk.capacity()).put(png, 0, 33).put(chunk.array()).put(png, 33, png.length - 33).array();
    }
}

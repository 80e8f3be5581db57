package cairn.cli.look;

import cairn.chart.Chart;
import cairn.cli.terminal.CommandException;
import cairn.disk.AtomicWrite;
import cairn.disk.RealDisk;
import cairn.words.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * A file with a figure, SVG or PNG by its ending. It has a mark, so that a figure may be drawn again over an earlier one, and over nothing
 * else.
 */
record FigureFile(Path path) {
    private static final String MARK = "made by cairn plot";
    private static final int PNG_HEAD = 8 + 25;
    private static final int BEGINNING = 400;

    FigureFile {
        if (!isSvg(path) && !ending(path).equals("png")) {
            throw CommandException.usage(Printable.line("--out " + path) + ": expected a file name that ends in .svg or .png");
        }
    }

    private static String ending(Path path) {
        String name = path.toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static boolean isSvg(Path path) {
        return ending(path).equals("svg");
    }

    /** Refuses a place where the figure cannot be written, before anything is computed. */
    void requireFree() throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw CommandException.usage(Printable.line("--out " + path + ": there is no folder " + folder));
        } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isFigure()) {
            throw new FileAlreadyExistsException(path.toString(), null, "it exists, and cairn plot did not make it, so it is not replaced;"
                    + " delete it first, or use another name");
        }
    }

    /** Whether an earlier figure stands there. */
    boolean isFigure() throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1).contains(MARK);
        }
    }

    /** Writes the whole figure, or leaves what was there. */
    void write(Chart chart) throws IOException {
        byte[] bytes = isSvg(path) ? markedSvg(chart.svg()) : markedPng(chart.png());
        AtomicWrite.replace(new RealDisk(), path.toAbsolutePath(), output -> output.write(ByteBuffer.wrap(bytes)));
    }

    /** A comment behind the first line, which says that it is XML. */
    private static byte[] markedSvg(byte[] svg) {
        String text = new String(svg, StandardCharsets.UTF_8);
        int line = text.indexOf('\n') + 1;
        return (text.substring(0, line) + "<!-- " + MARK + " -->\n" + text.substring(line)).getBytes(StandardCharsets.UTF_8);
    }

    /** A text chunk behind the header (PNG specification, 11.3.4.3). */
    private static byte[] markedPng(byte[] png) {
        byte[] content = ("tEXtSoftware\0" + MARK).getBytes(StandardCharsets.ISO_8859_1);
        CRC32 check = new CRC32();
        check.update(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream(png.length + content.length + 8);
        out.write(png, 0, PNG_HEAD);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length - 4).array());
        out.writeBytes(content);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
        out.write(png, PNG_HEAD, png.length - PNG_HEAD);
        return out.toByteArray();
    }
}

package cairn.explain;

import cairn.random.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntFunction;

/** Data sets that make a training ill, as CSV files. */
final class IllData {
    private static final Key KEY = Key.of(9);

    private IllData() {
    }

    /** Writes all of them into a folder, if they are not there yet. */
    static void into(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("line.csv"))) {
            write(folder, "small", "x,y,z,w,label", 120, i -> cloud("small", i, 0.5, 0.6, 0));
            write(folder, "noisy", "x,y,z,w,label", 1200, i -> cloud("noisy", i, 0.5, 3, 0.15));
            write(folder, "rare", "x,y,z,w,label", 1200, i -> cloud("rare", i, 0.03, 1, 0));
            write(folder, "permuted", "x,y,z,label", 600, IllData::permuted);
            write(folder, "rings", "x,y,label", 600, i -> text(10000 * gauss("x", i), 10000 * gauss("y", i))
                    + (Math.hypot(gauss("x", i), gauss("y", i)) < 1.18 ? "in" : "out"));
            write(folder, "far", "x,y,t", 600, i -> text(gauss("x", i), gauss("y", i), 5000 + 10 * gauss("x", i) - 20 * gauss("y", i)));
            write(folder, "line", "x,y,t", 400, i -> text(gauss("x", i), gauss("y", i), gauss("x", i) - 2 * gauss("y", i)
                    + Math.sin(3 * gauss("x", i)) + 0.1 * gauss("e", i)));
        }
    }

    /** Two clouds in four dimensions; {@code rare} is the share of b, {@code wrong} that of swapped labels. */
    private static String cloud(String name, int i, double rare, double apart, double wrong) {
        Key key = KEY.fold(name);
        boolean isB = key.fold("class").uniform(i) < rare;
        double at = isB ? apart / 2 : -apart / 2;
        return text(at + key.fold("x").gaussian(i), at + key.fold("y").gaussian(i), at + key.fold("z").gaussian(i), at + key.fold("w")
                .gaussian(i))
                + (key.fold("wrong").uniform(i) < wrong != isB ? "b" : "a");
    }

    /** Three clouds; the labels of 30 % of the rows are drawn anew, so a fifth are wrong. */
    private static String permuted(int i) {
        int c = i % 3;
        int said = KEY.fold("p").uniform(i) < 0.3 ? (int) (3 * KEY.fold("q").uniform(i)) : c;
        return text((c == 0 ? 3 : 0) + gauss("x", i), (c == 1 ? 3 : 0) + gauss("y", i), (c == 2 ? 3 : 0) + gauss("z", i))
                + "abc".charAt(said);
    }

    private static double gauss(String name, int i) {
        return KEY.fold(name).gaussian(i);
    }

    private static String text(double... values) {
        StringBuilder line = new StringBuilder();
        for (double v : values) {
            line.append(String.format(Locale.ROOT, "%.5f,", v));
        }
        return line.toString();
    }

    private static void write(Path folder, String name, String header, int rows, IntFunction<String> row) throws IOException {
        StringBuilder csv = new StringBuilder(header).append('\n');
        for (int i = 0; i < rows; i++) {
            String line = row.apply(i);
            csv.append(line.endsWith(",") ? line.substring(0, line.length() - 1) : line).append('\n');
        }
        Files.writeString(folder.resolve(name + ".csv"), csv);
    }
}

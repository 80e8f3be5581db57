package cairn.checkpoint;

import cairn.disk.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;

/**
 * A folder beside a run for what is {@linkplain SplitOffRun split off}.
 *
 * @param number the number at the end of its name
 * @param isNew whether nothing has moved there
 */
record SplitOffPlace(Path path, int number, boolean isNew) {
    /** The bytes that a name may have in the usual file systems. */
    private static final int LONGEST_NAME = 255;

    /**
     * The first one, from {@code number} on, that is free, or where the same work was interrupted. Anything else of that name is left alone:
     * a file, a link, a folder that cannot be looked into.
     *
     * @param sign the first line of the mark of this work
     * @param later the checkpoints that are still to be moved
     */
    static SplitOffPlace from(int number, Path run, Disk disk, String why, String sign, SortedSet<Long> later) throws IOException {
        for (int n = number; ; n++) {
            String ending = "." + why + "-" + n;
            Path path = run.resolveSibling(shortened(run.getFileName().toString(), LONGEST_NAME - ending.length()) + ending);
            if (!disk.exists(path)) {
                return new SplitOffPlace(path, n, true);
            }
            try {
                // A link may lead to another file system.
                boolean isLink = !disk.real(path).equals(path.toAbsolutePath().normalize());
                if (!isLink && isFree(path, disk)) {
                    return new SplitOffPlace(path, n, true);
                } else if (!isLink && isInterrupted(path, disk, sign, later)) {
                    return new SplitOffPlace(path, n, false);
                }
            } catch (FileSystemException noFolderOfARun) {
                // Its name is taken.
            }
        }
    }

    /** Whether nothing stands there, or what is of no use. */
    private static boolean isFree(Path place, Disk disk) throws IOException {
        return RunFolder.namesIn(place, disk).isEmpty() || UnfinishedRun.in(place, disk).isPresent();
    }

    /** Whether the same work was interrupted there. If the run was trained on after that, its checkpoints are not those that moved. */
    private static boolean isInterrupted(Path place, Disk disk, String sign, SortedSet<Long> later) throws IOException {
        try (RunFolder there = RunFolder.read(place, disk)) {
            return there.readText(SplitOffRun.MOVING).filter(text -> text.startsWith(sign + "\n")).isPresent()
                    && Collections.disjoint(there.store().steps(), later);
        }
    }

    /** The beginning of {@code name}, of at most so many bytes. */
    private static String shortened(String name, int most) {
        int end = name.length();
        while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > most) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end);
    }
}

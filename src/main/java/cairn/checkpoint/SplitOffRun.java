package cairn.checkpoint;

import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a run did after a step, split off: the checkpoints, and the marks that pin them, move into a folder beside the run, which is
 * then a run of its own. It begins with a copy of the step, pinned, so that it can be resumed like any other.
 *
 * <p>Laws: at every moment each checkpoint stands, whole, in one of the two folders; what was interrupted is finished by calling
 * it again; no file is overwritten.
 *
 * @param folder where they stand now
 * @param steps what was moved there by this call
 */
public record SplitOffRun(Path folder, List<Long> steps) {
    /** Stands in the other folder while checkpoints are on their way there. */
    static final String MOVING = "moving.txt";
    private static final int PORTION = 1 << 20;

    public SplitOffRun {
        steps = List.copyOf(steps);
    }

    /** What {@link RunFolder#splitOff} does. */
    static Optional<SplitOffRun> of(RunFolder run, Disk disk, long step, String why, Map<String, String> texts, List<String> copies)
            throws IOException {
        Path path = run.path().toAbsolutePath().normalize();
        String sign = "the checkpoints of " + path.getFileName() + " after step " + step + " are on their way here\n";
        SortedSet<Long> later = new TreeSet<>(run.store().steps().tailSet(step + 1));
        boolean isNothingLeft = later.isEmpty() && run.store().pins().tailSet(step + 1).isEmpty();
        Path place = place(path, disk, why, sign, later);
        if (isNothingLeft && RunFolder.namesIn(place, disk).isEmpty()) {
            return Optional.empty();
        }
        run.store().check(step);
        try (RunFolder other = open(place, disk, sign)) {
            for (Map.Entry<String, String> text : texts.entrySet()) {
                other.writeText(text.getKey(), text.getValue());
            }
            run.store().copy(step, other.store());
            other.store().pin(step, true);
            for (String copy : copies) {
                if (disk.exists(run.file(copy))) {
                    AtomicWrite.replace(disk, other.file(copy), output -> copy(disk, run.file(copy), output));
                }
            }
            List<Long> moved = moveAfter(step, run, other, disk);
            disk.delete(other.file(MOVING));
            disk.forceFolder(other.path());
            return Optional.of(new SplitOffRun(other.path(), moved));
        }
    }

    /**
     * Moves every checkpoint after {@code step}, readable or not, and every mark of one, the newest first; returns the steps of the
     * checkpoints. What a failure leaves undone is done by the next call.
     */
    private static List<Long> moveAfter(long step, RunFolder run, RunFolder other, Disk disk) throws IOException {
        SortedSet<Long> checkpoints = run.store().steps().tailSet(step + 1);
        SortedSet<Long> there = new TreeSet<>(other.store().steps());
        there.retainAll(checkpoints);
        if (!there.isEmpty()) {
            throw new FileAlreadyExistsException(other.store().place(there.first()), null, "it would be overwritten; nothing was moved");
        }
        NavigableSet<Long> marked = new TreeSet<>(checkpoints);
        marked.addAll(run.store().pins().tailSet(step + 1));
        for (long each : marked.descendingSet()) {
            run.store().move(each, other.store());
        }
        // The new names are forced before the end of the old ones.
        disk.forceFolder(other.path());
        disk.forceFolder(run.path());
        return List.copyOf(checkpoints);
    }

    /** The first of its names that is free, or where the same work was interrupted. */
    private static Path place(Path run, Disk disk, String why, String sign, SortedSet<Long> later) throws IOException {
        for (int n = 1; ; n++) {
            Path place = run.resolveSibling(run.getFileName() + "." + why + "-" + n);
            if (RunFolder.namesIn(place, disk).isEmpty()) {
                return place;
            }
            try (RunFolder there = RunFolder.read(place, disk)) {
                // If the run was trained on after the interruption, its checkpoints are not those that moved.
                if (there.readText(MOVING).filter(sign::equals).isPresent() && Collections.disjoint(there.store().steps(), later)) {
                    return place;
                }
            }
        }
    }

    private static RunFolder open(Path place, Disk disk, String sign) throws IOException {
        if (!RunFolder.namesIn(place, disk).isEmpty()) {
            return RunFolder.resume(place, disk);
        }
        RunFolder other = RunFolder.create(place, disk);
        try {
            // First of all, so that the next call finds it.
            other.writeText(MOVING, sign);
            return other;
        } catch (IOException | RuntimeException e) {
            other.close();
            throw e;
        }
    }

    private static void copy(Disk disk, Path from, Disk.Output to) throws IOException {
        ByteBuffer portion = ByteBuffer.allocate(PORTION);
        try (Disk.Input input = disk.open(from)) {
            for (long at = 0; input.read(portion.clear(), at) > 0; at += portion.limit()) {
                to.write(portion.flip());
            }
        }
    }
}

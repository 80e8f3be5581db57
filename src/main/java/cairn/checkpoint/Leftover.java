package cairn.checkpoint;

import cairn.checkpoint.format.StepNames;
import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * A file that the store wrote and that is of no use any more.
 *
 * <p>Law: a file with a name that the store does not give is never a leftover.
 *
 * @param fileName its name in the folder
 * @param why what it is
 * @param bytes the size of the file; 0 if it cannot be read
 */
public record Leftover(String fileName, String why, long bytes) {
    /**
     * The leftovers in a folder into which no one is writing.
     *
     * @param texts the names of the texts beside the checkpoints, which are replaced whole: a pending file of any other name may be the
     *     user's
     */
    static List<Leftover> in(Path folder, Disk disk, Set<String> texts) throws IOException {
        List<Leftover> found = new ArrayList<>();
        for (Map.Entry<String, String> e : among(disk.list(folder), texts).entrySet()) {
            of(folder, disk, e.getKey(), e.getValue()).ifPresent(found::add);
        }
        return found;
    }

    /** The file of this name; empty if it is gone, because another process is writing after all, and then this was no leftover. */
    static Optional<Leftover> of(Path folder, Disk disk, String name, String why) {
        try (Disk.Input input = disk.open(folder.resolve(name))) {
            return Optional.of(new Leftover(name, why, input.size()));
        } catch (NoSuchFileException goneMeanwhile) {
            return Optional.empty();
        } catch (IOException unreadable) {
            // It can be deleted even so; only its size is not known.
            return Optional.of(new Leftover(name, why, 0));
        }
    }

    /** Deletes what interrupted commits have left, as may be done whenever a folder is opened for writing, and returns it. */
    static List<Leftover> deletePending(Path folder, Disk disk) throws IOException {
        List<Leftover> pending = in(folder, disk, Set.of()).stream().filter(l -> isPendingStep(l.fileName())).toList();
        for (Leftover leftover : pending) {
            disk.delete(folder.resolve(leftover.fileName()));
        }
        return pending;
    }

    /** Names and reasons. */
    private static Map<String, String> among(List<String> names, Set<String> texts) {
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> all = new HashSet<>(names);
        SortedSet<Long> checkpoints = StepNames.checkpoints(names);
        for (String name : names.stream().sorted().toList()) {
            if (isPendingStep(name)) {
                found.put(name, "an interrupted commit");
            } else if (name.startsWith(AtomicWrite.PENDING)) {
                String text = name.substring(AtomicWrite.PENDING.length());
                if (texts.contains(text) && all.contains(text)) {
                    found.put(name, "an interrupted replacement of " + text);
                } else if (text.equals(SplitOffRun.MOVING) || text.equals(UnfinishedRun.MARK)) {
                    found.put(name, "the mark of a run that was not begun");
                }
            }
        }
        for (long step : StepNames.pins(names)) {
            if (!checkpoints.contains(step)) {
                found.put(StepNames.pin(step), "the mark of a checkpoint that is gone");
            }
        }
        return found;
    }

    /** Whether this is a checkpoint, or a mark beside one, that was being written. */
    private static boolean isPendingStep(String name) {
        if (!name.startsWith(AtomicWrite.PENDING)) {
            return false;
        }
        List<String> target = List.of(name.substring(AtomicWrite.PENDING.length()));
        return !StepNames.checkpoints(target).isEmpty() || !StepNames.pins(target).isEmpty();
    }
}

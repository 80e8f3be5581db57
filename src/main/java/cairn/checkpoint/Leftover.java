package cairn.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * A file that this room wrote and that serves nothing any more.
 *
 * <p>Law: a name that this room would not have given is never a leftover.
 *
 * @param fileName its name in the folder
 * @param why what it is
 */
public record Leftover(String fileName, String why) {

    /** The leftovers among the names of a folder into which nobody is writing. */
    static List<Leftover> among(List<String> names) {
        List<Leftover> found = new ArrayList<>();
        Set<String> all = new HashSet<>(names);
        SortedSet<Long> checkpoints = StepNames.checkpoints(names);
        for (String name : names.stream().sorted().toList()) {
            if (isPendingStep(name)) {
                found.add(new Leftover(name, "an interrupted commit"));
            } else if (name.startsWith(AtomicWrite.PENDING) && all.contains(name.substring(AtomicWrite.PENDING.length()))) {
                found.add(new Leftover(name, "an interrupted replacement of " + name.substring(AtomicWrite.PENDING.length())));
            }
        }
        for (long step : StepNames.pins(names)) {
            if (!checkpoints.contains(step)) {
                found.add(new Leftover(StepNames.pin(step), "the mark of a checkpoint that is gone"));
            }
        }
        return found;
    }

    /** Whether this is a checkpoint, or a mark beside one, that was being written. */
    static boolean isPendingStep(String name) {
        if (!name.startsWith(AtomicWrite.PENDING)) {
            return false;
        }
        List<String> target = List.of(name.substring(AtomicWrite.PENDING.length()));
        return !StepNames.checkpoints(target).isEmpty() || !StepNames.pins(target).isEmpty();
    }
}

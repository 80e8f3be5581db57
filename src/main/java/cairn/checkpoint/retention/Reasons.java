package cairn.checkpoint.retention;

import cairn.checkpoint.format.CheckpointInfo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why the checkpoints of a list are kept. This is asked after every save, of thousands of them; so those with equal reasons share one
 * list, and a rule costs one walk over all.
 */
final class Reasons {
    private final List<CheckpointInfo> bySteps;
    private final List<List<String>> all;

    /** No reasons yet; {@code bySteps} is in the order of steps. */
    Reasons(List<CheckpointInfo> bySteps) {
        this.bySteps = bySteps;
        this.all = new ArrayList<>(Collections.nCopies(bySteps.size(), List.of()));
    }

    /** The reasons of the checkpoint at {@code index}, in the order in which they were added. */
    List<String> of(int index) {
        return all.get(index);
    }

    /** The places of those that have a reason. */
    BitSet having() {
        BitSet having = new BitSet(all.size());
        for (int i = 0; i < all.size(); i++) {
            having.set(i, !all.get(i).isEmpty());
        }
        return having;
    }

    /** Adds a reason to each of {@code kept}, which are some of the list, unless it has it. */
    void add(String reason, List<CheckpointInfo> kept) {
        Map<List<String>, List<String>> longer = new IdentityHashMap<>();
        int i = 0;
        for (CheckpointInfo c : RetentionRule.bySteps(kept)) {
            while (bySteps.get(i).step() != c.step()) {
                i++;
            }
            all.set(i, longer.computeIfAbsent(all.get(i), before -> with(before, reason)));
        }
    }

    private static List<String> with(List<String> before, String reason) {
        if (before.contains(reason)) {
            return before;
        }
        List<String> longer = new ArrayList<>(before);
        longer.add(reason);
        return List.copyOf(longer);
    }
}

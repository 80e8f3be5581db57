package cairn.checkpoint.retention;

import cairn.checkpoint.format.CheckpointInfo;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One reason to keep checkpoints: a pure function of a list, and a text that {@link RetentionPolicy#parse} reads.
 *
 * <p>Laws: the order of the list does not matter; what a rule keeps of a list it keeps of any part of the list that still holds that
 * (so pruning twice is pruning once, and other rules and other deletions never make it want back what is gone).
 */
public sealed interface RetentionRule {

    /** The ones of {@code all} to keep for this reason. */
    List<CheckpointInfo> keeps(List<CheckpointInfo> all);

    /** Every checkpoint. */
    record All() implements RetentionRule {
        @Override
        public List<CheckpointInfo> keeps(List<CheckpointInfo> all) {
            return all;
        }

        @Override
        public String toString() {
            return "all";
        }
    }

    /** The pinned ones: what every policy keeps, and so the rule that adds nothing. */
    record Pinned() implements RetentionRule {
        @Override
        public List<CheckpointInfo> keeps(List<CheckpointInfo> all) {
            return all.stream().filter(CheckpointInfo::pinned).toList();
        }

        @Override
        public String toString() {
            return "pinned";
        }
    }

    /** The newest {@code count}. */
    record Last(int count) implements RetentionRule {
        public Last {
            requireAtLeast("last", 1, count);
        }

        @Override
        public List<CheckpointInfo> keeps(List<CheckpointInfo> all) {
            List<CheckpointInfo> bySteps = bySteps(all);
            return List.copyOf(bySteps.subList(Math.max(0, bySteps.size() - count), bySteps.size()));
        }

        @Override
        public String toString() {
            return "last:" + count;
        }
    }

    /** The best {@code count} by a ranking. */
    record Best(int count, Ranking ranking) implements RetentionRule {
        public Best {
            requireAtLeast("best", 1, count);
            Objects.requireNonNull(ranking, "ranking");
        }

        @Override
        public List<CheckpointInfo> keeps(List<CheckpointInfo> all) {
            return ranking.best(all, count);
        }

        @Override
        public String toString() {
            return "best:" + count + ":" + ranking;
        }
    }

    /** The multiples of {@code steps}. */
    record Every(long steps) implements RetentionRule {
        public Every {
            requireAtLeast("every", 1, steps);
        }

        @Override
        public List<CheckpointInfo> keeps(List<CheckpointInfo> all) {
            return all.stream().filter(this::keeps).toList();
        }

        /** Whether it keeps this one, whatever the others are. */
        boolean keeps(CheckpointInfo c) {
            return c.step() % steps == 0;
        }

        @Override
        public String toString() {
            return "every:" + steps;
        }
    }

    /**
     * At most one per span of time: the earliest step of each span, spans being counted from 1970, so that the choice for one never
     * changes. Those without the fact {@code time} are not kept by this rule.
     */
    record Per(Duration span) implements RetentionRule {
        public Per {
            requireAtLeast("per", 1, span.toMillis());
        }

        @Override
        public List<CheckpointInfo> keeps(List<CheckpointInfo> all) {
            Map<Long, CheckpointInfo> firsts = new HashMap<>();
            for (CheckpointInfo c : all) {
                spanOf(c).ifPresent(s -> firsts.merge(s, c, RetentionRule::earlier));
            }
            return List.copyOf(firsts.values());
        }

        /** The number of the span in which it was made, if its time is known. */
        Optional<Long> spanOf(CheckpointInfo c) {
            return c.timeMillis().isPresent() ? Optional.of(Math.floorDiv(c.timeMillis().getAsLong(), span.toMillis())) : Optional.empty();
        }

        @Override
        public String toString() {
            return "per:" + Quantity.ofMillis(span.toMillis());
        }
    }

    /**
     * Fewer, the older they are. For each power p of {@code base} the steps are cut into blocks of p, and of the block in which the
     * newest one lies, and of the one before it, the first checkpoint is kept. So in place of one that is a steps older than the newest
     * there is always an earlier one, less than {@code base * a} steps before it; and the number kept grows like the logarithm of the
     * steps.
     */
    record Logarithmic(int base) implements RetentionRule {
        public Logarithmic {
            requireAtLeast("log", 2, base);
        }

        @Override
        public List<CheckpointInfo> keeps(List<CheckpointInfo> all) {
            List<CheckpointInfo> bySteps = bySteps(all);
            if (bySteps.isEmpty()) {
                return bySteps;
            }
            long newest = bySteps.get(bySteps.size() - 1).step();
            // The blocks of a width beyond the last one, which may be beyond a long, are one: the first of all.
            Map<Long, CheckpointInfo> kept = new HashMap<>(Map.of(bySteps.get(0).step(), bySteps.get(0)));
            for (long width = 1; ; width *= base) {
                // Behind the largest long there is a negative one.
                for (long block = Math.max(0, newest / width - 1); block >= 0 && block <= newest / width; block++) {
                    first(bySteps, block * width).filter(inBlock(block, width)).ifPresent(c -> kept.put(c.step(), c));
                }
                if (width > newest / base) {
                    return List.copyOf(kept.values());
                }
            }
        }

        private static Predicate<CheckpointInfo> inBlock(long block, long width) {
            return c -> c.step() / width == block;
        }

        /** The first one that is not before {@code step}. */
        private static Optional<CheckpointInfo> first(List<CheckpointInfo> bySteps, long step) {
            int low = 0;
            int high = bySteps.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (bySteps.get(middle).step() < step) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low < bySteps.size() ? Optional.of(bySteps.get(low)) : Optional.empty();
        }

        @Override
        public String toString() {
            return "log:" + base;
        }
    }

    /** {@code all} in the order of steps; itself, if it is in that order. */
    static List<CheckpointInfo> bySteps(List<CheckpointInfo> all) {
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i - 1).step() > all.get(i).step()) {
                return all.stream().sorted(Comparator.comparingLong(CheckpointInfo::step)).toList();
            }
        }
        return all;
    }

    private static CheckpointInfo earlier(CheckpointInfo a, CheckpointInfo b) {
        return a.step() <= b.step() ? a : b;
    }

    private static void requireAtLeast(String rule, long least, long number) {
        if (number < least) {
            throw new IllegalArgumentException("'" + rule + ":" + number + "': the number must be " + least + " or more");
        }
    }
}

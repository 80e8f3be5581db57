package cairn.checkpoint.retention;

import cairn.checkpoint.format.CheckpointInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a policy keeps of a list that grows, so that a save costs the same however many checkpoints there are.
 *
 * <p>By the law of the rules, what a rule keeps of a list it keeps of any part of it. So of a list and one more, a rule keeps only
 * what it kept of the list, and perhaps the one. Therefore each rule that compares checkpoints needs to remember only what it keeps, and
 * what it lets go is all that the policy may let go.
 */
public final class Keeping {
    private final RetentionPolicy policy;
    private final Window newest = new Top<>(c -> Optional.of(-c.step()), 1);
    private final Window newestFinite = new Top<>(c -> c.isFinite() ? Optional.of(-c.step()) : Optional.empty(), 1);
    private final Window best;
    private final List<Window> windows;
    private final NavigableMap<Long, CheckpointInfo> outgrown = new TreeMap<>();

    private Keeping(RetentionPolicy policy) {
        this.policy = policy;
        this.best = new Top<>(policy.ranking()::ranked, 1);
        this.windows = new ArrayList<>(List.of(newest, newestFinite, best));
        for (RetentionRule rule : policy.rules()) {
            window(rule).ifPresent(windows::add);
        }
    }

    /**
     * The policy keeps all of {@code kept}, and more come. Empty for a policy with a limit, which makes it forget some that its rules keep.
     */
    public static Optional<Keeping> of(RetentionPolicy policy, List<CheckpointInfo> kept) {
        if (policy.limitBytes().isPresent()) {
            return Optional.empty();
        }
        Keeping keeping = new Keeping(policy);
        kept.forEach(c -> keeping.windows.forEach(window -> window.add(c)));
        return Optional.of(keeping);
    }

    public RetentionPolicy policy() {
        return policy;
    }

    /** There is one more. */
    public void add(CheckpointInfo saved) {
        List<CheckpointInfo> candidates = new ArrayList<>(List.of(saved));
        windows.forEach(window -> candidates.addAll(window.add(saved)));
        candidates.stream().filter(c -> !keeps(c)).forEach(c -> outgrown.put(c.step(), c));
    }

    /** What the policy does not keep any more, in the order of steps. */
    public List<CheckpointInfo> outgrown() {
        return List.copyOf(outgrown.values());
    }

    /** What is outgrown has been deleted. */
    public void forgetOutgrown() {
        outgrown.clear();
    }

    /** As {@link RetentionPolicy#pillars}. */
    public List<CheckpointInfo> pillars() {
        List<CheckpointInfo> pillars = new ArrayList<>();
        List.of(newest, newestFinite, best).forEach(window -> pillars.addAll(window.kept()));
        return pillars.stream().distinct().toList();
    }

    private boolean keeps(CheckpointInfo c) {
        return c.pinned() || policy.protectedSteps().contains(c.step()) || windows.stream().anyMatch(window -> window.has(c))
                || policy.rules().stream().anyMatch(rule -> rule instanceof RetentionRule.All
                        || rule instanceof RetentionRule.Every every && every.keeps(c));
    }

    /** What a rule that compares checkpoints keeps. */
    private interface Window {
        /** Adds one; returns what goes for it, which may be itself. */
        List<CheckpointInfo> add(CheckpointInfo c);

        boolean has(CheckpointInfo c);

        List<CheckpointInfo> kept();
    }

    /** Empty for a rule that judges each checkpoint by itself. */
    private static Optional<Window> window(RetentionRule rule) {
        if (rule instanceof RetentionRule.Last last) {
            return Optional.of(new Top<>(c -> Optional.of(-c.step()), last.count()));
        } else if (rule instanceof RetentionRule.Best best) {
            return Optional.of(new Top<>(best.ranking()::ranked, best.count()));
        } else if (rule instanceof RetentionRule.Per per) {
            return Optional.of(new FirstOfEach(per::spanOf));
        } else if (rule instanceof RetentionRule.Logarithmic) {
            return Optional.of(new Few(rule));
        }
        return Optional.empty();
    }

    /** The first {@code count} in the order of a key; those without a key have no place. */
    private static final class Top<K extends Comparable<K>> implements Window {
        private final TreeMap<K, CheckpointInfo> kept = new TreeMap<>();
        private final Function<CheckpointInfo, Optional<K>> key;
        private final int count;

        Top(Function<CheckpointInfo, Optional<K>> key, int count) {
            this.key = key;
            this.count = count;
        }

        @Override
        public List<CheckpointInfo> add(CheckpointInfo c) {
            key.apply(c).ifPresent(k -> kept.put(k, c));
            return kept.size() > count ? List.of(kept.pollLastEntry().getValue()) : List.of();
        }

        @Override
        public boolean has(CheckpointInfo c) {
            return key.apply(c).filter(kept::containsKey).isPresent();
        }

        @Override
        public List<CheckpointInfo> kept() {
            return List.copyOf(kept.values());
        }
    }

    /** The earliest step of those with the same key. */
    private static final class FirstOfEach implements Window {
        private final Map<Long, CheckpointInfo> kept = new HashMap<>();
        private final Function<CheckpointInfo, Optional<Long>> key;

        FirstOfEach(Function<CheckpointInfo, Optional<Long>> key) {
            this.key = key;
        }

        @Override
        public List<CheckpointInfo> add(CheckpointInfo c) {
            Optional<CheckpointInfo> before = key.apply(c).map(kept::get);
            if (before.isPresent() && before.get().step() < c.step()) {
                return List.of(c);
            }
            key.apply(c).ifPresent(k -> kept.put(k, c));
            return before.stream().toList();
        }

        @Override
        public boolean has(CheckpointInfo c) {
            return key.apply(c).map(kept::get).filter(first -> first.step() == c.step()).isPresent();
        }

        @Override
        public List<CheckpointInfo> kept() {
            return List.copyOf(kept.values());
        }
    }

    /** What a rule keeps that keeps few. */
    private static final class Few implements Window {
        private final RetentionRule rule;
        private Map<Long, CheckpointInfo> kept = Map.of();

        Few(RetentionRule rule) {
            this.rule = rule;
        }

        @Override
        public List<CheckpointInfo> add(CheckpointInfo c) {
            List<CheckpointInfo> all = new ArrayList<>(kept.values());
            all.add(c);
            kept = new HashMap<>();
            rule.keeps(all).forEach(k -> kept.put(k.step(), k));
            return all.stream().filter(one -> !has(one)).toList();
        }

        @Override
        public boolean has(CheckpointInfo c) {
            return kept.containsKey(c.step());
        }

        @Override
        public List<CheckpointInfo> kept() {
            return List.copyOf(kept.values());
        }
    }
}

package cairn.run;

import cairn.recipe.RecipeChange;
import cairn.tensor.device.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is promised of a training that goes on from a checkpoint.
 *
 * @param level how much the training has in common with one that was never stopped
 * @param reasons why it is not exact; empty if it is
 */
public record ResumeGrade(Level level, List<Reason> reasons) {

    /** What is promised, from the least to the most. */
    public enum Level {
        /** Another recipe, so another training. */
        FORK("fork", "fork: another recipe from here on"),
        /** The same recipe and the same batches, but the rounding may differ. */
        SAME_DATA("same-data", "same data, different arithmetic"),
        /** Bit for bit the training that was never stopped. */
        EXACT("exact", "exact: same recipe, data and arithmetic");

        private final String word;
        private final String sentence;

        Level(String word, String sentence) {
            this.word = word;
            this.sentence = sentence;
        }

        /** The name of the level in a command. */
        public String word() {
            return word;
        }
    }

    /**
     * A fact or a setting that differs, or an operation that is never the same.
     *
     * @param name the name of the fact, or the path of the setting
     * @param before its value at the checkpoint; empty if it was not recorded
     * @param now its value here; empty if it has none
     */
    public record Reason(String name, String before, String now) {

        /** {@code threads 2 -> 4}; for two lists of words, only the words that are in one of them. */
        @Override
        public String toString() {
            if (before.isEmpty()) {
                return name + " not recorded, now " + now;
            } else if (now.isEmpty()) {
                return name + " " + before + " -> none";
            }
            if (before.equals(now)) {
                return name + " " + now;
            }
            Set<String> lost = words(before);
            Set<String> gained = words(now);
            lost.removeAll(words(now));
            gained.removeAll(words(before));
            boolean areLists = name.equals("cpu-features") && !lost.equals(words(before));
            return name + " " + (areLists ? signed(lost, "-") + (lost.isEmpty() || gained.isEmpty() ? "" : " ") + signed(gained, "+")
                    : before + " -> " + now);
        }

        private static Set<String> words(String text) {
            return new LinkedHashSet<>(Arrays.asList(text.split(" ")));
        }

        private static String signed(Set<String> words, String sign) {
            return words.stream().map(w -> sign + w).collect(Collectors.joining(" "));
        }

        /** What a user can do about it. */
        String remedy() {
            if (before.isEmpty()) {
                return "nothing can be done: this checkpoint did not record it; the next one will";
            }
            return Backend.remedy(name, before, now).orElse("set " + name + " back to " + before);
        }
    }

    public ResumeGrade {
        reasons = List.copyOf(reasons);
        if ((level == Level.EXACT) != reasons.isEmpty()) {
            throw new IllegalArgumentException("a grade of " + level.word() + " has "
                    + (level == Level.EXACT ? "no reasons, found " + reasons : "reasons, found none"));
        }
    }

    /** The grade of going on from a checkpoint of the same recipe, from the facts in the checkpoint and the facts here. */
    public static ResumeGrade between(Map<String, String> before, Map<String, String> now) {
        List<Reason> reasons = new ArrayList<>();
        for (String name : Backend.deciding()) {
            Reason reason = new Reason(name, before.getOrDefault(name, ""), now.getOrDefault(name, ""));
            if (!reason.before().equals(reason.now())) {
                reasons.add(reason);
            }
        }
        // Older checkpoints do not record this fact. Then there was no such operation, because the same recipe has the same operations.
        Reason unordered = new Reason(Backend.UNORDERED, before.getOrDefault(Backend.UNORDERED, Backend.NONE),
                now.getOrDefault(Backend.UNORDERED, Backend.NONE));
        if (!unordered.before().equals(Backend.NONE) || !unordered.now().equals(Backend.NONE)) {
            reasons.add(unordered);
        }
        return new ResumeGrade(reasons.isEmpty() ? Level.EXACT : Level.SAME_DATA, reasons);
    }

    /** The grade of several stretches of one training: the lowest of theirs, with the reasons of all. */
    static ResumeGrade all(List<ResumeGrade> grades) {
        Level lowest = grades.stream().map(ResumeGrade::level).min(Level::compareTo).orElse(Level.EXACT);
        return new ResumeGrade(lowest, grades.stream().flatMap(g -> g.reasons().stream()).distinct().toList());
    }

    /** Whether every fact that decides bits is equal in both. */
    static boolean haveSameBits(Map<String, String> a, Map<String, String> b) {
        return Backend.deciding().stream().allMatch(name -> a.getOrDefault(name, "").equals(b.getOrDefault(name, "")));
    }

    /** The grade of a training from step 0: exact, unless operations here add in no fixed order. */
    public static ResumeGrade beginning(Map<String, String> now) {
        return between(now, now);
    }

    /** This grade with changes of the recipe; without a change it stays as it is. */
    ResumeGrade with(List<RecipeChange> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        List<Reason> all = new ArrayList<>(changes.stream().map(c -> new Reason(c.path(), c.before().isEmpty() ? "none" : c.before(),
                c.after())).toList());
        all.addAll(reasons);
        return new ResumeGrade(Level.FORK, all);
    }

    /** The grade without a reason against it. */
    public static ResumeGrade exact() {
        return new ResumeGrade(Level.EXACT, List.of());
    }

    public boolean isExact() {
        return level == Level.EXACT;
    }

    /** Whether some facts were not recorded and all others are equal. */
    public boolean isUnproven() {
        return level == Level.SAME_DATA && reasons.stream().allMatch(r -> r.before().isEmpty());
    }

    /** What is promised, in one line. */
    public String sentence() {
        if (isUnproven()) {
            return "same data; whether the arithmetic is the same is not known";
        }
        boolean isUnordered = level == Level.SAME_DATA && reasons.stream().allMatch(r -> r.name().equals(Backend.UNORDERED));
        return isUnordered ? "same data, but some of its additions come in no fixed order" : level.sentence;
    }

    /** Every reason, and under it what a user can do about it. */
    public String remedies() {
        return reasons.stream().map(r -> "  " + r + "\n      " + r.remedy()).collect(Collectors.joining("\n"));
    }

    /**
     * Refuses a grade below {@code required}.
     *
     * @param what the action, such as {@code resume iris from step 24}
     * @throws ResumeGradeException listing every reason and what a user can do about it
     */
    void require(Level required, String what) {
        if (level.compareTo(required) < 0) {
            throw new ResumeGradeException(what, this, required);
        }
    }
}

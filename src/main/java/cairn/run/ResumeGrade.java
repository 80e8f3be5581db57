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
 * What is promised of a training that goes on from a checkpoint: as much as the level says, and not more because of the reasons.
 *
 * @param level how much of the unbroken training's future this one has
 * @param reasons what keeps it from being exact; empty if it is
 */
public record ResumeGrade(Level level, List<Reason> reasons) {

    /** From the least to the most that is promised. */
    public enum Level {
        /** Another recipe: another training that begins in the middle of this one. */
        FORK("fork", "fork: another recipe from here on"),
        /** The same recipe and the same batches, and not surely the same rounding. */
        SAME_DATA("same-data", "same data, different arithmetic"),
        /** Bit for bit what the unbroken training would be. */
        EXACT("exact", "exact: same recipe, data and arithmetic");

        private final String word;
        private final String sentence;

        Level(String word, String sentence) {
            this.word = word;
            this.sentence = sentence;
        }

        /** As a user writes it. */
        public String word() {
            return word;
        }

        /** As a user reads it. */
        public String sentence() {
            return sentence;
        }
    }

    /**
     * Something that is different, or that is never the same.
     *
     * @param name of the fact, or the path of the setting
     * @param before at the checkpoint; empty if it does not say
     * @param now here; empty if there is nothing
     */
    public record Reason(String name, String before, String now) {

        /** {@code threads 2 -> 4}; of two lists of words only the words in one of them. */
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

        /** What would take this reason away. */
        public String remedy() {
            if (before.isEmpty()) {
                return "nothing would: the checkpoint does not say; the next one that is saved will";
            }
            return Backend.remedy(name, before).orElse("set " + name + " back to " + before);
        }
    }

    public ResumeGrade {
        reasons = List.copyOf(reasons);
        if ((level == Level.EXACT) != reasons.isEmpty()) {
            throw new IllegalArgumentException("a grade of " + level.word() + " has "
                    + (level == Level.EXACT ? "no reasons, found " + reasons : "reasons, found none"));
        }
    }

    /** Of going on from a checkpoint of the same recipe that says these facts, where these are the facts. */
    public static ResumeGrade between(Map<String, String> before, Map<String, String> now) {
        List<Reason> reasons = new ArrayList<>();
        for (String name : Backend.deciding()) {
            Reason reason = new Reason(name, before.getOrDefault(name, ""), now.getOrDefault(name, ""));
            if (!reason.before().equals(reason.now())) {
                reasons.add(reason);
            }
        }
        // Not recorded is none: older checkpoints have no such fact, and the same recipe has the same operations here.
        Reason unordered = new Reason(Backend.UNORDERED, before.getOrDefault(Backend.UNORDERED, Backend.NONE),
                now.getOrDefault(Backend.UNORDERED, Backend.NONE));
        if (!unordered.before().equals(Backend.NONE) || !unordered.now().equals(Backend.NONE)) {
            reasons.add(unordered);
        }
        return new ResumeGrade(reasons.isEmpty() ? Level.EXACT : Level.SAME_DATA, reasons);
    }

    /** Of a training that goes on from no checkpoint, where these are the facts: exact, unless no two trainings here are the same. */
    public static ResumeGrade beginning(Map<String, String> now) {
        return between(now, now);
    }

    /** The same where the recipe changes too; without a change it is no fork. */
    public ResumeGrade with(List<RecipeChange> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        List<Reason> all = new ArrayList<>(changes.stream().map(c -> new Reason(c.path(), c.before().isEmpty() ? "none" : c.before(),
                c.after())).toList());
        all.addAll(reasons);
        return new ResumeGrade(Level.FORK, all);
    }

    /** Without a reason. */
    public static ResumeGrade exact() {
        return new ResumeGrade(Level.EXACT, List.of());
    }

    public boolean isExact() {
        return level == Level.EXACT;
    }

    /** Whether nothing is known to be different: some facts are missing in the checkpoint, and the others are equal. */
    public boolean isUnproven() {
        return level == Level.SAME_DATA && reasons.stream().allMatch(r -> r.before().isEmpty());
    }

    /** What is promised, in a line. */
    public String sentence() {
        if (isUnproven()) {
            return "same data; whether the arithmetic is the same is not known";
        }
        boolean isUnordered = level == Level.SAME_DATA && reasons.stream().allMatch(r -> r.name().equals(Backend.UNORDERED));
        return isUnordered ? "same data, but some of its additions come in no fixed order" : level.sentence();
    }

    /**
     * Nothing, if this is at least {@code required}.
     *
     * @param what is to be done, such as {@code resume iris from step 24}
     * @throws ResumeGradeException naming every reason, and what would take it away
     */
    public void require(Level required, String what) {
        if (level.compareTo(required) < 0) {
            throw new ResumeGradeException(what, this, required);
        }
    }
}

package cairn.explain;

import cairn.run.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Why a run went as it did. A pure function of the run: the same folder gives the same value, and nothing is written into it.
 *
 * @param run its name
 * @param last the last step that is recorded, -1 if there is none
 * @param findings what is wrong; first those that nothing else explains, of these first the one that explains most, and after each what
 *     follows
 *     from it. Empty for a healthy run
 * @param looks which steps were looked at, and what could not be, one line each
 */
public record Explanation(String run, long last, List<Finding> findings, List<String> looks) {
    private static final List<Rule> RULES = List.of(new NotNormalized(), new ExplodingGradients(), new RateTooHigh(),
            new SaturatedActivations(),
            new DeadUnits(), new VanishingGradients(), new ClassImbalance(), new LabelNoise(), new Stalled(), new Overfitting(),
                    new LossSpikes(),
            new Broke());

    public Explanation {
        findings = List.copyOf(findings);
        looks = List.copyOf(looks);
    }

    /**
     * Explains the run in {@code folder}. Another process may train it meanwhile.
     *
     * @throws java.nio.file.NoSuchFileException if it is no run
     */
    public static Explanation of(Path folder, Workspace workspace, Effort effort) throws IOException {
        Examination examination = Examination.of(folder, workspace, effort);
        Course course = examination.symptoms().course();
        return new Explanation(folder.toAbsolutePath().normalize().getFileName().toString(), course.isEmpty() ? -1 : course.last(),
                findings(examination.symptoms()), examination.looks());
    }

    /** The findings of these symptoms, in order. */
    static List<Finding> findings(Symptoms symptoms) {
        return ordered(RULES.stream().flatMap(rule -> rule.find(symptoms).stream()).toList());
    }

    /**
     * Says which follow from which, and puts those that explain most first. What follows from another one has no trial of its own,
     * because the trial of its cause comes first.
     */
    static List<Finding> ordered(List<Finding> found) {
        List<Finding> all = found.stream().map(f -> cause(f, found).map(c -> f.followsFrom(c.illness()).decidedBy()).orElse(f)).toList();
        List<Finding> ordered = new ArrayList<>();
        all.stream().filter(f -> f.followsFrom().isEmpty())
                .sorted(Comparator.<Finding>comparingLong(f -> -count(f, all)).thenComparing(Finding::certainty)
                .thenComparing(Finding::illness))
                .forEach(root -> add(root, all, ordered));
        return ordered;
    }

    private static void add(Finding finding, List<Finding> all, List<Finding> ordered) {
        ordered.add(finding);
        all.stream().filter(f -> f.followsFrom().equals(Optional.of(finding.illness()))).sorted(Comparator.comparing(Finding::illness))
                .forEach(f -> add(f, all, ordered));
    }

    private static long count(Finding finding, List<Finding> all) {
        return all.stream().filter(f -> f.followsFrom().equals(Optional.of(finding.illness()))).mapToLong(f -> 1 + count(f, all)).sum();
    }

    /** The first finding in the order of cause and effect that can have brought this one about, and was there before it. */
    private static Optional<Finding> cause(Finding finding, List<Finding> found) {
        return found.stream().filter(f -> finding.illness().canFollowFrom(f.illness()) && f.since() <= finding.since()
                && f.certainty() != Finding.Certainty.POSSIBLE).min(Comparator.comparing(Finding::illness));
    }
}

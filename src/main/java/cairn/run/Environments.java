package cairn.run;

import cairn.checkpoint.CheckpointStore;
import cairn.journal.RecordedSeries;
import cairn.journal.Row;
import cairn.journal.Stretch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * In which environment each step of a run was made. A run may move to another machine or another number of threads, so the environment
 * belongs to a stretch of steps.
 *
 * <p>It is known from the journal, which records it for each attempt. Where the journal does not know it, the facts of the next checkpoint
 * of the same stretch say it, because they are those of the process that made the steps before that checkpoint. The facts of the checkpoint
 * before a step say nothing about the step.
 */
public final class Environments {
    /** Steps that were made in one environment; empty facts if it is not known. */
    public record Part(long first, long last, Map<String, String> facts) {
    }

    private final RecordedSeries recorded;
    private final List<Stretch> made;
    private final CheckpointStore store;
    private final SortedSet<Long> changes;

    /**
     * @param recorded the journal
     * @param made the steps that each attempt made, in the order of the attempts
     * @param store the checkpoints
     * @param changes the steps after which {@code run.json} records another environment
     */
    Environments(RecordedSeries recorded, List<Stretch> made, CheckpointStore store, SortedSet<Long> changes) {
        this.recorded = recorded;
        this.made = made;
        this.store = store;
        this.changes = changes;
    }

    /** The grade of making the steps {@code from + 1} to {@code to} again in an environment with the facts {@code here}. */
    public ResumeGrade grade(long from, long to, Map<String, String> here) throws IOException {
        List<ResumeGrade> grades = new ArrayList<>();
        for (Stretch session : recorded.stretches(Row.ENVIRONMENT)) {
            // A session makes the evaluation at its first step, if the one before it has cancelled it.
            long begin = session.first();
            if (begin > from && begin <= to && recorded.names().stream().filter(name -> Series.measure(name).isPresent())
                    .flatMap(name -> recorded.stretches(name).stream())
                    .anyMatch(s -> s.attempt() == session.attempt() && s.first() == begin)) {
                grades.add(ResumeGrade.between(recorded.environment(session.attempt()).map(Environments::parse).orElse(Map.of()), here));
            }
        }
        for (Part part : parts(from, to)) {
            grades.add(ResumeGrade.between(part.facts(), here));
        }
        return grades.isEmpty() ? ResumeGrade.exact() : ResumeGrade.all(grades);
    }

    /** The steps {@code from + 1} to {@code to}, divided where the environment changes. */
    public List<Part> parts(long from, long to) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (long step = from + 1; step <= to;) {
            Part next = part(step, to);
            int last = parts.size() - 1;
            if (last >= 0 && ResumeGrade.haveSameBits(parts.get(last).facts(), next.facts())) {
                parts.set(last, new Part(parts.get(last).first(), next.last(), next.facts()));
            } else {
                parts.add(next);
            }
            step = next.last() + 1;
        }
        return parts;
    }

    /** The steps from {@code step} on, up to {@code to}, of which one source tells the environment. */
    private Part part(long step, long to) throws IOException {
        long last = to;
        Optional<Stretch> stretch = Optional.empty();
        for (Stretch s : made) {
            if (s.contains(step)) {
                stretch = Optional.of(s);
                last = Math.min(to, s.last());
            } else if (s.first() > step) {
                last = Math.min(last, s.first() - 1);
            }
        }
        Optional<Map<String, String>> facts = stretch.flatMap(s -> recorded.environment(s.attempt())).map(Environments::parse);
        if (facts.isPresent()) {
            return new Part(step, last, facts.get());
        }
        return fromCheckpoint(step, stretch.isPresent() ? stretch.get().last() : nextStretch(step), last);
    }

    private long nextStretch(long step) {
        return made.stream().mapToLong(Stretch::first).filter(first -> first > step).min().orElse(Long.MAX_VALUE) - 1;
    }

    /** The environment as the next checkpoint tells it, if that is not later than {@code bound} and no change is recorded before it. */
    private Part fromCheckpoint(long step, long bound, long last) throws IOException {
        SortedSet<Long> later = changes.tailSet(step);
        long end = later.isEmpty() ? bound : Math.min(bound, later.first());
        SortedSet<Long> candidates = new TreeSet<>(store.steps().tailSet(step));
        for (long candidate : candidates) {
            if (candidate > end) {
                break;
            }
            try {
                return new Part(step, Math.min(last, candidate), store.header(candidate).facts());
            } catch (IOException damagedOrGone) {
                // The next one may say it.
            }
        }
        return new Part(step, Math.min(last, end), Map.of());
    }

    /** The facts as the journal has them. */
    static String text(Map<String, String> facts) {
        return facts.entrySet().stream().map(f -> f.getKey() + "=" + f.getValue()).collect(Collectors.joining("\n"));
    }

    static Map<String, String> parse(String text) {
        Map<String, String> facts = new LinkedHashMap<>();
        text.lines().filter(line -> line.indexOf('=') > 0)
                .forEach(line -> facts.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return facts;
    }
}

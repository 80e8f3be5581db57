package cairn.look.curve;

import cairn.disk.Disk;
import cairn.run.Lineage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The curves of a run, from its journal: every number of its steps that was recorded, and what happened to it on the way. Of a branch they
 * go on from those of its parent, which end at the step where the branch begins. Nothing is computed: what was not recorded is not here.
 *
 * @param run the name of the run
 * @param origin where the run begins, if it is a branch; points up to its step are the parent's
 * @param curves by name, in the order of the names
 * @param marks by step
 * @param stepsPerEpoch as far as the ends of epochs tell it; empty before the first one
 * @param lastStep the last step of the run that is recorded; -1 if there is none
 * @param problems what could not be read, one line each
 */
public record RunCurves(String run, Optional<Lineage> origin, SortedMap<String, Curve> curves, List<Mark> marks, OptionalLong stepsPerEpoch,
        long lastStep, List<String> problems) {
    public RunCurves {
        curves = Collections.unmodifiableSortedMap(new TreeMap<>(curves));
        marks = List.copyOf(marks);
        problems = List.copyOf(problems);
    }

    /**
     * The curves of the run in {@code folder}; none if it has no journal yet. Of a damaged journal they are what stands before the damage,
     * and {@link #problems} says so; so it does if a parent cannot be read.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such folder
     */
    public static RunCurves of(Path folder, Disk disk) throws IOException {
        List<RecordedCurves> generations = RecordedCurves.withAncestors(folder, disk);
        RunCurves curves = generations.get(generations.size() - 1).alone();
        for (int i = generations.size() - 2; i >= 0; i--) {
            curves = curves.continuedBy(generations.get(i).alone());
        }
        return curves;
    }

    /** The curve of a series, if it has a point. */
    public Optional<Curve> curve(String name) {
        return Optional.ofNullable(curves.get(name));
    }

    /** The curves of a kind, in the order of their names. */
    public List<Curve> ofKind(Curve.Kind kind) {
        return curves.values().stream().filter(c -> c.kind() == kind).toList();
    }

    /** The step up to which the points are those of the parent; -1 if the run is no branch. */
    public long parentUntil() {
        return origin.map(Lineage::step).orElse(-1L);
    }

    /** With at most {@code most} points of each curve, in which every peak is still there. */
    public RunCurves thinned(int most) {
        return with(c -> c.thinned(most));
    }

    /** From one step to another, both included. */
    public RunCurves between(long from, long to) {
        RunCurves part = with(c -> c.between(from, to));
        return new RunCurves(run, origin, part.curves, marks.stream().filter(m -> m.step() >= from && m.step() <= to).toList(),
                stepsPerEpoch, lastStep, problems);
    }

    private RunCurves with(UnaryOperator<Curve> change) {
        SortedMap<String, Curve> changed = new TreeMap<>();
        curves.forEach((name, curve) -> {
            Curve part = change.apply(curve);
            if (part.size() > 0) {
                changed.put(name, part);
            }
        });
        return new RunCurves(run, origin, changed, marks, stepsPerEpoch, lastStep, problems);
    }

    /** This parent up to the origin of {@code branch}, and the branch after it. */
    private RunCurves continuedBy(RunCurves branch) {
        long until = branch.parentUntil();
        SortedMap<String, Curve> joined = new TreeMap<>(between(0, until).curves);
        branch.curves.forEach((name, curve) -> joined.merge(name, curve, (parent, own) -> parent.until(until, own)));
        List<Mark> all = new ArrayList<>(marks.stream().filter(m -> m.step() < until).toList());
        branch.marks.stream().filter(m -> !all.contains(m)).forEach(all::add);
        all.sort(Comparator.comparingLong(Mark::step));
        List<String> wrong = new ArrayList<>(problems);
        wrong.addAll(branch.problems);
        if (lastStep < until && lastStep >= 0) {
            // A line over the gap would show what nobody recorded.
            wrong.add("the curves of " + branch.run + " have a gap from step " + lastStep + " to " + until + ", because its parent " + run
                    + " was rolled back to before the branch");
            all.add(new Mark(until, Mark.Kind.MISSING, "the steps from " + lastStep + " on are no longer in " + run));
            all.sort(Comparator.comparingLong(Mark::step));
        }
        return new RunCurves(branch.run, branch.origin, joined, all,
                branch.stepsPerEpoch.isPresent() ? branch.stepsPerEpoch : stepsPerEpoch, Math.max(branch.lastStep, until), wrong);
    }
}

package cairn.replay;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.RunFolder;
import cairn.checkpoint.SplitOffRun;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.data.source.DataFolders;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.journal.Journal;
import cairn.journal.RecordedSeries;
import cairn.journal.Row;
import cairn.metrics.Evaluation;
import cairn.run.History;
import cairn.run.Lineage;
import cairn.run.ResumeGrade;
import cairn.run.Run;
import cairn.run.RunFiles;
import cairn.run.Series;
import cairn.state.RestoreException;
import cairn.train.Progress;
import cairn.train.StepReport;
import cairn.train.Trainer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A run on disk, as a {@link Replay}: any step that was trained can be reached, whether it was saved or not.
 *
 * <p>Law: reaching a step writes nothing. {@link #keep} makes a checkpoint of it, {@link #rollbackTo} makes it the newest.
 */
public final class RunReplay implements Closeable {
    private final RunFolder folder;
    private final Trainer trainer;
    private final Run.Clocks clocks;
    private final boolean isOwner;
    private Optional<RecordedSeries> journal = Optional.empty();
    private Optional<Evaluation> evaluation = Optional.empty();
    /** Whether the evaluation that was due at a stored step, and had been given up, was made on reaching it. */
    private boolean completes;

    public RunReplay(RunFolder folder, Trainer trainer, Run.Clocks clocks, boolean isOwner) {
        this.folder = folder;
        this.trainer = trainer;
        this.clocks = clocks;
        this.isOwner = isOwner;
    }

    /** To look at the run in {@code path}; somebody else may be training it. */
    public static RunReplay reading(Path path, DataFolders data, Run.Clocks clocks) throws IOException {
        return reading(path, new RealDisk(), data, clocks);
    }

    /** The same on another disk: {@link Run#create(Path, Disk, Recipe, DataFolders, Run.Clocks)}. */
    public static RunReplay reading(Path path, Disk disk, DataFolders data, Run.Clocks clocks) throws IOException {
        return open(RunFolder.read(path, disk), data, clocks);
    }

    /**
     * To look at it and to change its checkpoints.
     *
     * @throws cairn.disk.FolderInUseException if somebody else writes into it
     */
    public static RunReplay writing(Path path, DataFolders data, Run.Clocks clocks) throws IOException {
        return writing(path, new RealDisk(), data, clocks);
    }

    /** The same on another disk. */
    public static RunReplay writing(Path path, Disk disk, DataFolders data, Run.Clocks clocks) throws IOException {
        return open(RunFolder.resume(path, disk), data, clocks);
    }

    private static RunReplay open(RunFolder folder, DataFolders data, Run.Clocks clocks) throws IOException {
        try {
            return new RunReplay(folder, Trainer.blank(RunFiles.recipe(folder), data), clocks, true);
        } catch (IOException | RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    /** The training, standing at the step that was reached last. */
    public Trainer trainer() {
        return trainer;
    }

    /** Its checkpoints. */
    public CheckpointStore store() {
        return folder.store();
    }

    /**
     * Refuses a step to which the run in {@code path} never came; quickly, for nothing is computed.
     *
     * @throws IllegalArgumentException if that is so
     */
    public static void requireTrained(Path path, long step) throws IOException {
        try (RunFolder folder = RunFolder.read(path, new RealDisk())) {
            requireTrained(folder, step, () -> recorded(folder, series -> false, 0, 0));
        }
    }

    /** The last step that was trained, as far as the run's folder knows: by its checkpoints and its journal. */
    public long newest() throws IOException {
        return newest(folder, journal());
    }

    private static long newest(RunFolder folder, RecordedSeries recorded) throws IOException {
        return Math.max(folder.store().steps().isEmpty() ? 0 : folder.store().steps().last(), recorded.lastStep());
    }

    /** Whether it comes from another run, and so has no step 0 that its recipe knows. */
    boolean hasParent() throws IOException {
        return RunFiles.parent(folder).isPresent();
    }

    /** What its journal says of the series and steps that are asked for, read in one pass. */
    RecordedSeries recorded(Predicate<String> series, long from, long to) throws IOException {
        return recorded(folder, series, from, to);
    }

    private static RecordedSeries recorded(RunFolder folder, Predicate<String> series, long from, long to) throws IOException {
        return History.recorded(folder.disk(), folder.path(), series, from, to);
    }

    /** How far its journal goes, and which series it has; read at the first call. */
    private RecordedSeries journal() throws IOException {
        if (journal.isEmpty()) {
            journal = Optional.of(recorded(series -> false, 0, 0));
        }
        return journal.get();
    }

    /** The names of what its evaluations measure, as far as the journal and the recipe know. */
    public Set<String> measures() throws IOException {
        Set<String> names = new TreeSet<>(Set.of(trainer.recipe().evaluate().monitor()));
        journal().names().forEach(name -> Series.measure(name).ifPresent(names::add));
        return names;
    }

    /** Trains the steps after {@code from} again, to step {@code to}, and compares each with what was recorded: {@link Proof}. */
    public Proof prove(long from, long to, Replay.Viewer viewer) throws IOException {
        if (from > to) {
            throw new IllegalArgumentException("a replay goes forward, found FROM " + from + " after TO " + to);
        }
        requireTrained(folder, to, this::journal);
        return Proof.of(this, from, to, viewer);
    }

    /** Finds the first step at which {@code condition} holds: {@link Bisection}. */
    public Bisection bisect(Condition condition, Replay.Viewer viewer) throws IOException {
        return Bisection.of(this, condition, viewer);
    }

    /** The first step that can be reached. */
    public long oldest() throws IOException {
        return hasParent() && !folder.store().steps().isEmpty() ? folder.store().steps().first() : 0;
    }

    /** The way to {@code step}. */
    public Replay.Route route(long step) throws IOException {
        requireTrained(folder, step, this::journal);
        return film().route(step);
    }

    /**
     * Goes to {@code step}.
     *
     * @throws IllegalArgumentException if the run never came there, or no checkpoint is left from which it can be reached
     */
    public Replay.Route goTo(long step, Replay.Viewer viewer) throws IOException {
        requireTrained(folder, step, this::journal);
        try {
            evaluation = Optional.empty();
            Replay.Route route = film().goTo(step, new Watching(viewer));
            completes = route.replayed() == 0 && evaluation.isPresent();
            return route;
        } catch (RestoreException e) {
            throw e.from("a checkpoint of " + folder.path(), Run.advice(e));
        }
    }

    private interface JournalSource {
        RecordedSeries read() throws IOException;
    }

    /** The journal is read only if the checkpoints do not answer it. */
    private static void requireTrained(RunFolder folder, long step, JournalSource journal) throws IOException {
        if (step < 0 || folder.store().steps().tailSet(step).isEmpty() && step > newest(folder, journal.read())) {
            throw new IllegalArgumentException("step " + step + " of " + folder.path() + " cannot be reached: it was trained to step "
                    + newest(folder, journal.read()) + (step < 0 ? ", and steps count from 0"
                    : ". To train on: cairn resume " + folder.path().getFileName() + " --steps " + step));
        }
    }

    /** A run that comes from another one has no step 0 that its recipe knows. */
    private Replay film() throws IOException {
        List<SnapshotSource> sources = new ArrayList<>(List.of(SnapshotSource.of(folder.store())));
        if (!hasParent()) {
            sources.add(SnapshotSource.beginning());
        }
        return new Replay(trainer, sources);
    }

    /** What is promised of the steps that are made here from the checkpoint of a step on; all of it, if it is not stored. */
    public ResumeGrade grade(long step) throws IOException {
        return folder.store().steps().contains(step) ? ResumeGrade.between(folder.store().header(step).facts(), trainer.environment())
                : ResumeGrade.beginning(trainer.environment());
    }

    /** What was reached last, as a checkpoint that says where and when it was made. */
    public Checkpoint checkpoint() {
        Map<String, String> facts = new LinkedHashMap<>(trainer.environment());
        facts.put(CheckpointInfo.TIME, Long.toString(clocks.millis().getAsLong()));
        return new Checkpoint(trainer.position().step(), trainer.snapshot(), facts, metrics(trainer, evaluation));
    }

    /** What was measured where a training stands, the monitored metric first. */
    public static Map<String, Double> metrics(Trainer trainer, Optional<Evaluation> evaluation) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        Progress progress = trainer.progress();
        if (progress.evaluatedAt() == trainer.position().step()) {
            metrics.put(trainer.recipe().evaluate().monitor(), progress.last());
            evaluation.ifPresent(e -> e.measures().forEach((name, estimate) -> metrics.putIfAbsent(name, estimate.value())));
        }
        return metrics;
    }

    /**
     * Stores what was reached last, if it is not stored already, and records its digest in the journal.
     *
     * @throws cairn.checkpoint.NotDeterministicException if another state is stored at that step
     */
    public CheckpointInfo keep() throws IOException {
        try (Journal journal = Journal.open(folder.disk(), folder.file(RunFiles.JOURNAL), clocks.millis())) {
            return keep(journal);
        }
    }

    private CheckpointInfo keep(Journal journal) throws IOException {
        boolean isSound = folder.store().steps().contains(trainer.position().step()) && folder.store().isSound(trainer.position().step());
        CheckpointInfo info = completes ? folder.store().replace(checkpoint()) : folder.store().commit(checkpoint());
        if (!isSound || completes) {
            journal.append(info.step(), Series.DIGEST, info.digest());
            journal.flush();
        }
        return info;
    }

    /**
     * Goes to {@code step} and makes it the newest checkpoint of the run. The later ones move into a run of their own beside it, with
     * their journal; nothing is lost.
     *
     * @return that run; empty if there was nothing later
     */
    public Optional<Path> rollbackTo(long step, Replay.Viewer viewer) throws IOException {
        try (Journal journal = Journal.open(folder.disk(), folder.file(RunFiles.JOURNAL), clocks.millis())) {
            return rollbackTo(step, viewer, journal);
        }
    }

    public Optional<Path> rollbackTo(long step, Replay.Viewer viewer, Journal journal) throws IOException {
        goTo(step, viewer);
        keep(journal);
        return setAside(folder, step, journal);
    }

    /** The same for a step whose checkpoint is stored and sound: files move, and nothing is computed. */
    public static Optional<Path> rollback(Path path, long step, Run.Clocks clocks) throws IOException {
        try (RunFolder folder = RunFolder.resume(path, new RealDisk());
                Journal journal = Journal.open(folder.disk(), folder.file(RunFiles.JOURNAL), clocks.millis())) {
            return setAside(folder, step, journal);
        }
    }

    private static Optional<Path> setAside(RunFolder folder, long step, Journal journal) throws IOException {
        journal.force();
        Path path = folder.path().toAbsolutePath().normalize();
        Lineage parent = Lineage.of(path, path.resolveSibling("aside"), step, folder.store().header(step).digest(),
                List.of("set aside when " + path.getFileName() + " went back to step " + step));
        Optional<SplitOffRun> aside = folder.setAside(step, "before-rollback", Map.of(RunFiles.RUN, RunFiles.factsOf(folder, parent)),
                List.of(RunFiles.JOURNAL, RunFiles.RECIPE));
        // Only now: until the checkpoints have moved, their numbers belong to this run.
        if (recorded(folder, series -> false, 0, 0).lastStep() > step) {
            journal.append(step, Row.ROLLED_BACK, aside.map(a -> a.folder().getFileName().toString()).orElse(""));
            journal.force();
        }
        return aside.map(SplitOffRun::folder);
    }

    /** Closes what was opened here. */
    @Override
    public void close() throws IOException {
        if (isOwner) {
            trainer.close();
            folder.close();
        }
    }

    /** Remembers what was measured last, for the checkpoint. */
    private final class Watching implements Replay.Viewer {
        private final Replay.Viewer viewer;

        Watching(Replay.Viewer viewer) {
            this.viewer = viewer;
        }

        @Override
        public void setsOut(Replay.Route way) {
            viewer.setsOut(way);
        }

        @Override
        public void passesOver(DamagedCheckpointException damaged) {
            viewer.passesOver(damaged);
        }

        @Override
        public void stepped(StepReport report) {
            viewer.stepped(report);
        }

        @Override
        public void evaluated(Evaluation result) {
            evaluation = Optional.of(result);
            viewer.evaluated(result);
        }
    }
}

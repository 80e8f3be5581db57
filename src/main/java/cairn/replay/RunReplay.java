package cairn.replay;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.Header;
import cairn.disk.RealDisk;
import cairn.journal.Journal;
import cairn.journal.RecordedSeries;
import cairn.metrics.Evaluation;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Environments;
import cairn.run.History;
import cairn.run.ResumeGrade;
import cairn.run.Provenance;
import cairn.run.RunFiles;
import cairn.run.Series;
import cairn.run.Workspace;
import cairn.state.RestoreException;
import cairn.train.StateConstants;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The {@link Replay} of a run on disk: every step that was trained can be reached, saved or not.
 *
 * <p>Law: reaching a step writes nothing. {@link #keep} stores a checkpoint of it, {@link #rollbackTo} makes it the newest one.
 */
public final class RunReplay implements Closeable {
    private final RunFolder folder;
    private final Trainer trainer;
    private final Clocks clocks;
    private final Set<String> notes = new LinkedHashSet<>();
    private Optional<RecordedSeries> journal = Optional.empty();
    /** Why the step that was reached is not the one that was trained, if the journal shows it. */
    private Optional<DifferentStepException> difference = Optional.empty();
    private Optional<Evaluation> evaluation = Optional.empty();
    /** Whether the step that was reached is stored without its evaluation, because the evaluation was cancelled. */
    private boolean completesCheckpoint;

    private RunReplay(RunFolder folder, Trainer trainer, Clocks clocks) {
        this.folder = folder;
        this.trainer = trainer;
        this.clocks = clocks;
    }

    /** Opens the run in {@code path} for reading. Another process may train it at the same time. */
    public static RunReplay reading(Path path, Workspace workspace) throws IOException {
        return open(RunFolder.read(path, workspace.disk()), Optional.empty(), workspace);
    }

    /** As {@link #reading(Path, Workspace)}, with the recipe of the run, which may have parts that no text can name. */
    public static RunReplay reading(Path path, Recipe recipe, Workspace workspace) throws IOException {
        return open(RunFolder.read(path, workspace.disk()), Optional.of(recipe), workspace);
    }

    /**
     * Opens the run in {@code path} for reading and for changing its checkpoints.
     *
     * @throws cairn.disk.FolderInUseException if another process writes into it
     */
    public static RunReplay writing(Path path, Workspace workspace) throws IOException {
        return open(RunFolder.resume(path, workspace.disk()), Optional.empty(), workspace);
    }

    /** As {@link #writing(Path, Workspace)}, with the recipe of the run, which may have parts that no text can name. */
    public static RunReplay writing(Path path, Recipe recipe, Workspace workspace) throws IOException {
        return open(RunFolder.resume(path, workspace.disk()), Optional.of(recipe), workspace);
    }

    private static RunReplay open(RunFolder folder, Optional<Recipe> given, Workspace workspace) throws IOException {
        try {
            Recipe recipe = given.isPresent() ? given.get() : RunFiles.recipe(folder);
            folder.store().expectRun(RunFiles.identity(folder));
            // Every checkpoint says how the rows were split.
            Optional<Header> newest = folder.store().newestHeader(e -> { });
            TrainingData data = newest.isPresent() ? TrainingData.open(recipe, workspace.data(), newest.get().scalars())
                    : TrainingData.open(recipe, workspace.data());
            return new RunReplay(folder, Trainer.blank(recipe, data), workspace.clocks());
        } catch (IOException | RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    /** The training, at the step that was reached last. */
    public Trainer trainer() {
        return trainer;
    }

    /** Its checkpoints. */
    CheckpointStore store() {
        return folder.store();
    }

    /**
     * Checks that the run in {@code path} has reached {@code step}. Nothing is computed.
     *
     * @throws IllegalArgumentException if it has not
     */
    public static void requireTrained(Path path, long step) throws IOException {
        try (RunFolder folder = RunFolder.read(path, new RealDisk())) {
            requireTrained(folder, step, () -> recorded(folder, series -> false, 0, 0));
        }
    }

    /** The last step that was trained, from the checkpoints and the journal. */
    public long newest() throws IOException {
        return Math.max(newestStored(folder, e -> { }), Math.max(0, journal().lastStep()));
    }

    /** As {@link #newest}, of a run that another process may have trained further meanwhile. */
    public long newestNow() throws IOException {
        journal = Optional.empty();
        return newest();
    }

    /** The newest step of which a checkpoint is stored, by what is in the files and not by their names; -1 if there is none. */
    private static long newestStored(RunFolder folder, Consumer<CheckpointException> unreadable) throws IOException {
        return folder.store().newestHeader(unreadable).map(Header::step).orElse(-1L);
    }

    /** The recorded values of some series and steps, read in one pass. */
    RecordedSeries recorded(Predicate<String> series, long from, long to) {
        RecordedSeries recorded = recorded(folder, series, from, to);
        recorded.damage().ifPresent(damage -> notes.add(damage.getMessage() + "\nOnly the rows before it are used."));
        return recorded;
    }

    private static RecordedSeries recorded(RunFolder folder, Predicate<String> series, long from, long to) {
        return History.recorded(folder.disk(), folder.path(), series, from, to);
    }

    /** What the user should know about the journal: where it is damaged, and where its file is now if it was set aside. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private Journal openJournal() {
        return openJournal(folder, clocks, notes::add);
    }

    private static Journal openJournal(RunFolder folder, Clocks clocks, Consumer<String> notes) {
        Journal journal = Journal.open(folder.disk(), folder.file(RunFiles.JOURNAL), clocks.millis());
        journal.setAside().ifPresent(aside -> notes.accept(aside.note()));
        return journal;
    }

    /** The last step and the series of the journal; read at the first call. */
    private RecordedSeries journal() {
        if (journal.isEmpty()) {
            journal = Optional.of(recorded(series -> false, 0, 0));
        }
        return journal.get();
    }

    /** The names of the measures of its evaluations, from the journal and the recipe. */
    public Set<String> measures() throws IOException {
        Set<String> names = new TreeSet<>(Set.of(trainer.recipe().evaluate().monitor()));
        journal().names().forEach(name -> Series.measure(name).ifPresent(names::add));
        return names;
    }

    /** Trains the steps from {@code from} to {@code to} again and compares each with the recorded one: {@link Proof}. */
    public Proof prove(long from, long to, ReplayListener listener) throws IOException {
        if (from > to) {
            throw new IllegalArgumentException("a replay goes forward, found FROM " + from + " after TO " + to);
        }
        requireTrained(folder, to, this::journal);
        return Proof.of(this, from, to, listener);
    }

    /** Finds the first step at which {@code condition} holds: {@link Bisection}. */
    public Bisection bisect(Condition condition, ReplayListener listener) throws IOException {
        return Bisection.of(this, condition, listener);
    }

    /** The first step that can be reached. */
    public long oldest() throws IOException {
        return RunFiles.beginsAtItsRecipe(folder) ? 0 : folder.store().listing().checkpoints().stream().mapToLong(CheckpointInfo::step)
                .findFirst().orElse(0);
    }

    /**
     * Goes to {@code step}.
     *
     * @throws IllegalArgumentException if the run never reached it, or if no checkpoint is left from which it can be reached
     * @throws DifferentStepException if the journal has recorded another digest for this step
     */
    public ReplayPath goTo(long step, ReplayListener listener) throws IOException {
        requireTrained(folder, step, this::journal);
        try {
            evaluation = Optional.empty();
            RecordCheck check = RecordCheck.refusing(this, new LastEvaluation(listener));
            ReplayPath path = replay().goTo(step, check);
            difference = check.first().map(first -> different(path.from(), first)).or(() -> unproven(path, check));
            completesCheckpoint = path.replayed() == 0 && evaluation.isPresent();
            return path;
        } catch (RestoreException e) {
            throw e.from("a checkpoint of " + folder.path(), StateConstants.advice(e));
        }
    }

    /**
     * Goes to {@code step} to look at it, as {@link #goTo}, but stays there if the journal has recorded other numbers, which {@code listener}
     * hears of. The run may have grown since it was opened.
     *
     * @param near snapshots that are tried before the checkpoints
     * @throws IllegalArgumentException if the run never reached it, or if no snapshot is left from which it can be reached
     */
    public ReplayPath visit(long step, SnapshotSource near, ReplayListener listener) throws IOException {
        if (journal.isPresent() && journal.get().lastStep() < step) {
            journal = Optional.empty();
        }
        requireTrained(folder, step, this::journal);
        try {
            evaluation = Optional.empty();
            RecordCheck check = RecordCheck.reporting(this, new LastEvaluation(listener));
            ReplayPath path = Replay.of(trainer, sources(near)).goTo(step, check);
            difference = check.first().map(first -> different(path.from(), first)).or(() -> unproven(path, check));
            completesCheckpoint = false;
            return path;
        } catch (RestoreException e) {
            throw e.from("a checkpoint of " + folder.path(), StateConstants.advice(e));
        }
    }

    /** The digest that the journal has for the whole state at {@code step}; empty if it has none. */
    public Optional<String> recordedDigest(long step) {
        return History.of(folder.disk(), folder.path(), s -> s == step).wholeDigest(step);
    }

    /** The first step from {@code step} to {@code last} whose digest is recorded; empty if there is none. */
    public OptionalLong nextRecorded(long step, long last) {
        return recorded(Series.DIGEST::equals, step, last).values(Series.DIGEST).keySet().stream().mapToLong(s -> s).findFirst();
    }

    /** Reads the journal only if there is no checkpoint at or after {@code step}. */
    private static void requireTrained(RunFolder folder, long step, Supplier<RecordedSeries> journal) throws IOException {
        List<CheckpointException> unreadable = new ArrayList<>();
        long stored = newestStored(folder, unreadable::add);
        if (step >= 0 && step <= stored) {
            return;
        }
        RecordedSeries recorded = journal.get();
        long newest = Math.max(stored, Math.max(0, recorded.lastStep()));
        if (step < 0 || step > newest) {
            throw new IllegalArgumentException("step " + step + " of " + folder.path() + " cannot be reached: it was trained to step "
                    + newest + (step < 0 ? ", and steps count from 0"
                            : recorded.damage().map(d -> ", as far as the journal can be read (" + firstLine(d) + ")").orElse("")
                                    + unreadable.stream().findFirst().map(e -> ". One file does not count: " + firstLine(e)).orElse("")
                                    + ". Resume the run to reach step " + step));
        }
    }

    private static String firstLine(IOException e) {
        return e.getMessage().lines().findFirst().orElse("");
    }

    private Replay replay() throws IOException {
        return Replay.of(trainer, sources());
    }

    /** The checkpoints, and the beginning, after those that are {@code near}. */
    private List<SnapshotSource> sources(SnapshotSource... near) throws IOException {
        List<SnapshotSource> sources = new ArrayList<>(List.of(near));
        sources.add(SnapshotSource.of(folder.store()));
        if (RunFiles.beginsAtItsRecipe(folder)) {
            sources.add(SnapshotSource.beginning());
        }
        return sources;
    }

    /** The grade of the steps {@code from + 1} to {@code to}, made again here: whether they were made in this environment. */
    public ResumeGrade grade(long from, long to) throws IOException {
        return environments().grade(from, to, trainer.environment());
    }

    /** In which environment each step was made. */
    Environments environments() throws IOException {
        return History.environments(journal(), folder.store(), RunFiles.changes(folder));
    }

    /** The exception for a step whose replay from step {@code from} shows {@code found}. */
    DifferentStepException different(long from, RecordedDifference found) {
        try {
            return new DifferentStepException(folder.path(), trainer.position().step(), from, found, grade(from, found.step()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A loss says nothing about the update of its own step, so only a digest proves a step that was made in another environment. */
    private Optional<DifferentStepException> unproven(ReplayPath path, RecordCheck check) {
        if (path.replayed() == 0 || check.isProven()) {
            return Optional.empty();
        }
        try {
            ResumeGrade grade = grade(path.from(), path.to());
            return grade.isExact() || grade.isUnproven() ? Optional.empty()
                    : Optional.of(new DifferentStepException(folder.path(), path, grade));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The step that was reached last, as {@link #checkpoint()}.
     *
     * @throws DifferentStepException if it is not, or not surely, the step that was trained
     */
    public Checkpoint provenCheckpoint() {
        requireProven();
        return checkpoint();
    }

    private void requireProven() {
        if (difference.isPresent()) {
            throw difference.get();
        }
    }

    /** Whether the last {@link #goTo} has made an evaluation. */
    boolean hasEvaluated() {
        return evaluation.isPresent();
    }

    /** The step that was reached last, as a checkpoint with the facts of this machine and the time. */
    public Checkpoint checkpoint() {
        return checkpoint(clocks.stamped(trainer.environment()));
    }

    private Checkpoint checkpoint(Map<String, String> facts) {
        long step = trainer.position().step();
        return new Checkpoint(step, trainer.snapshot(), facts, trainer.progress().metrics(step, evaluation));
    }

    /**
     * Stores the step that was reached last, if it is not stored yet, and records its digest in the journal.
     *
     * @throws DifferentStepException if the replay gave other numbers than were recorded
     * @throws cairn.checkpoint.NotDeterministicException if another state is stored at that step
     */
    public CheckpointInfo keep() throws IOException {
        try (Journal journal = openJournal()) {
            CheckpointInfo kept = keep(journal);
            journal.end().ifPresent(failure -> notes.add(failure.getMessage() + "\nStep " + kept.step()
                    + " is stored all the same, because the rows of a journal change no result."));
            return kept;
        }
    }

    private CheckpointInfo keep(Journal journal) throws IOException {
        requireProven();
        boolean isSound = folder.store().steps().contains(trainer.position().step()) && folder.store().isSound(trainer.position().step());
        Checkpoint reached = checkpoint(Provenance.of(folder, journal.attempt()).addedTo(clocks.stamped(trainer.environment())));
        CheckpointInfo info = completesCheckpoint ? folder.store().replace(reached) : folder.store().commit(reached);
        if (!isSound || completesCheckpoint) {
            journal.append(info.step(), Series.DIGEST, info.digest());
        }
        return info;
    }

    /**
     * Goes to {@code step} and makes it the newest checkpoint of the run. Later checkpoints move, with their journal, into a new run beside
     * this one. Nothing is lost.
     *
     * @return the new run; empty if there was no later checkpoint
     */
    public Optional<Path> rollbackTo(long step, ReplayListener listener) throws IOException {
        // A damaged journal is set aside when it is opened; what it says of the step is asked before.
        goTo(step, listener);
        try (Journal journal = openJournal()) {
            keep(journal);
            return Rollback.of(folder, step, journal, notes::add);
        }
    }

    /**
     * As {@link #rollbackTo}, for a step with a sound checkpoint: files move, and nothing is computed.
     *
     * @param notes receives what the user should know about the journal
     */
    public static Optional<Path> rollback(Path path, long step, Clocks clocks, Consumer<String> notes) throws IOException {
        try (RunFolder folder = RunFolder.resume(path, new RealDisk()); Journal journal = openJournal(folder, clocks, notes)) {
            return Rollback.of(folder, step, journal, notes);
        }
    }

    @Override
    public void close() throws IOException {
        trainer.close();
        folder.close();
    }

    /** Keeps the last evaluation for the checkpoint. */
    private final class LastEvaluation extends ForwardingListener {
        LastEvaluation(ReplayListener target) {
            super(target);
        }

        @Override
        public void evaluated(Evaluation made) {
            evaluation = Optional.of(made);
            super.evaluated(made);
        }
    }
}

package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.FileSize;
import cairn.checkpoint.format.LentCheckpoint;
import cairn.checkpoint.retention.DiskDemand;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.journal.Journal;
import cairn.journal.SetAside;
import cairn.metrics.Evaluation;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeSummary;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.train.RecipeFit;
import cairn.train.StateConstants;
import cairn.train.Stepper;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.transfer.InitialWeightsReader;
import cairn.transfer.StateTransfer;
import cairn.words.Printable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** A run: a training with its own folder, which contains its recipe, its journal and its checkpoints. */
public final class Run implements Closeable {
    private final RunFolder folder;
    private final Trainer trainer;
    private final Journal journal;
    private final Provenance provenance;
    private final Clocks clocks;
    private final OptionalLong resumedFrom;
    private final ResumeGrade grade;
    private final Optional<StateTransfer> transfer;
    private final boolean isOtherHistory;
    private OnSaveError onSaveError = OnSaveError.STOP;

    private Run(RunFolder folder, Optional<Lineage> branch, Trainer trainer, Clocks clocks, Optional<Checkpoint> from, ResumeGrade grade,
            Optional<StateTransfer> transfer, boolean isOtherHistory) throws IOException {
        this.folder = folder;
        this.trainer = trainer;
        this.journal = Journal.open(folder.disk(), folder.file(RunFiles.JOURNAL), clocks.millis(), branch.isPresent() ? 0
                : from.map(c -> Provenance.attempt(c.facts()).orElse(0)).orElse(0L));
        // The first checkpoint of a branch is stored before its run.json.
        this.provenance = branch.isPresent() ? new Provenance(Optional.of(RunFiles.newIdentity()), journal.attempt(), branch)
                : Provenance.of(folder, journal.attempt());
        folder.store().expectRun(provenance.run());
        this.clocks = clocks;
        this.resumedFrom = from.isPresent() ? OptionalLong.of(from.get().step()) : OptionalLong.empty();
        this.grade = grade;
        this.transfer = transfer;
        this.isOtherHistory = isOtherHistory;
    }

    /**
     * Creates a run in an empty folder. The recipe is checked first, so a refused recipe leaves no folder behind. If the recipe names
     * initial weights without their digest, the digest is added to the recipe of the run.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the folder is not empty; it is never overwritten
     */
    public static Run create(Path path, Recipe given, Workspace workspace) throws IOException {
        RunFolder.requireEmpty(path, workspace.disk());
        Recipe recipe = InitialWeightsReader.resolved(given);
        Trainer trainer = Trainer.blank(recipe, TrainingData.open(recipe, workspace.data()));
        return opened(trainer, () -> {
            Optional<StateTransfer> initial = InitialWeightsReader.begin(new StateTransfer.Target(trainer, recipe));
            RunFolder folder = RunFolder.create(path, workspace.disk());
            return opened(folder, () -> {
                RunFiles.writeNew(folder, recipe, trainer.environment(), workspace.data());
                return new Run(folder, Optional.empty(), trainer, workspace.clocks(), Optional.empty(),
                        ResumeGrade.beginning(trainer.environment()), initial, false);
            });
        });
    }

    /** Creates a run with the first state of {@code branch}. That state is its first checkpoint, which is stored and pinned. */
    static Run branch(Path path, Branch branch, Workspace workspace) throws IOException {
        Recipe recipe = branch.recipe();
        Trainer trainer = Trainer.blank(recipe, TrainingData.open(recipe, workspace.data(), branch.from().state()));
        return opened(trainer, () -> {
            StateTransfer transfer = branch.transferTo(trainer);
            RunFolder folder = RunFolder.create(path, workspace.disk());
            return opened(folder, () -> {
                Checkpoint from = branch.from();
                RunFiles.beginBranch(folder, branch.parent(), from.step());
                ResumeGrade grade = ResumeGrade.between(from.facts(), trainer.environment()).with(branch.changes());
                Lineage parent = branch.lineageOf(path);
                Run run = new Run(folder, Optional.of(parent), trainer, workspace.clocks(), Optional.of(from), grade,
                        Optional.of(transfer), false);
                long step = trainer.position().step();
                // The metrics of the parent, if it measured the same metric of the same weights.
                Map<String, Double> metrics = trainer.progress().evaluatedAt() == step ? from.metrics() : run.evaluateIfDue();
                folder.store().commit(new Checkpoint(step, trainer.snapshot(), run.facts(), metrics));
                folder.store().pin(step, true);
                RunFiles.writeBranch(folder, recipe, trainer.environment(), parent, workspace.data());
                return run;
            });
        });
    }

    /** Makes the evaluation that is due at the first step of a branch, because the parent may not have made it. Returns the metrics. */
    private Map<String, Double> evaluateIfDue() {
        List<Evaluation> made = new ArrayList<>();
        new Stepper(trainer, new Stepper.Listener() {
            @Override
            public void evaluated(Evaluation evaluation) {
                made.add(evaluation);
                observer().on(Event.Evaluated.of(trainer, evaluation, TrainMeans.NONE, OptionalDouble.empty()));
            }
        }).evaluateIfDue();
        return trainer.progress().metrics(trainer.position().step(), made.stream().findFirst());
    }

    /**
     * Opens a run and restores its newest sound checkpoint; without a checkpoint it begins at step 0.
     *
     * @throws ResumeGradeException if the grade is lower than required; nothing has changed
     * @throws RestoreException if the checkpoint belongs to another recipe or other data
     */
    public static Run resume(Path path, Workspace workspace, ResumeOptions options) throws IOException {
        RunFolder folder = RunFolder.resume(path, workspace.disk());
        return opened(folder, () -> {
            Recipe recipe = options.recipe().isPresent() ? options.recipe().get() : RunFiles.recipe(folder);
            folder.store().expectRun(RunFiles.identity(folder));
            Optional<LentCheckpoint> newest = folder.store().lendNewest(options.onDamaged());
            try {
                return resumed(folder, recipe, newest.map(LentCheckpoint::checkpoint), workspace, options);
            } catch (LentCheckpoint.ChangedException changedMeanwhile) {
                throw changedMeanwhile.getCause();
            } finally {
                if (newest.isPresent()) {
                    newest.get().close();
                }
            }
        });
    }

    private static Run resumed(RunFolder folder, Recipe recipe, Optional<Checkpoint> newest, Workspace workspace, ResumeOptions options)
            throws IOException {
        if (newest.isEmpty() && !folder.store().steps().isEmpty()) {
            throw new IOException("cannot resume " + folder.path() + ": all of its checkpoints are damaged, or cannot be read. Nothing was"
                    + " changed. If the disk was away or a permission is missing, put that right and try again; otherwise start the run"
                    + " again with another name");
        }
        Optional<Lineage> origin = newest.isPresent() ? Optional.empty() : RunFiles.origin(folder);
        if (origin.isPresent()) {
            throw new IOException("cannot resume " + folder.path() + ": it is a branch that begins at step " + origin.get().step() + " of "
                    + Printable.line(origin.get().run()) + ", and it has no checkpoint. Its recipe alone does not define that step."
                    + " Branch again with another name");
        }
        TrainingData data = newest.isPresent() ? TrainingData.open(recipe, workspace.data(), newest.get().state())
                : TrainingData.open(recipe, workspace.data());
        Trainer trainer = newest.isPresent() ? Trainer.blank(recipe, data) : Trainer.fresh(recipe, data);
        return opened(trainer, () -> restored(folder, trainer, newest, workspace, options));
    }

    private static Run restored(RunFolder folder, Trainer trainer, Optional<Checkpoint> newest, Workspace workspace, ResumeOptions options)
            throws IOException {
        // A run without a checkpoint was stopped before its first one, so it lost nothing and begins at step 0.
        long step = newest.map(Checkpoint::step).orElse(0L);
        try {
            newest.ifPresent(c -> trainer.restore(c.state()));
        } catch (RestoreException e) {
            throw e.from("step " + step + " of " + folder.path(),
                    RecipeEdit.of(e, folder, trainer.recipe(), newest.get()).map(options.advice()).orElse(StateConstants.advice(e)));
        }
        Map<String, String> here = trainer.environment();
        ResumeGrade grade = newest.map(c -> ResumeGrade.between(c.facts(), here)).orElse(ResumeGrade.beginning(here));
        grade.require(options.required(), "resume " + folder.path() + " from step " + step);
        RunFiles.complete(folder, trainer.recipe(), here, workspace.data());
        boolean isOtherHistory = newest.isPresent() && isOtherHistory(folder, step, grade, here);
        if (!grade.isExact()) {
            RunFiles.record(folder, step, grade);
        }
        return new Run(folder, Optional.empty(), trainer, workspace.clocks(), newest, grade, Optional.empty(), isOtherHistory);
    }

    /**
     * Looks at the recorded steps after {@code step}, which the run makes again. Where they follow from this step in this environment, they
     * must come out as they were recorded. Otherwise they belong to another history: returns true.
     */
    private static boolean isOtherHistory(RunFolder folder, long step, ResumeGrade grade, Map<String, String> here) throws IOException {
        History history = History.of(folder.disk(), folder.path(), recorded -> recorded > step);
        if (history.lastStep() <= step) {
            return false;
        }
        Environments environments = history.environments(folder.store(), RunFiles.changes(folder));
        if (!grade.isExact() || !environments.grade(step, history.lastStep(), here).isExact()) {
            return true;
        }
        folder.store().bind(history.binding(step, here));
        return false;
    }

    private interface Opening {
        Run open() throws IOException;
    }

    /** Opens a run; if that fails, closes {@code resource}. */
    private static Run opened(AutoCloseable resource, Opening opening) throws IOException {
        boolean isOpen = false;
        try {
            Run run = opening.open();
            isOpen = true;
            return run;
        } finally {
            if (!isOpen) {
                closeQuietly(resource);
            }
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // The first failure is thrown. A second one while closing would not help.
        }
    }

    /**
     * Trains as {@code options} say. On return the last state is saved.
     *
     * @return the reason why training stopped
     */
    public String train(TrainOptions options) throws IOException {
        RetentionPolicy policy = policy(options.keep());
        RecipeFit.requireMeasures(policy, trainer.recipe().loss(), trainer.data().splits().train().labels());
        if (trainer.position().step() < options.untilStep()) {
            demand(options).requireSpace(folder.path(), folder.store().usableBytes());
        }
        List<Observer> all = new ArrayList<>(List.of(observer()));
        all.addAll(options.observers());
        onSaveError = options.onSaveError();
        return new TrainingLoop(trainer, options.observers(all), policy, folder.store(), this::facts, this::means, clocks.nanos()).run();
    }

    /** With initial weights, step 0 is always kept: their file may be deleted one day, and every step must stay reachable. */
    private static RetentionPolicy policy(RecipeSummary recipe, String keep) {
        RetentionPolicy policy = RetentionPolicy.parse(keep, recipe.evaluate().ranking());
        return recipe.hasWeights() ? policy.protecting(0) : policy;
    }

    private RetentionPolicy policy(String keep) {
        RetentionPolicy policy = policy(RecipeSummary.of(trainer.recipe()), keep);
        return resumedFrom.isPresent() ? policy.protecting(resumedFrom.getAsLong()) : policy;
    }

    /** The disk space that training with {@code options} needs. */
    public DiskDemand demand(TrainOptions options) throws IOException {
        long bytes = FileSize.of(trainer, trainer.position().step(), facts(), Map.of());
        OptionalLong saves = options.save().mostSaves(trainer.position(), options.untilStep(), trainer.recipe().evaluate().every());
        return DiskDemand.of(policy(options.keep()), bytes, saves, options.untilStep(), checkpoints()).withJournal(JournalObserver.mostBytes(
                trainer.recipe(), trainer.position(), options.untilStep(), saves.orElse(0), options.statistics()));
    }

    /** A warning if the disk will be full before the training ends, which has this {@code demand}. */
    public Optional<String> diskWarning(DiskDemand demand, TrainOptions options) throws IOException {
        return demand.warning(folder.store().usableBytes(), policy(options.keep()));
    }

    private JournalObserver observer() {
        return new JournalObserver(journal, trainer.environment(), isOtherHistory);
    }

    private RunningMeans means() {
        return RunningMeans.continued(trainer, provenance.origin().map(Lineage::step).orElse(0L), (from, to) -> History.recorded(folder.disk(),
                folder.path(), Set.of(Series.LOSS, Series.ACCURACY, Series.FAULT)::contains, from, to));
    }

    /** The facts that a checkpoint records about the machine, the time and this run. */
    private Map<String, String> facts() {
        return provenance.addedTo(clocks.stamped(trainer.environment()));
    }

    /**
     * The retention policy of a run that is not being trained: {@code best} uses the metric of its recipe, and the checkpoint from which
     * its newest session was resumed is protected. If the journal is damaged or lost, {@link History#otherBeginnings} has those that may
     * have been it.
     */
    public static RetentionPolicy retention(Path folder, String keep, History history) throws IOException {
        RetentionPolicy policy = policy(summary(folder), keep);
        OptionalLong from = history.resumedFrom();
        return from.isPresent() ? policy.protecting(from.getAsLong()) : policy;
    }

    /** The recipe of the run in {@code folder}. Nothing is locked or computed. */
    public static Recipe recipe(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.recipe(run);
        }
    }

    /** The recipe of the run in {@code folder}, as it is written there. */
    public static String recipeText(Path folder) throws IOException {
        return recipeText(folder, new RealDisk());
    }

    /** As {@link #recipeText(Path)}, on another disk. */
    public static String recipeText(Path folder, Disk disk) throws IOException {
        try (RunFolder run = RunFolder.read(folder, disk)) {
            return RunFiles.recipeText(run);
        }
    }

    /** What looking at the run in {@code folder} needs of its recipe, whose parts may be unknown. Nothing is locked or computed. */
    public static RecipeSummary summary(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.summary(run);
        }
    }

    /** The parent of the run in {@code folder}, if it is a branch. Nothing is locked or computed. */
    public static Optional<Lineage> parent(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.parent(run);
        }
    }

    /** The folders in which the run in {@code folder} found its data when it was created, beside the standard ones; empty if unknown. */
    public static List<Path> dataFolders(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.dataFolders(run);
        }
    }

    /** The step from which this run was resumed or branched; empty for a new run. */
    public OptionalLong resumedFrom() {
        return resumedFrom;
    }

    /** The grade of the next steps. */
    public ResumeGrade grade() {
        return grade;
    }

    /** What this run copied when it was created, as a branch or with initial weights. */
    public Optional<StateTransfer> transfer() {
        return transfer;
    }

    /** The name of the folder. */
    public String name() {
        return folder().toAbsolutePath().normalize().getFileName().toString();
    }

    public Path folder() {
        return folder.path();
    }

    public Trainer trainer() {
        return trainer;
    }

    /** A warning where the file system cannot force the names in a folder to the disk (Windows). */
    public Optional<String> durabilityWarning() {
        return folder.store().forcesFolder() ? Optional.empty() : Optional.of("this system cannot force the names in " + folder.path()
                + " to the disk: a power failure may undo the newest saves, but it damages no checkpoint");
    }

    /** A note if the journal of this run was damaged. Its file has another name now, and a new journal was begun. */
    public Optional<String> journalNote() {
        return journal.setAside().map(SetAside::note);
    }

    /** The saved state of a step. */
    public State state(long step) throws IOException {
        return folder.store().read(step).state();
    }

    /** The checkpoints in the folder. */
    public List<CheckpointInfo> checkpoints() throws IOException {
        return folder.store().list();
    }

    @Override
    public void close() throws IOException {
        try {
            journal.close();
        } catch (IOException e) {
            if (onSaveError == OnSaveError.STOP) {
                throw e;
            }
            // The training has reported it.
        } finally {
            trainer.close();
            folder.close();
        }
    }
}

package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.FileSize;
import cairn.checkpoint.retention.DiskDemand;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.RealDisk;
import cairn.journal.Journal;
import cairn.metrics.Evaluation;
import cairn.recipe.Recipe;
import cairn.state.RestoreException;
import cairn.train.RecipeFit;
import cairn.train.StateConstants;
import cairn.train.Stepper;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.transfer.InitialWeightsReader;
import cairn.transfer.StateTransfer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A run: a training with a folder of its own, which holds its recipe, its journal and its checkpoints. */
public final class Run implements Closeable {
    private final RunFolder folder;
    private final Trainer trainer;
    private final Journal journal;
    private final Clocks clocks;
    private final OptionalLong resumedFrom;
    private final ResumeGrade grade;
    private final Optional<StateTransfer> transfer;

    private Run(RunFolder folder, Trainer trainer, Clocks clocks, Optional<Checkpoint> from, ResumeGrade grade, Optional<StateTransfer> transfer)
            throws IOException {
        this.folder = folder;
        this.trainer = trainer;
        this.journal = Journal.open(folder.disk(), folder.file(RunFiles.JOURNAL), clocks.millis());
        this.clocks = clocks;
        this.resumedFrom = from.isPresent() ? OptionalLong.of(from.get().step()) : OptionalLong.empty();
        this.grade = grade;
        this.transfer = transfer;
    }

    /**
     * A new run in an empty folder. The folder is made after the recipe was checked against its data, so a refused recipe leaves
     * nothing behind. If the recipe names initial weights without their digest, the run's own recipe has it.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the folder is not empty; it is never overwritten
     */
    public static Run create(Path path, Recipe given, Workspace workspace) throws IOException {
        RunFolder.requireEmpty(path, workspace.disk());
        Recipe recipe = InitialWeightsReader.resolved(given);
        Trainer trainer = Trainer.blank(recipe, TrainingData.open(recipe, workspace.data()));
        return opened(trainer, () -> {
            Optional<StateTransfer> initial = InitialWeightsReader.transfer(new StateTransfer.Target(trainer, recipe));
            initial.ifPresent(t -> t.state().into(trainer));
            RunFolder folder = RunFolder.create(path, workspace.disk());
            return opened(folder, () -> {
                RunFiles.describe(folder, recipe, trainer.environment(), workspace.data());
                return new Run(folder, trainer, workspace.clocks(), Optional.empty(), ResumeGrade.beginning(trainer.environment()), initial);
            });
        });
    }

    /** A new run that begins with the state of {@code branch}. That state is its first checkpoint, which is stored and pinned. */
    static Run branch(Path path, Branch branch, Workspace workspace) throws IOException {
        Recipe recipe = branch.recipe();
        Trainer trainer = Trainer.blank(recipe, TrainingData.open(recipe, workspace.data()));
        return opened(trainer, () -> {
            StateTransfer transfer = branch.transferTo(trainer);
            RunFolder folder = RunFolder.create(path, workspace.disk());
            return opened(folder, () -> {
                Checkpoint from = branch.from();
                ResumeGrade grade = ResumeGrade.between(from.facts(), trainer.environment()).with(branch.changes());
                Run run = new Run(folder, trainer, workspace.clocks(), Optional.of(from), grade, Optional.of(transfer));
                long step = trainer.position().step();
                // The parent's metrics, if they are the same metric of the same weights.
                Map<String, Double> metrics = trainer.progress().evaluatedAt() == step ? from.metrics() : run.evaluateIfDue();
                folder.store().commit(new Checkpoint(step, trainer.snapshot(), run.facts(), metrics));
                folder.store().pin(step, true);
                RunFiles.describe(folder, recipe, trainer.environment(), branch.lineageOf(path), workspace.data());
                return run;
            });
        });
    }

    /** Makes the evaluation that is due where a branch begins; its parent need not have made it. Returns what was measured. */
    private Map<String, Double> evaluateIfDue() {
        List<Evaluation> made = new ArrayList<>();
        new Stepper(trainer, new Stepper.Listener() {
            @Override
            public void evaluated(Evaluation evaluation) {
                made.add(evaluation);
                new JournalObserver(journal).on(new Event.Evaluated(trainer.position(), trainer.data().monitored().name(), evaluation,
                        trainer.progress().bestStep() == trainer.position().step()));
            }
        }).evaluateIfDue();
        return trainer.progress().metrics(trainer.position().step(), trainer.recipe().evaluate().monitor(), made.stream().findFirst());
    }

    /**
     * An existing run, restored to its newest sound checkpoint; at step 0 if it was stopped before its first one.
     *
     * @throws ResumeGradeException if the grade is less than required; nothing has changed
     * @throws RestoreException if the checkpoint is not of this recipe or this data
     */
    public static Run resume(Path path, Workspace workspace, ResumeOptions options) throws IOException {
        RunFolder folder = RunFolder.resume(path, workspace.disk());
        return opened(folder, () -> {
            Recipe recipe = options.recipe().isPresent() ? options.recipe().get() : RunFiles.recipe(folder);
            Optional<Checkpoint> newest = folder.store().readNewest(options.onDamaged());
            if (newest.isEmpty() && !folder.store().steps().isEmpty()) {
                throw new IOException("cannot resume " + folder.path() + ": every one of its checkpoints is damaged. Start the run again"
                        + " under another name");
            }
            TrainingData data = TrainingData.open(recipe, workspace.data());
            Trainer trainer = newest.isPresent() ? Trainer.blank(recipe, data) : Trainer.fresh(recipe, data);
            return opened(trainer, () -> restored(folder, trainer, newest, workspace, options));
        });
    }

    private static Run restored(RunFolder folder, Trainer trainer, Optional<Checkpoint> newest, Workspace workspace, ResumeOptions options)
            throws IOException {
        // Without a checkpoint the run was stopped before its first one: nothing is lost by starting at step 0.
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
        if (!grade.isExact()) {
            RunFiles.record(folder, step, grade);
        }
        return new Run(folder, trainer, workspace.clocks(), newest, grade, Optional.empty());
    }

    private interface Opening {
        Run open() throws IOException;
    }

    /** Closes {@code part} if what follows fails. */
    private static <T extends AutoCloseable> Run opened(T part, Opening opening) throws IOException {
        boolean isOpen = false;
        try {
            Run run = opening.open();
            isOpen = true;
            return run;
        } finally {
            if (!isOpen) {
                closeQuietly(part);
            }
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            // The failure that led here is thrown; that something could not be closed as well adds nothing.
        }
    }

    /**
     * Trains as {@code options} say. The final state is saved on return.
     *
     * @return why training stopped
     */
    public String train(TrainOptions options) throws IOException {
        RetentionPolicy policy = policy(options.keep());
        RecipeFit.requireMeasures(policy, trainer.data().splits().train().labels());
        if (trainer.position().step() < options.untilStep()) {
            demand(options).requireSpace(folder.path(), folder.store().usableBytes());
        }
        List<Observer> all = new ArrayList<>(List.of(new JournalObserver(journal)));
        all.addAll(options.observers());
        try {
            return new TrainingLoop(trainer, options.observers(all), policy, folder.store(), this::facts, clocks.nanos()).run();
        } catch (UncheckedIOException ofTheJournal) {
            // An observer cannot declare it.
            List.of(ofTheJournal.getSuppressed()).forEach(ofTheJournal.getCause()::addSuppressed);
            throw ofTheJournal.getCause();
        }
    }

    /** Initial weights may be gone one day: step 0, which has them, is kept, so that every step can be reached again. */
    private static RetentionPolicy policy(Recipe recipe, String keep) {
        RetentionPolicy policy = RetentionPolicy.parse(keep, recipe.evaluate().ranking());
        return recipe.weights().isPresent() ? policy.protecting(0) : policy;
    }

    private RetentionPolicy policy(String keep) {
        RetentionPolicy policy = policy(trainer.recipe(), keep);
        return resumedFrom.isPresent() ? policy.protecting(resumedFrom.getAsLong()) : policy;
    }

    /** The disk space that training as {@code options} say will take. */
    public DiskDemand demand(TrainOptions options) throws IOException {
        long bytes = FileSize.of(trainer, trainer.position().step(), facts(), Map.of());
        OptionalLong saves = options.save().mostSaves(trainer.position(), options.untilStep(), trainer.recipe().evaluate().every());
        return DiskDemand.of(policy(options.keep()), bytes, saves, options.untilStep(), checkpoints());
    }

    /** A warning if the disk will be full before the run is done. */
    public Optional<String> diskWarning(TrainOptions options) throws IOException {
        return demand(options).warning(folder.store().usableBytes(), policy(options.keep()));
    }

    /** What a checkpoint records of where and when it was made. */
    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>(trainer.environment());
        facts.put(CheckpointInfo.TIME, Long.toString(clocks.millis().getAsLong()));
        return facts;
    }

    /**
     * The rules of {@code keep} for the run in {@code folder}, while it is not being trained: {@code best} is by its recipe, and the
     * checkpoint that its newest session was resumed from is protected.
     */
    public static RetentionPolicy retention(Path folder, String keep) throws IOException {
        RetentionPolicy policy = policy(recipe(folder), keep);
        OptionalLong from = History.of(new RealDisk(), folder).resumedFrom();
        return from.isPresent() ? policy.protecting(from.getAsLong()) : policy;
    }

    /** The recipe of the run in {@code folder}; nothing is locked and nothing is computed. */
    public static Recipe recipe(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.recipe(run);
        }
    }

    /** The run that the run in {@code folder} branched from, if it did; nothing is locked and nothing is computed. */
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

    /** The step of the checkpoint that this run was resumed or branched from, if it is not a new one. */
    public OptionalLong resumedFrom() {
        return resumedFrom;
    }

    /** What is promised of the steps to come, and why not more. */
    public ResumeGrade grade() {
        return grade;
    }

    /** What this run copied from another state when it was created, as a branch or with initial weights. */
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
                + " to the disk: a power failure may undo the newest saves, though it damages no checkpoint");
    }

    /** Every checkpoint in this run's folder. */
    public List<CheckpointInfo> checkpoints() throws IOException {
        return folder.store().list();
    }

    @Override
    public void close() throws IOException {
        try {
            journal.close();
        } finally {
            trainer.close();
            folder.close();
        }
    }
}

package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.disk.Disk;
import cairn.disk.RealDisk;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.FileSize;
import cairn.checkpoint.retention.DiskDemand;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.data.source.DataFolders;
import cairn.journal.Journal;
import cairn.metrics.Evaluation;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.recipe.SaveRule;
import cairn.replay.Replay;
import cairn.replay.RunReplay;
import cairn.state.RestoreException;
import cairn.tensor.device.Backend;
import cairn.train.RecipeFit;
import cairn.train.Stepper;
import cairn.train.Trainer;
import cairn.transfer.InitialWeightsReader;
import cairn.transfer.StateTransfer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A run: a training with a folder of its own, in which its recipe, journal and checkpoints stand. */
public final class Run implements Closeable {

    /** The fact that says when a checkpoint was made, in milliseconds since 1970; retention by time goes by it. */
    private static final String TIME = CheckpointInfo.TIME;

    /** How many checkpoints a run may hold in memory while they are written; no save takes more. */
    public static final int CAPTURES = BackgroundSaver.BUFFERS;

    /** The two clocks of a run, neither of which changes a number. */
    public record Clocks(LongSupplier millis, LongSupplier nanos) {
    }

    private final RunFolder folder;
    private final Trainer trainer;
    private final Journal journal;
    private final Clocks clocks;
    private final Map<String, String> environment;
    private OptionalLong resumedFrom;
    private ResumeGrade grade;

    private Run(RunFolder folder, Trainer trainer, Journal journal, Clocks clocks, Optional<Checkpoint> from, ResumeGrade grade) {
        this.folder = folder;
        this.trainer = trainer;
        this.journal = journal;
        this.clocks = clocks;
        this.resumedFrom = from.isPresent() ? OptionalLong.of(from.get().step()) : OptionalLong.empty();
        this.grade = grade;
        this.environment = trainer.environment();
    }

    /**
     * A new run in an empty folder. The folder is made when the recipe has turned out to fit its data: one that is refused leaves
     * nothing behind. Where the recipe names first weights without their digest, the run's own recipe says it.
     *
     * @throws java.nio.file.FileAlreadyExistsException if something stands there; it is never overwritten
     */
    public static Run create(Path path, Recipe given, DataFolders data, Clocks clocks) throws IOException {
        return create(path, new RealDisk(), given, data, clocks);
    }

    /** The same on another disk, such as one that fails in a test. */
    public static Run create(Path path, Disk disk, Recipe given, DataFolders data, Clocks clocks) throws IOException {
        RunFolder.requireEmpty(path, disk);
        Recipe recipe = InitialWeightsReader.resolved(given);
        Trainer trainer = Trainer.fresh(recipe, data);
        try {
            RunFolder folder = RunFolder.create(path, disk);
            return opened(folder, () -> {
                RunFiles.describe(folder, recipe, trainer.environment(), data);
                return new Run(folder, trainer, journal(folder, clocks), clocks, Optional.empty(), ResumeGrade.beginning(trainer.environment()));
            });
        } catch (IOException | RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /** A new run that begins where {@code branch} leaves its parent; its first checkpoint stands when this returns, and is pinned. */
    static Branch.Started branch(Path path, Disk disk, Branch branch, DataFolders data, Clocks clocks) throws IOException {
        Trainer trainer = Trainer.blank(branch.recipe(), data);
        try {
            StateTransfer inheritance = branch.inherit(trainer);
            RunFolder folder = RunFolder.create(path, disk);
            return new Branch.Started(opened(folder, () -> {
                Checkpoint from = branch.from();
                Run run = new Run(folder, trainer, journal(folder, clocks), clocks, Optional.of(from),
                        ResumeGrade.between(from.facts(), trainer.environment()).with(branch.changes()));
                long step = trainer.position().step();
                // With the metric that it was compared by, as long as it is the same metric of the same weights.
                Map<String, Double> metrics = trainer.progress().evaluatedAt() == step ? from.metrics() : run.settle();
                folder.store().commit(new Checkpoint(step, trainer.snapshot(), run.facts(), metrics));
                folder.store().pin(step, true);
                RunFiles.describe(folder, branch.recipe(), run.environment, branch.parentOf(path), data);
                return run;
            }), inheritance);
        } catch (IOException | RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /** Makes the evaluation that is due where a branch begins, which its parent need not have made; returns what was measured. */
    private Map<String, Double> settle() {
        List<Evaluation> made = new ArrayList<>();
        new Stepper(trainer, new Stepper.Listener() {
            @Override
            public void evaluated(Evaluation evaluation) {
                made.add(evaluation);
                new JournalObserver(journal).on(new Event.Evaluated(trainer.position(), trainer.monitored().name(), evaluation,
                        trainer.progress().bestStep() == trainer.position().step()));
            }
        }).settle();
        return RunReplay.metrics(trainer, made.stream().findFirst());
    }

    /**
     * An existing run, restored to its newest sound checkpoint; at step 0 if it was stopped before its first one.
     *
     * @param damaged is told of each damaged checkpoint that is passed over; what it throws refuses to, and nothing has changed
     */
    public static Run resume(Path path, DataFolders data, Clocks clocks, Consumer<DamagedCheckpointException> damaged)
            throws IOException {
        return resume(path, data, clocks, damaged, ResumeGrade.Level.SAME_DATA);
    }

    /**
     * The same, or not at all.
     *
     * @param required what is to be promised at least of the steps to come
     * @throws ResumeGradeException if less can be promised; nothing has changed
     */
    public static Run resume(Path path, DataFolders data, Clocks clocks, Consumer<DamagedCheckpointException> damaged,
            ResumeGrade.Level required) throws IOException {
        return resume(path, new RealDisk(), data, clocks, damaged, required);
    }

    /** The same on another disk: {@link #create(Path, Disk, Recipe, DataFolders, Clocks)}. */
    public static Run resume(Path path, Disk disk, DataFolders data, Clocks clocks, Consumer<DamagedCheckpointException> damaged,
            ResumeGrade.Level required) throws IOException {
        RunFolder folder = RunFolder.resume(path, disk);
        return opened(folder, () -> resume(folder, RunFiles.recipe(folder), data, clocks, damaged, required));
    }

    /** The same with the recipe given, for one with parts that only exist in Java; another recipe than the run's is refused. */
    public static Run resume(Path path, Recipe recipe, DataFolders data, Clocks clocks) throws IOException {
        RunFolder folder = RunFolder.resume(path, new RealDisk());
        return opened(folder, () -> resume(folder, recipe, data, clocks, damaged -> { }, ResumeGrade.Level.SAME_DATA));
    }

    private static Run resume(RunFolder folder, Recipe recipe, DataFolders data, Clocks clocks,
            Consumer<DamagedCheckpointException> damaged, ResumeGrade.Level required) throws IOException {
        Optional<Checkpoint> newest = folder.store().readNewest(damaged);
        if (newest.isEmpty() && !folder.store().steps().isEmpty()) {
            throw new IOException("cannot resume " + folder.path() + ": every one of its checkpoints is damaged. Start the run again"
                    + " under another name");
        }
        Trainer trainer = newest.isPresent() ? Trainer.blank(recipe, data) : Trainer.fresh(recipe, data);
        try {
            // Without any checkpoint it was stopped before its first one: nothing is lost by starting at step 0.
            newest.ifPresent(c -> trainer.restore(c.state()));
            Map<String, String> here = trainer.environment();
            ResumeGrade grade = newest.map(c -> ResumeGrade.between(c.facts(), here)).orElse(ResumeGrade.beginning(here));
            long step = newest.map(Checkpoint::step).orElse(0L);
            grade.require(required, "resume " + folder.path() + " from step " + step);
            RunFiles.complete(folder, recipe, here, data);
            if (!grade.isExact()) {
                RunFiles.record(folder, step, grade);
            }
            return new Run(folder, trainer, journal(folder, clocks), clocks, newest, grade);
        } catch (RestoreException e) {
            trainer.close();
            throw e.from("step " + newest.map(Checkpoint::step).orElse(0L) + " of " + folder.path(),
                    newest.flatMap(c -> RecipeEdit.advice(e, folder, recipe, c)).orElse(advice(e)));
        } catch (IOException | RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /** What to do about a state that does not fit. */
    public static String advice(RestoreException e) {
        if (e.differences().stream().anyMatch(d -> d.path().equals("data/digest"))) {
            return "The rows of the data set are not the ones of that training. Put the data files back, or start a new run.";
        } else if (e.differences().stream().allMatch(d -> d.path().equals("recipe/digest"))) {
            return "The recipe is not the one of that training. Put back the recipe.yaml of the run, or start a new run.";
        }
        return "The model or the optimizer is not the one that was saved. Put back the recipe.yaml of the run, or start a new run.";
    }

    private interface Opening {
        Run open() throws IOException;
    }

    private static Run opened(RunFolder folder, Opening opening) throws IOException {
        try {
            return opening.open();
        } catch (IOException | RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    private static Journal journal(RunFolder folder, Clocks clocks) throws IOException {
        return Journal.open(folder.disk(), folder.file(RunFiles.JOURNAL), clocks.millis());
    }

    /**
     * Trains to step {@code untilStep} in all, or until a stop rule is met; the final state is saved on return.
     *
     * @param observers are told what happens
     * @return why training stopped
     */
    public String train(long untilStep, StopRule stop, SaveRule save, String keep, List<Observer> observers) throws IOException {
        return train(untilStep, stop, save, OnSaveError.STOP, keep, Optional.empty(), observers);
    }

    /**
     * The same, saying what to do when a checkpoint cannot be saved, and how often to look into a step.
     *
     * @param watch how often {@link Event.Measured} is told, if ever
     */
    public String train(long untilStep, StopRule stop, SaveRule save, OnSaveError onSaveError, String keep, Optional<TrainingTime> watch,
            List<Observer> observers) throws IOException {
        RetentionPolicy policy = policy(keep);
        RecipeFit.requireMeasures(policy, trainer.splits().train().labels());
        if (trainer.position().step() < untilStep) {
            demand(untilStep, save, keep).requireRoom(folder.path(), folder.store().usableBytes());
        }
        List<Observer> all = new ArrayList<>(List.of(new JournalObserver(journal)));
        all.addAll(observers);
        return new TrainingLoop(trainer, StopRule.atStep(untilStep).or(stop), save, onSaveError, policy, folder.store(), this::facts, watch,
                all, clocks.nanos())
                .run(untilStep);
    }

    /** Weights from elsewhere may be gone one day: step 0, which has them, stays, so that every step can be reached again. */
    private static RetentionPolicy keepingFirst(RetentionPolicy policy, Recipe recipe) {
        return recipe.weights().isPresent() ? policy.protecting(0) : policy;
    }

    private RetentionPolicy policy(String keep) {
        RetentionPolicy policy = keepingFirst(RetentionPolicy.parse(keep, ranking()), trainer.recipe());
        return resumedFrom.isPresent() ? policy.protecting(resumedFrom.getAsLong()) : policy;
    }

    /** What training to {@code untilStep} will ask of the disk. */
    public DiskDemand demand(long untilStep, SaveRule save, String keep) throws IOException {
        long bytes = FileSize.of(trainer, trainer.position().step(), facts(), Map.of());
        return DiskDemand.of(policy(keep), bytes, save.mostSaves(trainer.position(), untilStep, trainer.recipe().evaluate().every()),
                untilStep, checkpoints());
    }

    /** What to tell of a disk that will be full before the run is done, if that is so. */
    public Optional<String> diskWarning(DiskDemand demand, String keep) throws IOException {
        return demand.warning(folder.store().usableBytes(), policy(keep));
    }

    /**
     * Goes to {@code step}, which need not have been saved, and makes it the newest checkpoint. The later ones move into a run of their
     * own beside this one: {@link RunReplay#rollbackTo}.
     *
     * @return that run; empty if there was nothing later
     */
    public Optional<Path> rollbackTo(long step) throws IOException {
        Optional<Path> aside = new RunReplay(folder, trainer, clocks, false).rollbackTo(step, new Replay.Viewer() { }, journal);
        resumedFrom = OptionalLong.of(step);
        grade = ResumeGrade.between(folder.store().header(step).facts(), environment);
        return aside;
    }

    /** Which checkpoint of this run is best. */
    private Ranking ranking() {
        return ranking(trainer.recipe());
    }

    /** Which checkpoint of a run of {@code recipe} is best. */
    public static Ranking ranking(Recipe recipe) {
        String monitor = recipe.evaluate().monitor();
        return recipe.evaluate().largerIsBetter() ? Ranking.max(monitor) : Ranking.min(monitor);
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>(environment);
        // Evaluations are wired when the first one is made.
        facts.put(Backend.UNORDERED, trainer.unordered());
        facts.put(TIME, Long.toString(clocks.millis().getAsLong()));
        return facts;
    }

    /**
     * The rules of {@code keep} for the run in {@code folder}, which nobody trains now: {@code best} is by its recipe, and the checkpoint
     * that its newest session went on from is protected.
     */
    public static RetentionPolicy retention(Path folder, String keep) throws IOException {
        Recipe recipe = recipe(folder);
        RetentionPolicy policy = keepingFirst(RetentionPolicy.parse(keep, ranking(recipe)), recipe);
        OptionalLong from = History.of(new RealDisk(), folder).resumedFrom();
        return from.isPresent() ? policy.protecting(from.getAsLong()) : policy;
    }

    /** The recipe of the run in {@code folder}; nothing is locked and nothing is computed. */
    public static Recipe recipe(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.recipe(run);
        }
    }

    /** Where the run in {@code folder} comes from, if from another one; nothing is locked and nothing is computed. */
    public static Optional<Lineage> parent(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.parent(run);
        }
    }

    /**
     * Where the run in {@code folder} found its data when it was made, beside the usual places; to be looked through again. Nothing if
     * it does not say.
     */
    public static List<Path> dataFolders(Path folder) throws IOException {
        try (RunFolder run = RunFolder.read(folder, new RealDisk())) {
            return RunFiles.dataFolders(run);
        }
    }

    /** The step of the checkpoint that this run goes on from, if it is not a new one. */
    public OptionalLong resumedFrom() {
        return resumedFrom;
    }

    /** What is promised of the steps to come, and why not more. */
    public ResumeGrade grade() {
        return grade;
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

    /** What a power failure may undo here, where the file system cannot be told to write down the names in a folder (Windows). */
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

package cairn.cli.session;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.cli.args.BackendOption;
import cairn.cli.args.Console;
import cairn.cli.args.DataPlace;
import cairn.cli.args.RunStep;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.ReplayProgress;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.run.Workspace;
import cairn.state.State;
import cairn.train.Predictor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/**
 * The options of every command that works on runs and may compute, and what it computes with: the runs, the data, the backend and the
 * screen.
 *
 * <p>Law: ND4J is loaded inside {@link #chooseBackend}, {@link #loading}, {@link #replay} and {@link #replayForChange} and never before.
 * So {@code --backend} takes effect, and a command that finds everything on disk starts fast.
 */
public final class Session {
    @Mixin
    private RunsFolder runs;

    @Mixin
    private DataPlace data;

    @Mixin
    private BackendOption backend;

    @Mixin
    private Console console;

    /** What to do with a run that is open for replay. {@code progress} shows the replay on the screen. */
    public interface Work<T> {
        T on(RunReplay replay, ReplayListener progress) throws IOException;
    }

    public Host host() {
        return console.host();
    }

    public Screen screen() {
        return console.screen();
    }

    public RunsFolder runs() {
        return runs;
    }

    public DataPlace data() {
        return data;
    }

    /** The file system, with the data sets of {@code folders} and the clocks of the process. */
    public Workspace workspace(DataFolders folders) {
        return Workspace.of(folders, host().clocks());
    }

    /** Chooses the backend. A driver may compile for minutes now. Other methods call this where needed. */
    public void chooseBackend() throws IOException {
        backend.settle(console);
    }

    /** Begins to load what computes, for a command that is not going to be refused. */
    public void loadAhead() {
        backend.loadAhead();
    }

    /** Chooses the backend and does {@code work}, which may load data and ND4J. A terminal shows this meanwhile. */
    public <T> T loading(Screen.Work<T> work) throws IOException {
        chooseBackend();
        return screen().waitingFor("loading data and the native library ...", work);
    }

    /** The step that {@code text} means, stored or not: {@code RUN@STEP}, {@code RUN@best}, {@code RUN@latest} or {@code RUN}. */
    public RunStep resolve(String text) throws IOException {
        return runs.resolve(text, screen());
    }

    /** A step that was looked up, and its state. */
    public record Found(RunStep at, Checkpoint checkpoint) {
    }

    /**
     * The state of the step that {@code text} means: read where it is stored and sound, otherwise trained again in memory. If the run is being
     * trained and the checkpoint is deleted meanwhile, the step is looked up again.
     */
    public Found read(String text) throws IOException {
        return read(text, RunReplay::checkpoint);
    }

    /** As {@link #read(String)}; a step that a replay does not surely reach as it was trained is refused, because its state is written. */
    public Found readProven(String text) throws IOException {
        return read(text, RunReplay::provenCheckpoint);
    }

    private Found read(String text, Function<RunReplay, Checkpoint> reached) throws IOException {
        record Stored(RunStep at, Optional<Checkpoint> checkpoint) {
        }
        Stored stored = runs.look(text, screen(), (at, store) -> new Stored(at, sound(at, store)));
        return new Found(stored.at(), stored.checkpoint().isPresent() ? stored.checkpoint().get()
                : trainedAgain(stored.at(), reached));
    }

    /** The state of a step, as {@link #read(String)}. */
    public Checkpoint read(RunStep at) throws IOException {
        try (DirectoryStore store = at.run().store()) {
            Optional<Checkpoint> stored = sound(at, store);
            if (stored.isPresent()) {
                return stored.get();
            }
        } catch (NoSuchFileException deletedMeanwhile) {
            // The step can be reached even so.
        }
        return trainedAgain(at, RunReplay::checkpoint);
    }

    /** The checkpoint, unless it is damaged: that is reported when the step is trained again. */
    private static Optional<Checkpoint> sound(RunStep at, CheckpointStore store) throws IOException {
        try {
            return at.isStored() ? Optional.of(store.read(at.step())) : Optional.empty();
        } catch (DamagedCheckpointException e) {
            return Optional.empty();
        }
    }

    private Checkpoint trainedAgain(RunStep at, Function<RunReplay, Checkpoint> reached) throws IOException {
        return replay(at.run(), at.step(), (replay, progress) -> {
            replay.goTo(at.step(), progress);
            return reached.apply(replay);
        });
    }

    /** The model of a step, to evaluate or predict with. */
    public Predictor predictor(Found found) throws IOException {
        Recipe recipe = found.at().run().recipe();
        State state = found.checkpoint().state();
        return loading(() -> Predictor.of(recipe, state));
    }

    /** Makes a checkpoint of a step that the run has trained. */
    public CheckpointInfo keep(RunStep at) throws IOException {
        try {
            return replayForChange(at.run(), at.step(), (replay, progress) -> {
                replay.goTo(at.step(), progress);
                return replay.keep();
            });
        } catch (RecipeException e) {
            // A sound checkpoint is what was asked for, and looking at it needs no part of the recipe.
            Optional<CheckpointInfo> stored = e.lacksOnlyParts() ? stored(at) : Optional.empty();
            return stored.orElseThrow(() -> e);
        }
    }

    private static Optional<CheckpointInfo> stored(RunStep at) throws IOException {
        try (DirectoryStore store = at.run().store()) {
            return at.isStored() && store.isSound(at.step())
                    ? store.listing().checkpoints().stream().filter(c -> c.step() == at.step()).findFirst() : Optional.empty();
        }
    }

    /** Opens the run without writing to it. A step that the run has never trained is refused before anything is loaded. */
    public <T> T replay(StoredRun run, long step, Work<T> work) throws IOException {
        return replay(run, step, work, () -> RunReplay.reading(run.folder(), workspace(data.folders(run))));
    }

    /** Opens the run to change its checkpoints; otherwise like {@link #replay}. */
    public <T> T replayForChange(StoredRun run, long step, Work<T> work) throws IOException {
        return replay(run, step, work, () -> RunReplay.writing(run.folder(), workspace(data.folders(run))));
    }

    private <T> T replay(StoredRun run, long step, Work<T> work, Screen.Work<RunReplay> opening) throws IOException {
        requireTrained(run, step);
        try (RunReplay replay = loading(opening); ReplayProgress progress = new ReplayProgress(host(), screen(), run, replay)) {
            try {
                return work.on(replay, progress);
            } finally {
                replay.notes().forEach(screen()::note);
            }
        }
    }

    private static void requireTrained(StoredRun run, long step) throws IOException {
        try {
            RunReplay.requireTrained(run.folder(), step);
        } catch (IllegalArgumentException e) {
            throw step < 0 ? e : new IllegalArgumentException(e.getMessage() + ": "
                    + run.command("resume", run.name(), "--steps", Long.toString(step)), e);
        }
    }
}

package cairn.look;

import cairn.data.DataSet;
import cairn.data.Rows;
import cairn.metrics.ConfusionMatrix;
import cairn.metrics.Estimate;
import cairn.metrics.Evaluation;
import cairn.recipe.Recipe;
import cairn.replay.ReplayListener;
import cairn.replay.ReplayPath;
import cairn.replay.RunReplay;
import cairn.run.Workspace;
import cairn.state.State;
import cairn.state.StateDigest;
import cairn.train.LayerStatistics;
import cairn.train.RowResults;
import cairn.train.StepHook;
import cairn.train.Stepper;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A run, to be looked at: go to a step, saved or not, and ask what it looks like. Another process may train the run meanwhile. One thread
 * at a time.
 *
 * <p>Laws: nothing is written. What is asked of a step does not depend on the way to it, nor on what was asked before. The same rows give
 * the same numbers as an evaluation, to the bit.
 */
public final class RunView implements Closeable {
    private static final int MOST_LAYERS = 1000;

    private final RunReplay replay;
    private final NearbyStates near;
    private final Map<Part, RowResults> results = new EnumMap<>(Part.class);
    private Optional<State> state = Optional.empty();
    /** The digest of the reached state. */
    private String digest = "";
    /** What the updates made that led to states, by the digest of the state: at a stored step, the steps before it were made again for it. */
    private final Map<String, Map<String, Double>> layers = new LinkedHashMap<>();
    private long at = -1;

    private RunView(RunReplay replay) {
        this.replay = replay;
        this.near = new NearbyStates(replay.trainer());
    }

    /**
     * Opens the run in the folder {@code run}. No step is reached yet.
     *
     * @throws cairn.recipe.RecipeException if this program does not know a part of its recipe
     * @throws cairn.data.source.MissingDataException if its data set is not there
     */
    public static RunView open(Path run, Workspace workspace) throws IOException {
        return of(RunReplay.reading(run, workspace));
    }

    /** Of a run that is open for a replay; {@link #close} closes it. */
    public static RunView of(RunReplay replay) {
        return new RunView(replay);
    }

    /** The first step that can be reached. */
    public long oldest() throws IOException {
        return replay.oldest();
    }

    /** The last step that was trained, which grows while another process trains. */
    public long newest() throws IOException {
        return replay.newestNow();
    }

    public Recipe recipe() {
        return trainer().recipe();
    }

    public TrainingData data() {
        return trainer().data();
    }

    /**
     * Goes to {@code step}: restores the nearest state before it, and makes the updates after that again.
     *
     * @throws IllegalArgumentException if the run never reached it, or if no state is left from which it can be reached
     */
    public Reached goTo(long step) throws IOException {
        return goTo(step, ReplayListener.NONE);
    }

    /**
     * As {@link #goTo(long)}, unless it becomes unwanted on the way.
     *
     * @param isUnwanted asked before each step
     * @throws CancellationException if it became unwanted
     */
    public Reached goTo(long step, BooleanSupplier isUnwanted) throws IOException {
        return goTo(step, new ReplayListener() {
            @Override
            public void beforeSteps() {
                if (isUnwanted.getAsBoolean()) {
                    throw new CancellationException("the way to step " + step + " was given up");
                }
            }
        });
    }

    /** As {@link #goTo(long)}, and calls {@code listener} on the way. */
    public Reached goTo(long step, ReplayListener listener) throws IOException {
        ReplayPath path = visit(step, listener);
        if (at != step) {
            results.clear();
            state = Optional.empty();
            at = step;
        }
        Optional<String> recorded = replay.recordedDigest(step);
        digest = StateDigest.inWordsOf(recorded, trainer());
        return new Reached(step, digest, recorded, path.from(), path.replayed());
    }

    private ReplayPath visit(long step, ReplayListener listener) throws IOException {
        ReplayPath path = replay.visit(step, near, new Remembering(listener, near, trainer()));
        near.arrived();
        return path;
    }

    private Trainer trainer() {
        return replay.trainer();
    }

    private void requireReached() {
        if (at < 0 || trainer().position().step() != at) {
            throw new IllegalStateException("no step was reached yet; go to one first");
        }
    }

    private RowResults results(Part part) {
        requireReached();
        return results.computeIfAbsent(part, p -> RowResults.of(trainer(), dataOf(p)));
    }

    private DataSet dataOf(Part part) {
        return data().rows(part.text());
    }

    private boolean isEmpty(Part part) {
        return size(part) == 0;
    }

    /** How many rows a part has. */
    public int size(Part part) {
        return dataOf(part).size();
    }

    /** How many numbers a row has. */
    public int features() {
        return data().splits().train().featureCount();
    }

    /** The name of the data set that the rows of a part were read from. */
    public String source(Part part) {
        return Rows.origin(dataOf(part)).name();
    }

    /** The rows of the data set that a part was read from as images; empty if they are none. */
    public Optional<RowPictures> pictures(Part part) {
        return RowPictures.of(dataOf(part));
    }

    /** The measures of an evaluation of {@code part} at the reached step; none if it has no rows. */
    public Map<String, Estimate> measures(Part part) {
        return isEmpty(part) ? Map.of() : results(part).evaluation().measures();
    }

    /** How many rows of {@code part} of each class have each prediction; empty without classes or rows. */
    public Optional<ConfusionMatrix> confusion(Part part) {
        return !isEmpty(part) && results(part).evaluation() instanceof Evaluation.Classification c ? Optional.of(c.confusion()) : Optional.empty();
    }

    /**
     * What the model says of chosen rows of {@code part} at the reached step.
     *
     * @throws IllegalArgumentException if the part has no rows, or not all of those that are named
     */
    public RowTable rows(Part part, RowChoice choice) {
        return new RowLook(part, dataOf(part), results(part), RowResults.givesProbabilities(trainer())).table(choice);
    }

    /**
     * The losses of the rows with these numbers at the reached step, as in {@link #rows}, without those of all others: for a history over many
     * steps.
     */
    public List<Double> losses(Part part, List<Integer> rows) {
        requireReached();
        return Arrays.stream(RowResults.losses(trainer(), dataOf(part), RowLook.places(part, dataOf(part), rows))).boxed().toList();
    }

    /**
     * The part that has row {@code row} of the data set that was read. If the test rows are a file of their own, whose rows have numbers from 0
     * too, the other parts count first.
     */
    public Optional<Part> partOf(int row) {
        return Stream.of(Part.TRAIN, Part.VALIDATION, Part.TEST).filter(part -> {
            DataSet rows = dataOf(part);
            for (int i = 0; i < rows.size(); i++) {
                if (Rows.sourceRow(rows, i) == row) {
                    return true;
                }
            }
            return false;
        }).findFirst();
    }

    /**
     * The {@linkplain LayerStatistics statistics of the layers} in the update that led to the reached step, by making it again; none at the
     * first step that can be reached.
     */
    public Map<String, Double> layers() throws IOException {
        requireReached();
        if (!layers.containsKey(digest)) {
            if (layers.size() >= MOST_LAYERS) {
                layers.remove(layers.keySet().iterator().next());
            }
            layers.put(digest, at <= oldest() ? Map.of() : measuredAgain());
        }
        return layers.get(digest);
    }

    private Map<String, Double> measuredAgain() throws IOException {
        long step = at;
        LayerStatistics statistics = LayerStatistics.of(trainer());
        visit(step - 1, ReplayListener.NONE);
        new Stepper(trainer(), new Stepper.Listener() { }, () -> false, s -> s == step ? statistics : StepHook.NONE, s -> false).next();
        return statistics.values();
    }

    /** What the model says of each point of the plane; empty unless rows have two features, and classes or labels. */
    public Optional<Boundary> boundary(int cells) {
        requireReached();
        return Plane.of(trainer(), cells);
    }

    /** Every tensor of the state, in its order: of the model, of the optimizer, of an average. */
    public List<TensorView> tensors() {
        return TensorView.paths(state()).stream().map(path -> TensorView.of(path, state().tensor(path))).toList();
    }

    /**
     * A tensor of the state.
     *
     * @param path its path; {@code model/} may be left out
     * @throws IllegalArgumentException if there is none of this path; it says which are near
     */
    public TensorView tensor(String path) {
        return TensorView.of(state(), path);
    }

    /** Its numbers as small pictures; empty if they are none: no kernels, and not the first weights of a model that looks at images. */
    public Optional<Tiles> tiles(TensorView tensor) {
        return Tiles.of(state(), tensor.path());
    }

    private State state() {
        requireReached();
        if (state.isEmpty()) {
            state = Optional.of(trainer().snapshot());
        }
        return state.get();
    }

    @Override
    public void close() throws IOException {
        replay.close();
    }
}

package cairn.run;

import cairn.checkpoint.format.Checkpoint;
import cairn.data.DataSet;
import cairn.metrics.Evaluation;
import cairn.metrics.PairedTest;
import cairn.metrics.Scores;
import cairn.recipe.Recipe;
import cairn.state.Distance;
import cairn.state.State;
import cairn.train.Predictor;
import cairn.train.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Models measured on the same rows. Each is compared with the first one. With several models, the probabilities of the tests are corrected
 * by {@link PairedTest#holm}. Only the weights of the first model stay in memory.
 */
public final class Comparison {

    /**
     * One of the models.
     *
     * @param test the test against the first model; empty for the first model itself
     * @param distance the distance of its weights from those of the first, if they have the same names and shapes
     */
    public record Line(String name, long step, Evaluation evaluation, Optional<PairedTest> test, Optional<Distance> distance) {
    }

    private final String split;
    private final List<Line> lines = new ArrayList<>();
    private String firstName;
    private String rows;
    private TrainingData firstData;
    private Scores firstScores;
    private State firstWeights;

    /** @param split train, validation or test */
    public Comparison(String split) {
        this.split = split;
    }

    /**
     * Measures the model of a checkpoint that was trained with {@code data}.
     *
     * @throws IllegalArgumentException if its rows are not those of the first model
     */
    public void add(String name, Recipe recipe, Checkpoint checkpoint, TrainingData data) {
        DataSet tested = data.rows(split);
        State weights = checkpoint.state().select("model");
        if (firstScores == null) {
            firstName = name;
            rows = tested.digest();
            firstData = data;
            firstWeights = weights;
            firstScores = Predictor.of(recipe, checkpoint.state()).scores(data, split);
            lines.add(new Line(name, checkpoint.step(), firstScores.evaluation(), Optional.empty(), Optional.empty()));
            return;
        }
        if (data != firstData && !tested.digest().equals(rows)) {
            throw new IllegalArgumentException("cannot compare " + name + " with " + firstName + ": their " + split + " rows differ"
                    + "\n  " + firstName + "   " + firstData.rows(split).size() + " rows, digest " + rows
                    + "\n  " + name + "   " + tested.size() + " rows, digest " + tested.digest()
                    + "\nThe rows follow from the data set and the order of its columns, the seed, and the sizes of validation and test; these must be the same"
                    + " in both runs.");
        }
        Scores scores = Predictor.of(recipe, checkpoint.state()).scores(data, split);
        lines.add(new Line(name, checkpoint.step(), scores.evaluation(), Optional.of(PairedTest.between(firstScores, scores)),
                Distance.between(firstWeights, weights)));
    }

    /** The models in the order in which they were added. */
    public List<Line> lines() {
        List<Double> corrected = PairedTest.holm(lines.stream().flatMap(l -> l.test().stream()).map(PairedTest::p).toList());
        List<Line> all = new ArrayList<>();
        int at = 0;
        for (Line line : lines) {
            if (line.test().isEmpty()) {
                all.add(line);
            } else {
                PairedTest test = line.test().get().withP(corrected.get(at++));
                all.add(new Line(line.name(), line.step(), line.evaluation(), Optional.of(test), line.distance()));
            }
        }
        return all;
    }
}

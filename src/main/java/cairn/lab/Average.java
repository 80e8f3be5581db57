package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.Normalization;
import cairn.data.source.BuiltInData;
import cairn.metrics.Evaluation;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Relu;
import cairn.optim.Momentum;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.state.State;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/** What lies between two states: averages of weights, the loss along lines, and the path of a training projected to a plane. */
public final class Average implements Experiment {

    /** States of one training, at equal distances; the last ones are averaged. */
    private record Trajectory(String name, List<State> states, List<WeightVector> weights) {
        WeightVector last() {
            return weights.get(weights.size() - 1);
        }
    }

    /** Loss and accuracy on the test rows. */
    private record Score(double loss, double accuracy) {
    }

    /** Weights that are put into a trainer to be evaluated. */
    private record Scorer(Trainer trainer) {
        Score tested(WeightVector weights) {
            trainer.restore(weights.into(trainer.snapshot()));
            Evaluation e = trainer.evaluate(trainer.data().splits().test());
            return new Score(e.loss().value(), e.measures().get("accuracy").value());
        }

        Score trained(WeightVector weights) {
            trainer.restore(weights.into(trainer.snapshot()));
            Evaluation e = trainer.evaluate(trainer.data().splits().train());
            return new Score(e.loss().value(), e.measures().get("accuracy").value());
        }
    }

    @Override
    public String name() {
        return "average";
    }

    @Override
    public String question() {
        return "How good are weights halfway between two checkpoints: of one training, of two branches of it, and of two unrelated"
                + " trainings?";
    }

    @Override
    public Report run(Context context) throws IOException {
        int fork = context.choose(400, 60);
        int end = context.choose(1600, 160);
        int every = context.choose(40, 10);
        // A high constant rate: the training does not converge, and circles around the minimum.
        Recipe recipe = recipe(context.seed());
        TrainingData data = TrainingData.open(recipe, context.data());
        int[] order = Key.of(context.seed()).fold("another order").permutation(data.splits().train().size());
        // Other initial weights on the same rows: another seed, with the split of the first.
        Recipe strange = recipe(context.seed() + 1);
        Trajectory trunk;
        Trajectory branch;
        Trajectory stranger;
        try (Trainer first = Trainer.fresh(recipe, data); Trainer second = Trainer.fresh(recipe, Course.reordered(data, order));
                Trainer third = Trainer.fresh(strange, data)) {
            context.progress().accept("training to step " + end);
            trunk = trajectory("trunk", first, 0, end, every);
            context.progress().accept("a branch from step " + fork);
            second.restore(trunk.states().get(fork / every));
            branch = trajectory("branch", second, fork, end, every);
            context.progress().accept("a training from other initial weights");
            stranger = trajectory("stranger", third, 0, end, every);
        }
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            context.progress().accept("evaluating between them");
            return report(context, new Scorer(trainer), fork, end, every, trunk, branch, stranger);
        }
    }

    private static Recipe recipe(long seed) {
        return Recipe.named("average").seed(seed).data(new BuiltInData.Digits()).batchSize(16).validation(SplitSize.of(180))
                .test(SplitSize.of(360))
                .normalize(Normalization.Kind.NONE).model(new Flatten(), Dense.of(48), new Relu(), Dense.of(10))
                .optimizer(Momentum.of(0.008)).build();
    }

    private static Trajectory trajectory(String name, Trainer trainer, int from, int end, int every) {
        List<State> states = new ArrayList<>();
        for (int step = from; step <= end; step += every) {
            states.add(Course.at(trainer, step));
        }
        return new Trajectory(name, states, states.stream().map(WeightVector::of).toList());
    }

    private Report report(Context context, Scorer scorer, int fork, int end, int every, Trajectory trunk, Trajectory branch,
            Trajectory stranger) {
        int many = Math.min(trunk.weights().size() / 2, (end - fork) / every);
        WeightVector alongTrunk = WeightVector.mean(trunk.weights().subList(trunk.weights().size() - many, trunk.weights().size()));
        WeightVector alongBranch = WeightVector.mean(branch.weights().subList(branch.weights().size() - many, branch.weights().size()));
        Table table = Table.of("What weights are worth on the test rows", "weights", "test loss", "test accuracy", "training loss");
        List<WeightVector> all = List.of(trunk.last(), branch.last(), stranger.last(), alongTrunk, alongBranch,
                trunk.last().towards(branch.last(), 0.5), alongTrunk.towards(alongBranch, 0.5), trunk.last().towards(stranger.last(), 0.5));
        List<String> names = List.of("last of the trunk", "last of the branch", "last of the stranger", "mean of the last " + many
                + " of the trunk",
                "mean of the last " + many + " of the branch", "between trunk and branch", "between both means",
                "between trunk and stranger");
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Score tested = scorer.tested(all.get(i));
            scores.add(tested);
            table = table.plus(names.get(i), tested.loss(), tested.accuracy(), scorer.trained(all.get(i)).loss());
        }
        int points = context.choose(41, 9);
        WeightVector young = trunk.weights().get(Math.max(1, trunk.weights().size() / 20));
        List<Series> lines = List.of(line(scorer, "trunk early to late", young, trunk.last(), points),
                line(scorer, "trunk to branch", trunk.last(), branch.last(), points),
                line(scorer, "trunk to stranger", trunk.last(), stranger.last(), points));
        double barrierBranch = barrier(lines.get(1));
        double barrierStranger = barrier(lines.get(2));
        Planes planes = planes(trunk, branch, fork / every);
        return new Report(
                List.of("A small network learns the digits with momentum and a learning rate so high that it does not converge. Three"
                                + " trainings: the trunk; a branch, which is the"
                                + " trunk's state after " + fork + " updates, trained further with the rows in another order; and a"
                                + " stranger, trained from other initial weights. Each"
                                + " makes " + end + " updates, and its state is taken every " + every + ".",
                        "A state is a value, so its weights can be read as one vector, averaged with others and put into a state again."
                                + " Every mixture below was made in this way,"
                                + " restored into a trainer and evaluated. The path from the fork on is shown in the plane of its first"
                                + " two principal components: the eigenvectors"
                                + " of the matrix of inner products of the centred weight vectors."),
                List.of(table),
                List.of(new Report.Figure(new Curves("Loss along the straight line between two checkpoints",
                Axis.linear("fraction of the line"), Axis.linear("training loss"), lines),
                                "Along one training and between its branches the loss stays low; between trainings from other initial"
                                        + " weights it rises over a ridge."),
                        new Report.Figure(planes.chart(), "The first component holds " + Numbers.percent(planes.first())
                                + " of the variance, the second "
                                + Numbers.percent(planes.second()) + ".")),
                findings(scores, many, trunk, branch, stranger, barrierBranch, barrierStranger, planes, fork),
                List.of("Branch at step 40 instead of " + fork + ". From which step on is there no ridge between the branches?",
                        "The units of a hidden layer may be numbered in any order. Renumber the stranger's so that they match the"
                                + " trunk's best, and draw the line again.",
                        "With batch normalization an average of weights needs running statistics of its own. Which ones does `average:"
                                + " {decay: 0.99}` use, and why is that no problem there?"));
    }

    private static Series line(Scorer scorer, String name, WeightVector from, WeightVector to, int points) {
        List<Point> line = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            double t = (double) i / (points - 1);
            line.add(Point.of(t, scorer.trained(from.towards(to, t)).loss()));
        }
        return Series.line(name, line);
    }

    /** How far the loss on the line rises above the straight line between the losses of its ends. */
    private static double barrier(Series line) {
        List<Point> p = line.points();
        double from = p.get(0).y();
        double to = p.get(p.size() - 1).y();
        return p.stream().mapToDouble(q -> q.y() - (from + q.x() * (to - from))).max().orElseThrow();
    }

    /** The paths in two dimensions, and how much of the variance these hold. */
    private record Planes(Curves chart, double first, double second) {
    }

    private static Planes planes(Trajectory trunk, Trajectory branch, int fork) {
        // From the fork on: before it there is one path only, and its first steps would fill the picture.
        int after = trunk.weights().size() - fork;
        List<WeightVector> all = new ArrayList<>(trunk.weights().subList(fork, trunk.weights().size()));
        all.addAll(branch.weights());
        WeightVector mean = WeightVector.mean(all);
        double[][] centred = all.stream().map(w -> minus(w.values(), mean.values())).toArray(double[][]::new);
        RealMatrix x = MatrixUtils.createRealMatrix(centred);
        // The Gram matrix is as large as there are states, the covariance as large as there are weights; their eigenvalues are the same.
        EigenDecomposition gram = new EigenDecomposition(x.multiply(x.transpose()));
        double total = 0;
        for (double value : gram.getRealEigenvalues()) {
            total += Math.max(0, value);
        }
        double[] first = scaled(gram, 0);
        double[] second = scaled(gram, 1);
        List<Point> along = new ArrayList<>();
        List<Point> beside = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            (i < after ? along : beside).add(Point.of(first[i], second[i]));
        }
        List<Series> series = List.of(Series.line("trunk", along).as(Series.Style.LINE_AND_POINTS),
                Series.line("branch", beside).as(Series.Style.LINE_AND_POINTS),
                Series.points("fork", List.of(along.get(0))));
        return new Planes(new Curves("The paths of both trainings from the fork on, in a plane", Axis.linear("first principal component"),
                Axis.linear("second principal component"), series), gram.getRealEigenvalue(0) / total, gram.getRealEigenvalue(1) / total);
    }

    /** Where each state lies along a component. A decomposition does not fix the sign: here the fork has a negative place. */
    private static double[] scaled(EigenDecomposition gram, int component) {
        double[] v = gram.getEigenvector(component).mapMultiply(Math.sqrt(Math.max(0, gram.getRealEigenvalue(component)))).toArray();
        if (v[0] > 0) {
            for (int i = 0; i < v.length; i++) {
                v[i] = -v[i];
            }
        }
        return v;
    }

    private static double[] minus(double[] a, double[] b) {
        double[] d = new double[a.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = a[i] - b[i];
        }
        return d;
    }

    private static List<String> findings(List<Score> scores, int many, Trajectory trunk, Trajectory branch, Trajectory stranger,
            double barrierBranch, double barrierStranger,
            Planes planes, int fork) {
        Score last = scores.get(0);
        Score mean = scores.get(3);
        double apart = trunk.last().relativeDistance(branch.last());
        double strange = trunk.last().relativeDistance(stranger.last());
        return List.of(
                "The mean of the last " + many + " states of the trunk has a test loss of " + Numbers.text(mean.loss())
                        + ", the last of them " + Numbers.text(last.loss())
                        + (mean.loss() < last.loss() ? ": the training circles around the minimum, and the middle of its path is nearer"
                        + " to it than its end." : ": here averaging did not help."),
                "Trunk and branch, which separated after " + fork + " updates, are " + Numbers.text(apart)
                        + " apart at the end (relative to their weights), trunk and stranger "
                        + Numbers.text(strange) + ".",
                "On the line from trunk to branch the training loss rises by at most " + Numbers.text(barrierBranch)
                        + " above the line between the losses of the ends; on the line to the stranger by "
                        + Numbers.text(barrierStranger) + (barrierStranger > 10 * Math.max(barrierBranch, 0)
                        ? ": the branches lie in one valley, the stranger in another." : "."),
                "Halfway between trunk and branch the test accuracy is " + Numbers.percent(scores.get(5).accuracy())
                        + "; between trunk and stranger, each of which has "
                        + Numbers.percent(last.accuracy()) + " and " + Numbers.percent(scores.get(2).accuracy()) + ", it is "
                        + Numbers.percent(scores.get(7).accuracy()) + ".",
                "Two directions of " + trunk.last().values().length + " hold " + Numbers.percent(planes.first() + planes.second())
                        + " of the variance of both paths.");
    }
}

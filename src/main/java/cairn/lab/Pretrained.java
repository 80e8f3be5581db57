package cairn.lab;

import cairn.chart.Axis;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.DataSet;
import cairn.data.DataSetView;
import cairn.data.Normalization;
import cairn.data.Rows;
import cairn.data.Splits;
import cairn.data.source.BuiltInData;
import cairn.metrics.Interval;
import cairn.nn.Layer;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.random.Key;
import cairn.recipe.InitialWeights;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.transfer.InitialWeightsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the convolutions of another program's net are worth on other images: a new head on few rows, beside a training from scratch. */
public final class Pretrained implements Experiment {
    private static final String FILE = "pretrained/mnist-cnn.pt";
    /** Of 10,000 test rows, as the program that trained it counted: datasets/pretrained/mnist-cnn.py. */
    private static final int RIGHT_THERE = 9848;
    private static final int BATCH = 20;
    private static final int TEST_ROWS = 500;

    /** How a net begins, and what of it is trained. */
    private enum Beginning {
        SCRATCH("all from scratch"), HEAD("convolutions of PyTorch, new head");

        private final String title;

        Beginning(String title) {
            this.title = title;
        }
    }

    @Override
    public String name() {
        return "pretrained";
    }

    @Override
    public String question() {
        return "A small convolutional net was trained by PyTorch on MNIST. How much do its convolutions help on other digits, of which there are"
                + " only 20, 100 or 1,000?";
    }

    @Override
    public Report run(Context context) throws IOException {
        Path file = context.data().find(FILE);
        Table whole = wholeNet(context, file);
        int seeds = context.choose(5, 2);
        int[] sizes = context.isQuick() ? new int[] {20, 100} : new int[] {20, 100, 1000};
        double[][][] accuracy = new double[sizes.length][Beginning.values().length][seeds];
        for (int i = 0; i < sizes.length; i++) {
            for (Beginning beginning : Beginning.values()) {
                for (int seed = 0; seed < seeds; seed++) {
                    context.progress().accept(beginning.title + ", " + sizes[i] + " rows, choice " + (seed + 1));
                    accuracy[i][beginning.ordinal()][seed] = accuracy(context, file, beginning, sizes[i], context.seed() + seed);
                }
            }
        }
        Table table = Table.of("Accuracy on " + TEST_ROWS + " other rows of the digits, mean of " + seeds + " choices of training rows",
                "training rows", "beginning", "accuracy", "95 % from", "to");
        List<Series> series = new ArrayList<>();
        for (Beginning beginning : Beginning.values()) {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < sizes.length; i++) {
                Mean mean = Mean.of(accuracy[i][beginning.ordinal()]);
                points.add(Point.of(sizes[i], mean.value(), mean.interval().low(), mean.interval().high()));
            }
            series.add(Series.line(beginning.title, points).as(Series.Style.LINE_AND_POINTS).with(Series.Spread.BARS));
        }
        Table gain = Table.of("How much more accurate the convolutions of PyTorch are, on the same training rows", "training rows", "difference",
                "95 % from", "to");
        for (int i = 0; i < sizes.length; i++) {
            for (Beginning beginning : Beginning.values()) {
                Mean mean = Mean.of(accuracy[i][beginning.ordinal()]);
                table = table.plus(sizes[i], beginning.title, mean.value(), mean.interval().low(), mean.interval().high());
            }
            Mean difference = gain(accuracy[i]);
            gain = gain.plus(sizes[i], difference.value(), difference.interval().low(), difference.interval().high());
        }
        return new Report(
                List.of("PyTorch trained the net on the 60,000 images of MNIST, 28 x 28 pixels, and saved its state dict. Its two convolutions"
                                + " and its dense layer are taken over and evaluated on MNIST's test rows here.",
                        "The digits have 8 x 8 pixels. Each pixel is repeated 3 x 3 times, so that strokes are about as wide as in MNIST. The"
                                + " convolutions are taken and frozen. The dense layer behind them has another size, so a new one is trained"
                                + " on few rows; and beside that, the whole net from scratch, for as many steps. Each mean is over " + seeds
                                + " choices of training rows and initial weights, its interval Student's."),
                List.of(table, gain, whole),
                List.of(new Report.Figure(new Curves("What the convolutions of another net are worth", Axis.logarithmic("training rows"),
                        Axis.linear("accuracy"), series), "Means with their 95 % intervals.")),
                findings(sizes, accuracy, whole),
                List.of("Give the digits with their 8 x 8 pixels. What are the convolutions worth then, and why?",
                        "Take only the first convolution, and train the second. Which of the two holds what is common to both sets?"));
    }

    /** The whole net, evaluated on the test rows of MNIST. */
    private static Table wholeNet(Context context, Path file) throws IOException {
        Recipe recipe = InitialWeightsReader.resolved(Recipe.named("pretrained").data(new BuiltInData.Mnist()).batchSize(128)
                .validation(SplitSize.of(0)).model(net()).weights(InitialWeights.of(file)).build());
        context.progress().accept("PyTorch's net on the test rows of MNIST");
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, context.data()))) {
            double accuracy = trainer.evaluate(trainer.data().splits().test()).measures().get("accuracy").value();
            return Table.of("PyTorch's net on the 10,000 test rows of MNIST", "evaluated by", "right")
                    .plus("PyTorch", RIGHT_THERE).plus("Cairn", (int) Math.round(accuracy * trainer.data().splits().test().size()));
        }
    }

    private static Layer[] net() {
        return new Layer[] {Conv2d.of(16, 3), new Relu(), MaxPool2d.of(2), Conv2d.of(32, 3), new Relu(), MaxPool2d.of(2), new Flatten(),
            Dense.of(10)};
    }

    private static double accuracy(Context context, Path file, Beginning beginning, int rows, long seed) throws IOException {
        InitialWeights convolutions = InitialWeights.of(file).with(List.of("0.conv2d", "3.conv2d"), List.of());
        var builder = Recipe.named("digits").seed(seed).data(new BuiltInData.Digits()).batchSize(BATCH).validation(SplitSize.of(0))
                .test(SplitSize.of(TEST_ROWS)).normalize(Normalization.Kind.STANDARDIZE).model(net()).optimizer(Adam.of(0.003));
        if (beginning == Beginning.HEAD) {
            builder.weights(convolutions).freeze("0.conv2d", "3.conv2d");
        }
        Recipe recipe = InitialWeightsReader.resolved(builder.build());
        TrainingData data = few(TrainingData.open(recipe, context.data()), rows, seed);
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            trainer.trainTo(context.choose(200, 30));
            return trainer.evaluate(data.splits().test()).measures().get("accuracy").value();
        }
    }

    /** The data with larger images, and with some of its training rows, chosen by the seed. */
    private static TrainingData few(TrainingData data, int rows, long seed) {
        Splits s = data.splits();
        DataSet train = new Enlarged(s.train());
        int[] chosen = IntStream.of(Key.of(seed).fold("few").permutation(train.size())).limit(rows).sorted().toArray();
        return new TrainingData(new Splits(new Rows(train.name(), train, chosen), new Enlarged(s.validation()), new Enlarged(s.test())),
                data.digest(), data.split());
    }

    /** Images whose pixels are repeated, {@value #TIMES} in each direction. */
    private record Enlarged(DataSet source) implements DataSetView {
        private static final int TIMES = 3;

        @Override
        public long[] shape() {
            long[] shape = source.shape();
            return new long[] {TIMES * shape[0], TIMES * shape[1], shape[2]};
        }

        @Override
        public boolean isBytes() {
            return false;
        }

        @Override
        public void features(int row, float[] into, int offset) {
            float[] pixels = new float[source.featureCount()];
            source.features(row, pixels, 0);
            int width = (int) shape()[1];
            int channels = (int) shape()[2];
            for (int i = 0; i < featureCount(); i++) {
                int y = i / channels / width / TIMES;
                int x = i / channels % width / TIMES;
                into[offset + i] = pixels[(y * width / TIMES + x) * channels + i % channels];
            }
        }
    }

    /** A mean with its interval. */
    private record Mean(double value, Interval interval) {
        static Mean of(double[] values) {
            double mean = Arrays.stream(values).average().orElseThrow();
            double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
            return new Mean(mean, Interval.ofMean(mean, Math.sqrt(squares / (values.length - 1)), values.length));
        }
    }

    /** The mean of the differences, choice by choice: what the rows have in common does not blur it. */
    private static Mean gain(double[][] accuracy) {
        double[] scratch = accuracy[Beginning.SCRATCH.ordinal()];
        double[] head = accuracy[Beginning.HEAD.ordinal()];
        return Mean.of(IntStream.range(0, head.length).mapToDouble(i -> head[i] - scratch[i]).toArray());
    }

    private static List<String> findings(int[] sizes, double[][][] accuracy, Table whole) {
        List<String> findings = new ArrayList<>();
        findings.add("Of 10,000 test rows of MNIST PyTorch's net classifies " + whole.rows().get(0).get(1) + " rightly in PyTorch, and "
                + whole.rows().get(1).get(1) + " in Cairn.");
        for (int i = 0; i < sizes.length; i++) {
            Mean gain = gain(accuracy[i]);
            findings.add("With " + sizes[i] + " rows the convolutions of PyTorch with a new head reach "
                    + Numbers.percent(Mean.of(accuracy[i][Beginning.HEAD.ordinal()]).value()) + ", a training from scratch "
                    + Numbers.percent(Mean.of(accuracy[i][Beginning.SCRATCH.ordinal()]).value()) + ". On the same rows the difference "
                    + (gain.interval().low() > 0 || gain.interval().high() < 0 ? "is not chance: its interval excludes 0."
                    : "may be chance: its interval includes 0."));
        }
        return findings;
    }
}

package cairn.look;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Rows;
import cairn.metrics.ConfusionMatrix;
import cairn.metrics.MultiLabelEvaluator;
import cairn.train.RowResults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Makes a {@link RowTable} of the results of a part. */
final class RowLook {
    private static final String NOTHING = "-";

    private final Part part;
    private final DataSet rows;
    private final RowResults results;
    private final boolean givesProbabilities;

    RowLook(Part part, DataSet rows, RowResults results, boolean givesProbabilities) {
        this.part = part;
        this.rows = rows;
        this.results = results;
        this.givesProbabilities = givesProbabilities;
    }

    RowTable table(RowChoice choice) {
        List<RowTable.Row> chosen = chosen(choice).mapToObj(this::row).toList();
        return new RowTable(part, Rows.origin(rows).name(), rows.size(), results.evaluation().loss().value(),
                IntStream.range(0, rows.size()).anyMatch(i -> results.weight(i) != 1), rows.labels().names(), chosen);
    }

    private IntStream chosen(RowChoice choice) {
        if (choice instanceof RowChoice.First first) {
            return IntStream.range(0, Math.min(first.most(), rows.size()));
        } else if (choice instanceof RowChoice.These these) {
            return IntStream.of(places(part, rows, these.rows()));
        }
        boolean onlyWrong = choice instanceof RowChoice.Wrong;
        int most = choice instanceof RowChoice.Wrong wrong ? wrong.most() : ((RowChoice.Worst) choice).most();
        return IntStream.range(0, rows.size()).filter(i -> !onlyWrong || isRight(i).filter(right -> !right).isPresent()).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> results.loss(i)).reversed()).limit(most).mapToInt(i -> i);
    }

    /**
     * Where the rows with these numbers in the data set that was read are in a part of it.
     *
     * @throws IllegalArgumentException naming the first that is not there
     */
    static int[] places(Part part, DataSet rows, List<Integer> numbers) {
        Map<Integer, Integer> places = new HashMap<>();
        IntStream.range(0, rows.size()).forEach(i -> places.put(Rows.sourceRow(rows, i), i));
        DataSet origin = Rows.origin(rows);
        return numbers.stream().mapToInt(row -> Optional.ofNullable(places.get(row)).orElseThrow(() -> new IllegalArgumentException("row " + row
                + " of " + origin.name() + " is not among the " + rows.size() + " " + part.text() + " rows"
                + (row < 0 || row >= origin.size() ? ": " + origin.name() + " has the rows 0 to " + (origin.size() - 1) : "")))).toArray();
    }

    private RowTable.Row row(int i) {
        double[] scores = results.scores(i);
        double[] targets = targets(i);
        if (rows.labels() instanceof Labels.Classes classes) {
            int best = results.predictedClass(i);
            return new RowTable.Row(Rows.sourceRow(rows, i), classes.names().get(rows.label(i)),
                    best == ConfusionMatrix.NOTHING ? NOTHING : classes.names().get(best),
                    best == ConfusionMatrix.NOTHING ? OptionalDouble.empty() : probability(scores[best]), probability(scores[rows.label(i)]),
                    results.loss(i), isRight(i), list(scores), list(targets));
        }
        Function<double[], String> text = givesProbabilities ? this::present : RowLook::numbers;
        return new RowTable.Row(Rows.sourceRow(rows, i), text.apply(targets), text.apply(scores), OptionalDouble.empty(), OptionalDouble.empty(),
                results.loss(i), isRight(i), list(scores), list(targets));
    }

    private OptionalDouble probability(double score) {
        return givesProbabilities ? OptionalDouble.of(score) : OptionalDouble.empty();
    }

    private double[] targets(int i) {
        if (rows.labels() instanceof Labels.Classes classes) {
            double[] one = new double[classes.width()];
            one[rows.label(i)] = 1;
            return one;
        }
        return results.targets(i);
    }

    private Optional<Boolean> isRight(int i) {
        if (rows.labels() instanceof Labels.Classes) {
            return Optional.of(results.predictedClass(i) == rows.label(i));
        } else if (!givesProbabilities) {
            return Optional.empty();
        }
        double[] scores = results.scores(i);
        double[] targets = results.targets(i);
        return Optional.of(IntStream.range(0, scores.length).allMatch(t -> has(scores[t]) == has(targets[t])));
    }

    private static boolean has(double score) {
        return score >= MultiLabelEvaluator.THRESHOLD;
    }

    /** The labels that a row has, or is predicted to have. */
    private String present(double[] scores) {
        List<String> names = new ArrayList<>();
        IntStream.range(0, scores.length).filter(t -> has(scores[t])).forEach(t -> names.add(rows.labels().names().get(t)));
        return DoubleStream.of(scores).anyMatch(Double::isNaN) ? NOTHING : names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static String numbers(double[] values) {
        return Arrays.stream(values).mapToObj(v -> String.format(Locale.ROOT, "%.5g", v)).collect(Collectors.joining(", "));
    }

    private static List<Double> list(double[] values) {
        return DoubleStream.of(values).boxed().toList();
    }
}

package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.disk.RealDisk;
import cairn.journal.Journals;
import cairn.journal.RecordedSeries;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever command shows a measure of the same rows and weights shows the same number, for every loss. */
class OneNumberCommandTest {
    @TempDir
    private Path temporary;

    private Cairn.Result cairn(String... args) {
        Cairn.Result result = Cairn.run(Stream.concat(Stream.of(args), Stream.of("--dir", temporary.toString())).toArray(String[]::new));
        assertThat(result.exit()).as(result.err()).isZero();
        return result;
    }

    /** Numbers in 0 to 1, which every loss of real targets takes. */
    private Path recipe(String loss) throws IOException {
        boolean areClasses = loss.contains("softmax") || loss.contains("of-classes");
        StringBuilder rows = new StringBuilder("x,y,kind,left,\"right, or not\"\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i % 7).append(',').append(i % 4).append(',').append("abc".charAt(i % 3)).append(',').append(i % 7 > 3 ? 1 : 0)
                    .append(',').append((i % 4) / 4.0).append('\n');
        }
        Files.writeString(temporary.resolve("rows.csv"), rows);
        return Files.writeString(temporary.resolve("m.yaml"), """
                name: m
                data: {set: csv, file: rows.csv, %s, batch-size: 9, validation: 15, test: 9}
                model: [dense: {units: 5}, tanh, dense: {units: %d}]
                loss: %s
                average: {decay: 0.5}
                optimizer: {rule: adam, learning-rate: 0.05}
                run: {epochs: 3, save-every: 1ep, keep: all}
                """.formatted(areClasses ? "label: kind, ignored: [left, 'right, or not']" : "targets: ['right, or not', left], ignored: [kind]",
                areClasses ? 3 : 2, loss.replace(" of-classes", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax-cross-entropy", "{rule: softmax-cross-entropy, label-smoothing: 0.2}",
        "{rule: softmax-cross-entropy, class-weights: [4.0, 0.5, 1.0], label-smoothing: 0.1}", "sigmoid-cross-entropy",
        "sigmoid-cross-entropy of-classes", "mean-squared-error", "mean-squared-error of-classes", "mean-absolute-error",
        "{rule: huber, delta: 0.3}"})
    void aMeasureIsTheSameInEveryCommand(String loss) throws IOException {
        Cairn.Result trained = cairn("train", recipe(loss).toString(), "--json");
        RecordedSeries journal = Journals.series(temporary.resolve("m/journal.csv"));
        try (DirectoryStore store = DirectoryStore.reading(temporary.resolve("m"), new RealDisk())) {
            for (JsonNode line : trained.events("evaluation")) {
                long step = line.get("step").longValue();
                JsonNode evaluated = cairn("evaluate", "m@" + step, "--split", "validation", "--json").last();
                JsonNode compared = cairn("compare", "m@" + step, "m@0", "--split", "validation", "--json").events("comparison").get(0);
                Checkpoint checkpoint = store.read(step);
                Set<String> measures = new HashSet<>();
                for (String series : journal.names()) {
                    if (series.startsWith("evaluation/")) {
                        String measure = series.substring("evaluation/".length());
                        String key = measure.replace('-', '_');
                        measures.add(measure);
                        double recorded = journal.number(series, step).getAsDouble();
                        assertThat(line.get(key).doubleValue()).as("%s at step %d", measure, step).isEqualTo(recorded);
                        assertThat(evaluated.get(key).doubleValue()).isEqualTo(recorded);
                        assertThat(compared.get(key).doubleValue()).isEqualTo(recorded);
                        assertThat(checkpoint.metrics().get(measure)).isEqualTo(recorded);
                        assertThat(evaluated.get(key + "_interval")).isEqualTo(line.get(key + "_interval"));
                    }
                }
                assertThat(measures).contains("loss");
                assertThat(line.get("train_loss").doubleValue()).isEqualTo(journal.number("train/mean-loss", step).getAsDouble())
                        .isEqualTo(journal.number("train/epoch-loss", step).getAsDouble());
                // What belongs to logits, and what to numbers.
                boolean isOfNumbers = !loss.contains("entropy") && !loss.contains("of-classes");
                assertThat(measures.contains("r-squared")).isEqualTo(isOfNumbers);
                assertThat(measures.contains("mean-absolute-error")).isEqualTo(isOfNumbers);
                assertThat(measures.contains("accuracy")).isEqualTo(!isOfNumbers);
            }
        }
        assertThat(trained.last().get("train_loss")).isEqualTo(trained.events("evaluation").get(2).get("train_loss"));
    }

    @Test
    void severalLabelsHaveProbabilitiesNamesAndMeasuresOfTheirOwn() throws IOException {
        Path recipe = recipe("sigmoid-cross-entropy");
        cairn("train", recipe.toString(), "--set", "evaluate.monitor=micro-f1");
        Path rows = Files.writeString(temporary.resolve("new.csv"), "6,3\n0,0\n");
        List<JsonNode> json = cairn("predict", "m", rows.toString(), "--json").events("prediction");
        assertThat(json).hasSize(2).allSatisfy(row -> {
            List<String> labels = new ArrayList<>();
            assertThat(row.get("probabilities").fieldNames()).toIterable().containsExactly("right, or not", "left");
            row.get("probabilities").fields().forEachRemaining(p -> {
                assertThat(p.getValue().doubleValue()).isBetween(0.0, 1.0);
                if (p.getValue().doubleValue() >= row.get("threshold").doubleValue()) {
                    labels.add(p.getKey());
                }
            });
            assertThat(row.get("labels")).extracting(JsonNode::textValue).isEqualTo(labels);
            assertThat(row.get("threshold").doubleValue()).isEqualTo(0.5);
        });
        String table = cairn("predict", "m", rows.toString()).out();
        assertThat(table.lines().findFirst().orElseThrow()).matches("row +right, or not +left +labels");
        assertThat(table).contains(" %", "A label is predicted if its probability is 0.5 or more.");

        JsonNode evaluation = cairn("evaluate", "m", "--split", "train", "--json").last();
        assertThat(evaluation.get("labels")).extracting(l -> l.get("name").textValue()).containsExactly("right, or not", "left");
        double accuracy = 0;
        double macro = 0;
        for (JsonNode label : evaluation.get("labels")) {
            accuracy += label.get("accuracy").doubleValue() / 2;
            macro += label.get("f1").doubleValue() / 2;
            assertThat(label.get("f1_interval")).hasSize(2);
            assertThat(label.get("accuracy_interval")).hasSize(2);
        }
        assertThat(evaluation.get("accuracy").doubleValue()).isCloseTo(accuracy, within(1e-12));
        assertThat(evaluation.get("macro_f1").doubleValue()).isCloseTo(macro, within(1e-12));
        assertThat(cairn("evaluate", "m").out()).containsPattern("label +rows +accuracy +precision +recall +f1").contains("right, or not");
        for (String measure : List.of("r-squared", "mean-absolute-error")) {
            assertThat(Cairn.run("train", recipe.toString(), "--set", "evaluate.monitor=" + measure, "--run", "n", "--dir",
                    temporary.toString()).err()).contains("unknown metric '" + measure + "'", "macro-f1");
        }
    }

    @Test
    void targetsOfARegressionHaveTheirNames() throws IOException {
        cairn("train", recipe("mean-squared-error").toString());
        Path rows = Files.writeString(temporary.resolve("new.csv"), "6,3\n0,0\n");
        assertThat(cairn("predict", "m", rows.toString()).out().lines().findFirst().orElseThrow()).matches("row +right, or not +left");
        JsonNode json = cairn("predict", "m", rows.toString(), "--json").last();
        assertThat(json.get("targets").get("right, or not")).isEqualTo(json.get("outputs").get(0));
        assertThat(json.get("targets").get("left")).isEqualTo(json.get("outputs").get(1));
        JsonNode evaluation = cairn("evaluate", "m", "--split", "train", "--json").last();
        assertThat(evaluation.get("targets")).extracting(t -> t.get("name").textValue()).containsExactly("right, or not", "left");
        double error = 0;
        double r = 0;
        for (JsonNode target : evaluation.get("targets")) {
            error += target.get("mean_absolute_error").doubleValue() / 2;
            r += target.get("r_squared").doubleValue() / 2;
        }
        assertThat(evaluation.get("mean_absolute_error").doubleValue()).isCloseTo(error, within(1e-12));
        assertThat(evaluation.get("r_squared").doubleValue()).isCloseTo(r, within(1e-12));
        assertThat(cairn("evaluate", "m").out()).containsPattern("target +mean-absolute-error +r-squared");
    }

    /** Patience stops behind the best step: both have their numbers, under their steps. */
    @Test
    void afterAnEarlyStopTheResultsSayTheirStepAndTheBestOneIsBesideThem() throws IOException {
        Path recipe = recipe("softmax-cross-entropy");
        String[] words = {"train", recipe.toString(), "--set", "optimizer={rule: sgd, learning-rate: 30.0}", "--epochs", "60", "--patience", "3"};
        JsonNode end = cairn(Stream.concat(Stream.of(words), Stream.of("--json")).toArray(String[]::new)).last();
        long best = end.get("best_step").longValue();
        assertThat(end.get("reason").textValue()).contains("best at step " + best);
        assertThat(end.get("test_step")).isEqualTo(end.get("step")).isNotEqualTo(end.get("best_step"));
        for (String measure : List.of("loss", "accuracy", "macro_f1")) {
            assertThat(end.get("test_" + measure)).isEqualTo(cairn("evaluate", "m", "--json").last().get(measure));
            assertThat(end.get("best_test_" + measure)).isEqualTo(cairn("evaluate", "m@" + best, "--json").last().get(measure));
        }
        String table = cairn(Stream.concat(Stream.of(words), Stream.of("--run", "n")).toArray(String[]::new)).out();
        assertThat(table).containsPattern("step " + end.get("step") + " +step " + best + ", the best").containsPattern("test +accuracy .*%.*%");
    }

    /** A loss that takes no logits knows nothing of probabilities, unless the model ends in them. */
    @Test
    void whatIsCalledAProbabilityIsOne() throws IOException {
        Path recipe = recipe("mean-squared-error of-classes");
        Path rows = Files.writeString(temporary.resolve("new.csv"), "6,3\n0,0\n");
        cairn("train", recipe.toString());
        assertThat(cairn("predict", "m", rows.toString()).out()).containsPattern("class +score +runner-up +score").doesNotContain("%");
        assertThat(cairn("predict", "m", rows.toString(), "--json").last().has("probability")).isFalse();
        cairn("train", recipe.toString(), "--run", "soft", "--set",
                "model=[dense: {units: 5}, tanh, sequential: {layers: [dense: {units: 3}, softmax]}]");
        assertThat(cairn("predict", "soft", rows.toString()).out()).containsPattern("class +probability +runner-up +probability");
        JsonNode soft = cairn("predict", "soft", rows.toString(), "--json").last();
        assertThat(soft.get("probability").doubleValue() + soft.get("runner_up_probability").doubleValue()).isBetween(0.66, 1.0 + 1e-6);
    }
}

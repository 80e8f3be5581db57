package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.NormalizedTargets;
import cairn.data.Rows;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.data.source.Inputs;
import cairn.data.source.LoadedData;
import cairn.metrics.Evaluation;
import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a file are the same numbers in training, in an evaluation and in a prediction: there is one reading of them. */
class OneReadingTest {
    private static final int ROWS = 40;
    private static final List<String> CITIES = List.of("Bonn", "Köln", "New York", "a;b", "x|y", "NA");

    @TempDir
    private Path folder;

    /** The columns of a table, by name. */
    private static Map<String, List<String>> columns(Random random, int rows) {
        Map<String, List<String>> columns = new TreeMap<>();
        columns.put("age", IntStream.range(0, rows).mapToObj(i -> Integer.toString(random.nextInt(90))).toList());
        columns.put("income", IntStream.range(0, rows).mapToObj(i -> Double.toString(random.nextGaussian() * 1e4)).toList());
        columns.put("time", IntStream.range(0, rows).mapToObj(i -> Long.toString(1_700_000_000L + random.nextInt(60))).toList());
        columns.put("city", IntStream.range(0, rows).mapToObj(i -> CITIES.get(random.nextInt(CITIES.size()))).toList());
        columns.put("id", IntStream.range(0, rows).mapToObj(i -> "row " + i).toList());
        columns.put("kind", IntStream.range(0, rows).mapToObj(i -> List.of("no", "yes", "None").get(i % 3)).toList());
        columns.put("price", IntStream.range(0, rows).mapToObj(i -> Double.toString(400_000 + 1000 * random.nextGaussian())).toList());
        columns.put("size", IntStream.range(0, rows).mapToObj(i -> Double.toString(random.nextDouble())).toList());
        return columns;
    }

    private Path table(String name, Map<String, List<String>> columns, List<String> order, boolean hasHeader, char separator, boolean hasMark)
            throws IOException {
        StringBuilder text = new StringBuilder(hasMark ? "\uFEFF" : "");
        if (hasHeader) {
            text.append(String.join(String.valueOf(separator), order)).append("\r\n");
        }
        int rows = columns.values().iterator().next().size();
        for (int row = 0; row < rows; row++) {
            int r = row;
            text.append(String.join(String.valueOf(separator), order.stream().map(c -> quoted(columns.get(c).get(r), separator)).toList()))
                    .append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    private static String quoted(String field, char separator) {
        return field.indexOf(separator) >= 0 ? '"' + field + '"' : field;
    }

    /** Every setting of a table: what is predicted of the file that was trained on is what an evaluation sees, row by row. */
    @Test
    void aPredictionOfTheTrainingFileIsTheEvaluationOfItsRows() throws IOException {
        Random random = new Random(7);
        int cases = 0;
        for (boolean header : new boolean[] {true, false}) {
            for (char separator : new char[] {',', ';', '\t', '|'}) {
                for (String encoding : List.of("one-hot", "integer")) {
                    for (boolean isRegression : new boolean[] {false, true}) {
                        check(random, header, separator, encoding, isRegression, cases++);
                    }
                }
            }
        }
        assertThat(cases).isEqualTo(32);
    }

    private void check(Random random, boolean header, char separator, String encoding, boolean isRegression, int number) throws IOException {
        Map<String, List<String>> columns = columns(random, ROWS);
        List<String> order = new ArrayList<>(columns.keySet());
        Collections.shuffle(order, random);
        Path file = table("train" + number + ".csv", columns, order, header, separator, random.nextBoolean());
        String labels = isRegression ? "targets: [" + name(order, header, "price") + ", " + name(order, header, "size") + "]"
                : "label: " + name(order, header, "kind");
        String ignored = isRegression ? name(order, header, "kind") : name(order, header, "price") + ", " + name(order, header, "size");
        String normalize = List.of("none", "scale", "standardize").get(number % 3);
        Recipe recipe = Recipe.parse("""
                name: t
                seed: %d
                data: {set: csv, file: '%s', %s, ignored: [%s, %s], categorical: [%s], encoding: %s, header: %s, separator: "%s",
                  batch-size: 8, validation: 8, test: 8, normalize: %s%s}
                model: [dense: {units: %d}]
                loss: %s
                """.formatted(number, file, labels, ignored, name(order, header, "id"), name(order, header, "city"), encoding, header,
                separator == '\t' ? "\\\\t" : separator, normalize, isRegression && number % 4 < 2 ? ", normalize-targets: standardize" : "",
                isRegression ? 2 : 3, isRegression ? "mean-squared-error" : "softmax-cross-entropy"), "test");
        TrainingData data = TrainingData.open(recipe, DataFolders.of());
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            trainer.step();
            Predictor predictor = Predictor.of(recipe, trainer.snapshot());
            DataSet trained = Rows.origin(data.splits().train());
            same(predictor, predictor.read(file), trained, recipe.toString());
            agrees(predictor, data, file);
            // Without its labels, the file has the same rows.
            List<String> unlabelled = order.stream().filter(c -> !(isRegression ? List.of("price", "size") : List.of("kind")).contains(c)).toList();
            same(predictor, predictor.read(table("unlabelled.csv", columns, unlabelled, header, separator, false)), trained, "unlabelled");
            List<String> inputs = unlabelled.stream().filter(c -> List.of("age", "income", "time", "city").contains(c)).toList();
            same(predictor, predictor.read(table("inputs.csv", columns, inputs, header, separator, false)), trained, "inputs");
            if (header) {
                List<String> shuffled = new ArrayList<>(order);
                Collections.shuffle(shuffled, random);
                same(predictor, predictor.read(table("shuffled.csv", columns, shuffled, true, separator, true)), trained, "shuffled");
            }
        }
    }

    /** The name of a column in the recipe. */
    private static String name(List<String> order, boolean header, String column) {
        return header ? column : "'" + (order.indexOf(column) + 1) + "'";
    }

    private static void same(Predictor predictor, Inputs inputs, DataSet trained, String what) {
        assertThat(inputs.rows().size()).as(what).isEqualTo(trained.size());
        double[] here = new double[trained.featureCount()];
        double[] there = new double[trained.featureCount()];
        for (int row = 0; row < trained.size(); row++) {
            inputs.rows().features(row, here, 0);
            trained.features(row, there, 0);
            assertThat(here).as("%s, row %d", what, row).isEqualTo(there);
        }
        assertThat(predictor.outputs(inputs.rows())).as(what).isDeepEqualTo(predictor.outputs(trained));
    }

    /** The measures that follow from the predictions are those of the evaluation. */
    private static void agrees(Predictor predictor, TrainingData data, Path file) throws IOException {
        DataSet part = data.splits().validation();
        Inputs inputs = predictor.read(file);
        float[][] outputs = predictor.outputs(inputs.rows());
        Evaluation evaluation = predictor.evaluate(data, "validation");
        double sum = 0;
        double[] target = new double[part.labels().width()];
        for (int row = 0; row < part.size(); row++) {
            int source = Rows.sourceRow(part, row);
            if (part.labels() instanceof Labels.Classes) {
                float[] y = outputs[source];
                int best = IntStream.range(0, y.length).reduce(0, (a, b) -> y[b] > y[a] ? b : a);
                sum += best == part.label(row) ? 1 : 0;
            } else {
                Rows.origin(part).targets(source, target, 0);
                for (int t = 0; t < target.length; t++) {
                    sum += Math.abs((double) (float) target[t] - outputs[source][t]) / target.length;
                }
            }
        }
        String measure = part.labels() instanceof Labels.Classes ? "accuracy" : "mean-absolute-error";
        double shown = evaluation.measures().get(measure).value();
        assertThat(shown).isCloseTo(sum / part.size(), org.assertj.core.data.Offset.offset(1e-9 * Math.max(1, shown)));
    }

    /** The sets that come along, from their own files. */
    @Test
    void theFilesOfTheSetsThatComeAlongArePredictedAsTheyWereTrained() throws IOException {
        for (BuiltInData set : BuiltInData.all()) {
            if (set.text().isEmpty()) {
                continue;
            }
            Recipe recipe = Recipe.parse("name: t\nseed: 1\ndata: {set: " + set.about().name() + "}\nmodel: [flatten, dense: {units: "
                    + (set.about().name().equals("digits") ? 10 : set.about().name().equals("breast-cancer") ? 2 : 3) + "}]\n", "test");
            TrainingData data = TrainingData.open(recipe, DataFolders.standard());
            try (Trainer trainer = Trainer.fresh(recipe, data)) {
                trainer.step();
                Predictor predictor = Predictor.of(recipe, trainer.snapshot());
                Path file = DataFolders.standard().find(set.about().files());
                same(predictor, predictor.read(file), Rows.origin(data.splits().train()), set.about().name());
                agrees(predictor, data, file);
            }
        }
    }

    /** Arrays of numbers of 64 bits, and images of bytes. */
    @Test
    void arraysAndImageFilesArePredictedAsTheyWereTrained() throws IOException {
        Path archive = folder.resolve("rows.npz");
        double[] numbers = IntStream.range(0, 60).mapToDouble(i -> 1.7e9 + Math.sin(i)).toArray();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            entry(zip, "values.npy", npy("<f8", "20, 3", 8 * numbers.length, b -> Arrays.stream(numbers).forEach(b::putDouble)));
            entry(zip, "kinds.npy", npy("|u1", "20,", 20, b -> IntStream.range(0, 20).forEach(i -> b.put((byte) (i % 2)))));
        }
        predicted("{set: npz, file: '" + archive + "', features: values, labels: kinds, batch-size: 8, validation: 4, test: 4}", archive);
        Path images = Files.write(folder.resolve("images.idx"), idx(3, 2, 3));
        Path labels = Files.write(folder.resolve("labels.idx"), idx(1));
        predicted("{set: idx, images: '" + images + "', labels: '" + labels + "', classes: 2, batch-size: 8, validation: 4, test: 4}", images);
    }

    private void predicted(String set, Path file) throws IOException {
        Recipe recipe = Recipe.parse("name: t\nseed: 1\ndata: " + set + "\nmodel: [flatten, dense: {units: 2}]\n", "test");
        TrainingData data = TrainingData.open(recipe, DataFolders.of());
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            trainer.step();
            Predictor predictor = Predictor.of(recipe, trainer.snapshot());
            same(predictor, predictor.read(file), Rows.origin(data.splits().train()), set);
            agrees(predictor, data, file);
        }
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
    }

    private static byte[] npy(String type, String shape, int bytes, Consumer<ByteBuffer> content) {
        byte[] header = ("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer all = ByteBuffer.allocate(10 + header.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
        all.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length).put(header);
        content.accept(all);
        return all.array();
    }

    /** 20 rows of bytes of this shape; without one, 20 labels of two classes. */
    private static byte[] idx(int dimensions, int... shape) {
        int width = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        ByteBuffer all = ByteBuffer.allocate(4 + 4 * dimensions + 20 * width);
        all.put(new byte[] {0, 0, 8, (byte) dimensions}).putInt(20);
        Arrays.stream(shape).forEach(all::putInt);
        for (int i = 0; all.hasRemaining(); i++) {
            all.put((byte) (shape.length == 0 ? i % 2 : i * 37));
        }
        return all.array();
    }

    @Test
    void columnsAreFoundByNameAndOthersAreRefusedByName() throws IOException {
        Path train = Files.writeString(folder.resolve("t.csv"), "age,income,kind\n1,200,young\n2,100,young\n3,900,old\n4,800,old\n");
        Predictor predictor = predictor(train, "label: kind");
        float[][] outputs = predictor.outputs(predictor.read(train).rows());
        assertThat(read(predictor, "income,age\n200,1\n100,2\n900,3\n800,4\n")).isDeepEqualTo(outputs);
        assertThat(read(predictor, "1,200\n2,100\n3,900\n4,800\n")).isDeepEqualTo(outputs);
        refuses(predictor, "income,years\n1,2\n", "line 1", "not known: [years]", "missing: [age]");
        refuses(predictor, "a,b\n1,2\n", "not known: [a, b]", "missing: [age, income]");
        refuses(predictor, "age\n1\n", "missing: [income]");
        refuses(predictor, "age,income,age\n1,2,3\n", "two columns have the same name");
        refuses(predictor, "age;income\n1;2\n", "separated by ';'", "separates them by ','");
        refuses(predictor, "1;2\n", "separated by ';'");
        refuses(predictor, "1\t2\n", "separated by tabs");
        refuses(predictor, "age,income\n1,x\n", "column \"income\": expected a number");
        refuses(predictor, "a,b,\n1,2,\n", "a column without a name");
        // The recipe says what separates the columns, whatever the name of the file is; a file of tabs is one in any case.
        Path unnamed = Files.copy(train, folder.resolve("rows"));
        assertThat(predictor.outputs(predictor.read(unnamed).rows())).isDeepEqualTo(outputs);
        Path tabs = Files.writeString(folder.resolve("rows.tsv"), Files.readString(train).replace(',', '\t'));
        assertThat(predictor.outputs(predictor.read(tabs).rows())).isDeepEqualTo(outputs);
        Path commas = Files.copy(train, folder.resolve("commas.tsv"));
        Predictor other = predictor(commas, "label: kind");
        assertThat(other.outputs(other.read(commas).rows())).isDeepEqualTo(outputs);
        refuses(predictor, "1,2,3,4\n", "expected 2 features ([age, income])", "all 3 columns", "found 4 values");
    }

    /** What a data frame without names is saved with. */
    @Test
    void aHeaderOfNumbersIsAHeader() throws IOException {
        Path train = Files.writeString(folder.resolve("t.csv"), "0,1,kind\n1,200,young\n2,100,young\n3,900,old\n4,800,old\n");
        Predictor predictor = predictor(train, "label: kind");
        assertThat(read(predictor, "0,1\n5,6\n7,8\n")).hasNumberOfRows(2);
        assertThat(read(predictor, "1,0\n6,5\n8,7\n")).isDeepEqualTo(read(predictor, "0,1\n5,6\n7,8\n"));
        assertThat(read(predictor, "5,6\n7,8\n")).isDeepEqualTo(read(predictor, "0,1\n5,6\n7,8\n"));
    }

    @Test
    void anUnknownCategoryIsRefusedByName() throws IOException {
        Path train = Files.writeString(folder.resolve("t.csv"), "city,x,kind\nBonn,1,a\nKiel,2,b\nUlm,3,a\nBonn,4,b\n");
        Predictor predictor = predictor(train, "label: kind, categorical: [city]");
        assertThat(read(predictor, "x,city\n1,Ulm\n")).hasNumberOfRows(1);
        refuses(predictor, "x,city\n1,Rom\n", "line 2, column \"city\": \"Rom\" does not occur", "known are Bonn, Kiel, Ulm");
        refuses(predictor, "x,city\n1,\n", "column \"city\": the value is missing");
    }

    /** It continues with the numbers that it had, although they are read exactly now; and columns are a part of the state that it had not. */
    @Test
    void aTrainingOfAnEarlierVersionContinuesWithItsOwnNumbers() throws IOException {
        Recipe recipe = Recipe.parse("name: t\nseed: 1\ndata: {set: iris}\nmodel: [dense: {units: 3}]\n", "test");
        LoadedData loaded = recipe.data().set().open(DataFolders.standard());
        State older;
        State later;
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.cut(recipe, loaded.rounded()))) {
            trainer.step();
            older = without(trainer.snapshot(), "data/columns");
            trainer.step();
            later = trainer.snapshot();
        }
        TrainingData exact = TrainingData.open(recipe, DataFolders.standard());
        TrainingData data = TrainingData.open(recipe, DataFolders.standard(), older);
        assertThat(data.digest()).isEqualTo(older.text("data/digest")).isNotEqualTo(exact.digest());
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            trainer.restore(older);
            trainer.step();
            assertThat(without(trainer.snapshot(), "data/split")).isEqualTo(without(later, "data/split"));
        }
        Predictor predictor = Predictor.of(recipe, older);
        assertThat(predictor.columns().isEmpty()).isTrue();
        assertThat(read(predictor, "5.1,3.5,1.4,0.2\n")).hasNumberOfRows(1);
        assertThat(predictor.evaluate(data, "test").rows()).isEqualTo(30);
        assertThatThrownBy(() -> predictor.evaluate(exact, "test")).hasMessageContaining("data/digest");
    }

    private static State without(State state, String path) {
        Map<String, Value> entries = new TreeMap<>(state.entries());
        entries.remove(path);
        return State.of(entries);
    }

    /** Seconds of one minute are one 32-bit number, and 60 of 64 bits: they are rounded after they are normalized. */
    @Test
    void numbersAreRoundedAfterTheyAreNormalized() throws IOException {
        StringBuilder rows = new StringBuilder("time,kind\n");
        for (int i = 0; i < 60; i++) {
            rows.append(1_700_000_000L + i).append(',').append(i < 30 ? "early" : "late").append('\n');
        }
        Path file = Files.writeString(folder.resolve("t.csv"), rows);
        Recipe recipe = Recipe.parse("name: t\nseed: 1\ndata: {set: csv, file: '" + file + "', label: kind, batch-size: 50, validation: 10, test: 0}\n"
                + "model: [dense: {units: 2}]\noptimizer: {rule: adam, learning-rate: 0.1}\n", "test");
        TrainingData data = TrainingData.open(recipe, DataFolders.of());
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            for (int i = 0; i < 60; i++) {
                trainer.step();
            }
            assertThat(trainer.evaluate(data.splits().validation()).measures().get("accuracy").value()).isGreaterThan(0.85);
        }
        assertThat(Findings.of(recipe, data.splits())).isEmpty();
        // Without a normalization nothing can be done, and it is said.
        Recipe raw = recipe.with(List.of("data.normalize=none"));
        assertThat(Findings.of(raw, TrainingData.open(raw, DataFolders.of()).splits())).singleElement().asString()
                .contains("different numbers of [column \"time\"] are one number in training");
    }

    /** Targets of any size are learned as well as others, and what is shown of them is in their own units. */
    @Test
    void normalizedTargetsArePredictedAndMeasuredInTheirOwnUnits() throws IOException {
        StringBuilder rows = new StringBuilder("x,price\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i).append(',').append(400_000 + 1000 * i).append('\n');
        }
        Path file = Files.writeString(folder.resolve("t.csv"), rows);
        Recipe recipe = Recipe.parse("name: t\nseed: 1\ndata: {set: csv, file: '" + file + "', targets: [price], normalize-targets: standardize,"
                + " batch-size: 42, validation: 10, test: 8}\nmodel: [dense: {units: 1}]\nloss: mean-squared-error\n"
                + "optimizer: {rule: adam, learning-rate: 0.05}\n", "test");
        TrainingData data = TrainingData.open(recipe, DataFolders.of());
        try (Trainer trainer = Trainer.fresh(recipe, data)) {
            for (int i = 0; i < 300; i++) {
                trainer.step();
            }
            Evaluation measured = trainer.evaluate(data.splits().validation());
            assertThat(measured.measures().get("r-squared").value()).isGreaterThan(0.999);
            assertThat(measured.measures().get("mean-absolute-error").value()).isLessThan(500);
            State state = trainer.snapshot();
            assertThat(state.text("data/targets")).contains("STANDARDIZE");
            Predictor predictor = Predictor.of(recipe, state);
            assertThat(predictor.outputs(predictor.read(file).rows())[59][0]).isCloseTo(459_000f, org.assertj.core.data.Offset.offset(1000f));
            assertThat(predictor.evaluate(data, "validation")).isEqualTo(measured);
            // Rows of a program's own are in the units of the targets.
            assertThat(predictor.evaluate(((NormalizedTargets) data.splits().validation()).source())).isEqualTo(measured);
        }
        // Rows that another recipe has opened are in the units of the model.
        Recipe plain = Recipe.parse(recipe.toYaml().replaceAll("(?m)^.*normalize-targets.*\n", ""), "test");
        assertThat(plain.data().normalizeTargets()).isEmpty();
        TrainingData raw = TrainingData.open(plain, DataFolders.of());
        try (Trainer trainer = Trainer.fresh(plain, raw); Trainer other = Trainer.fresh(recipe, data)) {
            for (int i = 0; i < 2; i++) {
                Recipe of = i == 0 ? plain : recipe;
                Predictor predictor = Predictor.of(of, (i == 0 ? trainer : other).snapshot());
                assertThat(predictor.evaluate(data, "test")).isEqualTo(predictor.evaluate(raw, "test"));
                assertThat(predictor.scores(data, "test").evaluation()).isEqualTo(predictor.evaluate(raw, "test"));
            }
        }
        Recipe labels = recipe.with(List.of("loss=sigmoid-cross-entropy"));
        assertThatThrownBy(() -> Trainer.fresh(labels, TrainingData.open(labels, DataFolders.of()))).hasMessageContaining("data.normalize-targets")
                .hasMessageContaining("leave this setting out");
        Recipe classes = Recipe.parse("name: t\ndata: {set: iris, normalize-targets: standardize}\nmodel: [dense: {units: 3}]\n", "test");
        assertThatThrownBy(() -> TrainingData.open(classes, DataFolders.standard())).hasMessageContaining("labelled with classes");
    }

    private Predictor predictor(Path file, String labels) throws IOException {
        Recipe recipe = Recipe.parse("name: t\nseed: 1\ndata: {set: csv, file: '" + file + "', " + labels
                + ", batch-size: 2, validation: 1, test: 0}\nmodel: [dense: {units: 2}]\n", "test");
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, DataFolders.of()))) {
            trainer.step();
            return Predictor.of(recipe, trainer.snapshot());
        }
    }

    private float[][] read(Predictor predictor, String text) throws IOException {
        return predictor.outputs(predictor.read(Files.writeString(folder.resolve("new.csv"), text)).rows());
    }

    private void refuses(Predictor predictor, String text, String... parts) {
        assertThatThrownBy(() -> read(predictor, text)).isInstanceOf(MalformedDataException.class)
                .hasMessageContainingAll(Arrays.stream(parts).map(p -> (CharSequence) p).toArray(CharSequence[]::new));
    }
}

package cairn.explain;

import cairn.recipe.BuiltInRecipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Prints two tables: what is found in each run that was made ill, and the numbers by which the illnesses and the healthy recipes differ. Takes
 * about a minute: {@code mvn -q test-compile exec:java -Dexec.mainClass=cairn.explain.IllnessTable -Dexec.classpathScope=test}.
 */
public final class IllnessTable {
    private static final String NONE = "-";

    private IllnessTable() {
    }

    /** Takes a folder for the runs. */
    public static void main(String[] args) throws IOException {
        Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("ill");
        StringBuilder findings = new StringBuilder("| run made with | first finding | what follows from it |\n|---|---|---|\n");
        StringBuilder numbers = new StringBuilder("| run | update | growth | first/last | norm | dead | saturated | left | rise | doubted | scale |\n"
                + "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (IllRun ill : IllRun.values()) {
            add(ill.name().toLowerCase(Locale.ROOT).replace('_', ' '), ill.train(root), findings, numbers);
        }
        for (String name : BuiltInRecipes.names()) {
            if (!name.startsWith("mnist") && !name.startsWith("fashion")) {
                add("recipe " + name, IllRun.train(root, name, BuiltInRecipes.get(name), IllRun.IN_FULL), findings, numbers);
            }
        }
        System.out.println(findings + "\n" + numbers);
    }

    private static void add(String name, Path run, StringBuilder findings, StringBuilder numbers) throws IOException {
        Symptoms s = Examination.of(run, IllRun.workspace(), Effort.USUAL).symptoms();
        List<Finding> found = Explanation.findings(s);
        findings.append("| ").append(name).append(" | ").append(found.isEmpty() ? "none" : title(found.get(0))).append(" | ")
                .append(found.stream().skip(1).map(IllnessTable::title).collect(Collectors.joining(", "))).append(" |\n");
        double[] losses = s.course().finite();
        double growth = Arrays.stream(losses).max().orElse(Double.NaN) / Math.max(losses[0], s.chance().orElse(losses[0]));
        numbers.append("| ").append(String.join(" | ", name, most(s, r -> r.largest("update-ratio")), number(growth),
                number(s.beginning().flatMap(Reading::firstToLast)), number(s.beginning().flatMap(r -> r.largest("gradient-norm"))),
                most(s, Reading::worstDead), most(s, Reading::worstSaturated), number(s.left()), number(rise(s)),
                s.doubt().map(d -> number(d.byBoth())).orElse(NONE),
                s.inputs().map(i -> number(Math.max(i.largest(), i.targets()))).orElse(NONE))).append(" |\n");
    }

    private static String title(Finding f) {
        return f.illness().title() + (f.illness() != Illness.PLATEAU ? "" : f.says().startsWith("The schedule") ? " (schedule ended)"
                : f.says().startsWith("The learning rate") ? " (rate too low)" : " (nothing learned)");
    }

    private static OptionalDouble rise(Symptoms s) {
        var evaluated = s.course().evaluatedLoss();
        return evaluated.isEmpty() || s.chance().isEmpty() ? OptionalDouble.empty() : OptionalDouble.of((evaluated.lastEntry().getValue()
                - evaluated.get(s.course().bestEvaluated().orElseThrow())) / (s.chance().getAsDouble() - s.least()));
    }

    private static String most(Symptoms s, Function<Reading, Optional<Reading.Worst>> of) {
        return s.looks().stream().flatMap(r -> of.apply(r).stream()).mapToDouble(Reading.Worst::value).boxed().max(Double::compare)
                .map(IllnessTable::number).orElse(NONE);
    }

    private static String number(Optional<Reading.Worst> worst) {
        return worst.map(w -> number(w.value())).orElse(NONE);
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : NONE;
    }

    private static String number(double value) {
        return Evidence.number(value);
    }
}

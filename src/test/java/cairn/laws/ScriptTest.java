package cairn.laws;

import cairn.campaign.Campaign;
import cairn.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

/**
 * Random commands on a run and its branches, in random order, with crashes of the machine. Every step always has the digest that it has in
 * an uninterrupted training.
 */
class ScriptTest {
    private static final String SPIKES = """
            name: spikes
            data: {set: iris, batch-size: 13, validation: 24, test: 20, poison: {steps: [5, 6, 11], factor: 1000}}
            model: [dense: {units: 6}, relu, dropout: {rate: 0.2}, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.01}
            plateau: {factor: 0.5, patience: 0}
            evaluate: {every: 3}
            recovery: {back: 4, spike: {window: 6, threshold: 10, least-spread: 0.1}}
            """;
    /** All of them have a short last batch. */
    static final Map<String, Recipe> RECIPES = Map.of(
            "blobs", Recipe.parse("""
                    name: blobs
                    data: {set: blobs, rows: 60, classes: 3, batch-size: 9, validation: 10, test: 10}
                    model: [dense: {units: 8}, batch-norm, relu, dropout: {rate: 0.2}, dense: {units: 3}]
                    optimizer: {rule: nadam, learning-rate: 0.05}
                    plateau: {factor: 0.5, patience: 0, cooldown: 1}
                    average: {decay: 0.9, warmup: true}
                    evaluate: {every: 1ep}
                    """, "blobs"),
            "iris", Recipe.parse("""
                    name: iris
                    data: {set: iris, batch-size: 13, micro-batches: 2, validation: 24, test: 20}
                    model: [dense: {units: 6}, layer-norm, tanh, dropout: {rate: 0.3}, dense: {units: 3}]
                    optimizer: {rule: momentum, learning-rate: 0.1, weight-decay: 0.01}
                    schedule: {rule: cosine, over: 2ep, warmup: 3}
                    clip: {kind: norm, norm: 0.5}
                    evaluate: {every: 4}
                    """, "iris"),
            "spikes", Recipe.parse(SPIKES, "spikes"),
            "slower", Recipe.parse(SPIKES, "slower").with(List.of("recovery={back: 3, rate-factor: 0.5, at-most: 9}",
                    "data.poison.factor=1.0e39", "optimizer={rule: momentum, learning-rate: 0.05}")));
    private static final String[] CHANGES = {"", "optimizer.learning-rate=0.003", "data.batch-size=7", "schedule={rule: step, every: 3}"};
    private static final String[] SAVES = {"1", "2", "3", "5", "end", "best", "log", "1ep", "at:7", "4,best"};
    private static final String[] KEEPS = {"all", "all", "last:1", "last:2,best:1", "every:4", "log", "pinned", "last:3,best:2", "20KB"};

    private static final long BEGUN = System.nanoTime();
    private static final Map<String, Long> COUNTS = new LinkedHashMap<>();

    /** A recipe and the commands. */
    record Script(String recipe, boolean renameReplaces, int seed, List<Command> commands) {
        void run(Map<String, Long> counts) {
            try {
                Path root = Files.createTempDirectory("cairn-script").toRealPath();
                try (SimulatedRuns runs = new SimulatedRuns(root, StraightRun.of(RECIPES.get(recipe)), renameReplaces, seed)) {
                    for (Command command : commands) {
                        try {
                            runs.execute(command);
                        } catch (IOException | RuntimeException | AssertionError e) {
                            throw new AssertionError("after '" + command + "' in\n" + this, e);
                        }
                    }
                    counts.merge("scripts", 1L, Long::sum);
                    runs.counts().forEach((what, n) -> counts.merge(what, n, Long::sum));
                } finally {
                    delete(root);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String toString() {
            return recipe + (renameReplaces ? "" : ", where no rename replaces") + " (" + seed + ")\n"
                    + commands.stream().map(c -> "    " + c + "\n").collect(Collectors.joining());
        }
    }

    @Property(tries = 25, shrinking = ShrinkingMode.BOUNDED)
    void everyStepIsThatOfAnUninterruptedTraining(@ForAll("scripts") Script script) {
        script.run(new LinkedHashMap<>());
    }

    /** The long form: scripts for {@code -Dscripts.duration} minutes (default 10). */
    @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
    @Tag("long")
    void everyStepOfManyScriptsIsThatOfAnUninterruptedTraining(@ForAll("scripts") Script script) throws IOException {
        if (System.nanoTime() - BEGUN < Long.getLong("scripts.duration", 10) * 60_000_000_000L) {
            Campaign.SCRIPTS.begin("long");
            script.run(COUNTS);
            Campaign.SCRIPTS.passed("long", COUNTS);
        }
    }

    @Provide
    Arbitrary<Script> scripts() {
        return Combinators.combine(Arbitraries.of(RECIPES.keySet().stream().sorted().toList()), Arbitraries.of(true, true, true, false),
                Arbitraries.integers().between(0, 999), commands().list().ofMinSize(3).ofMaxSize(14)).as(Script::new);
    }

    private static Arbitrary<Command> commands() {
        Arbitrary<Command> kill = Arbitraries.integers().between(0, 99).map(n -> new Command.Kill(n % 2 == 1, n));
        Arbitrary<Command> during = Combinators.combine(changing(), Arbitraries.integers().between(1, 150), kill)
                .as((what, operation, k) -> new Command.During(what, operation, (Command.Kill) k));
        return Arbitraries.frequencyOf(Tuple.of(10, changing()), Tuple.of(3, during), Tuple.of(2, kill),
                Tuple.of(1, steps().map(Command.Reach::new)), Tuple.of(2, Arbitraries.integers().between(0, 5).map(Command.Use::new)),
                Tuple.of(1, Arbitraries.just(new Command.Resume())));
    }

    /** The commands that write. */
    private static Arbitrary<Command> changing() {
        Arbitrary<Command> train = Combinators.combine(Arbitraries.integers().between(0, 8), Arbitraries.of(SAVES), Arbitraries.of(KEEPS))
                .as(Command.Train::new);
        Arbitrary<Command> branch = Combinators.combine(steps(), Arbitraries.of(CHANGES)).as(Command.Branch::new);
        Arbitrary<Command> pin = Combinators.combine(steps(), Arbitraries.of(true, true, false)).as(Command.Pin::new);
        return Arbitraries.frequencyOf(Tuple.of(8, train), Tuple.of(3, steps().map(Command.Rollback::new)),
                Tuple.of(2, steps().map(Command.GoTo::new)),
                Tuple.of(2, branch), Tuple.of(1, pin), Tuple.of(2, Arbitraries.of(KEEPS).map(Command.Prune::new)));
    }

    private static Arbitrary<Integer> steps() {
        return Arbitraries.integers().between(0, (int) StraightRun.STEPS);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}

package cairn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house: which room may import which, and which words live in which room. */
class ArchitectureTest {
    /** An arrow that is not here is not allowed. */
    private static final Map<String, Set<String>> ARROWS = new TreeMap<>(Map.ofEntries(
            Map.entry("state", Set.of()),
            Map.entry("random", Set.of()),
            Map.entry("journal", Set.of()),
            Map.entry("chart", Set.of()),
            Map.entry("metrics", Set.of()),
            Map.entry("machine", Set.of()),
            Map.entry("checkpoint", Set.of("state")),
            Map.entry("tensor", Set.of("machine", "state", "random")),
            Map.entry("nn", Set.of("tensor", "random", "state")),
            Map.entry("optim", Set.of("tensor", "state")),
            Map.entry("data", Set.of("random", "state")),
            Map.entry("audit", Set.of("tensor", "state")),
            Map.entry("train", Set.of("metrics", "nn", "optim", "data", "tensor", "checkpoint", "journal", "state", "random")),
            Map.entry("lab", Set.of("chart", "metrics", "train", "nn", "optim", "data", "tensor", "checkpoint", "journal", "state", "random")),
            Map.entry("examples", Set.of("audit", "metrics", "train", "nn", "optim", "data", "tensor", "checkpoint", "journal", "state", "random")),
            Map.entry("cli", Set.of("audit", "chart", "lab", "machine", "metrics", "train", "nn", "optim", "data", "tensor", "checkpoint", "journal",
                    "state", "random"))));

    /** Words of a subject, and the only rooms in which a type may bear them. */
    private static final Map<String, Set<String>> WORDS = Map.of(
            "Layer", Set.of("nn", "examples"),
            "Optimizer", Set.of("optim", "train"),
            "Checkpoint", Set.of("checkpoint", "train", "cli"),
            "Batch", Set.of("data", "nn", "train"));

    /** Words that may not occur in a room's code, strings included and comments not: what the room must not know. */
    private static final Map<String, Set<String>> UNKNOWN = Map.ofEntries(
            Map.entry("state", Set.of("nd4j", "epoch", "layer", "trainer", "recipe", "checkpoint", "optimizer")),
            Map.entry("audit", Set.of("nd4j", "epoch", "recipe", "checkpoint", "optimizer", "trainer")),
            Map.entry("random", Set.of("nd4j", "epoch", "layer", "trainer", "recipe", "checkpoint", "file")),
            Map.entry("journal", Set.of("nd4j", "epoch", "layer", "trainer", "checkpoint", "loss")),
            Map.entry("chart", Set.of("nd4j", "epoch", "layer", "trainer", "checkpoint", "loss", "recipe")),
            Map.entry("machine", Set.of("epoch", "layer", "trainer", "checkpoint", "recipe", "optimizer")),
            Map.entry("metrics", Set.of("nd4j", "epoch", "layer", "trainer", "checkpoint", "recipe", "optimizer")),
            Map.entry("checkpoint", Set.of("nd4j", "epoch", "layer", "trainer", "loss", "optimizer")),
            Map.entry("tensor", Set.of("epoch", "layer", "trainer", "recipe", "checkpoint", "optimizer", "dataset")),
            Map.entry("nn", Set.of("epoch", "trainer", "recipe", "checkpoint", "optimizer", "dataset")),
            Map.entry("optim", Set.of("nd4j", "layer", "trainer", "recipe", "checkpoint", "dataset")),
            Map.entry("data", Set.of("nd4j", "layer", "trainer", "recipe", "checkpoint", "optimizer")),
            Map.entry("train", Set.of("picocli", "terminal", "html", "nd4j")),
            Map.entry("lab", Set.of("picocli", "terminal", "html", "nd4j")));

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("package [^;]*;");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("cairn");

    @Test
    void everyRoomIsOnThePlan() {
        Set<String> rooms = HOUSE.stream().map(ArchitectureTest::room).collect(Collectors.toCollection(TreeSet::new));
        assertThat(rooms).isEqualTo(ARROWS.keySet());
    }

    @Test
    void roomsImportOnlyWhatTheArrowsAllow() {
        classes().should(new ArchCondition<>("import only along the arrows") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                from.getDirectDependenciesFromSelf().forEach(d -> {
                    JavaClass to = d.getTargetClass();
                    if (to.getPackageName().startsWith("cairn.") && !room(to).equals(room(from))
                            && !ARROWS.get(room(from)).contains(room(to))) {
                        events.add(SimpleConditionEvent.violated(from, d.getDescription()));
                    }
                });
            }
        }).check(HOUSE);
    }

    @Test
    void onlyTheTensorRoomKnowsNd4j() {
        noClasses().that().resideOutsideOfPackage("cairn.tensor..").should().dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.bytedeco..").check(HOUSE);
    }

    @Test
    void onlyTheCommandLineTouchesTerminalClockAndArguments() {
        noClasses().that().resideOutsideOfPackages("cairn.cli..", "cairn.examples..").should().accessField(System.class, "out")
                .orShould().accessField(System.class, "err")
                .orShould().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(java.time.Instant.class, "now")
                .orShould().callMethod(System.class, "exit", int.class)
                .orShould().dependOnClassesThat().resideInAnyPackage("picocli..", "me.tongfei..")
                .check(HOUSE);
    }

    @Test
    void chanceComesFromKeysAlone() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.security.SecureRandom")
                .orShould().callMethod(Math.class, "random").check(HOUSE);
    }

    /** Math.exp and its kind may be off by a unit in the last place, each Java in its own way; StrictMath is the same everywhere. */
    @Test
    void whatJavaComputesIsTheSameOnEveryJava() {
        Set<String> loose = Set.of("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "expm1", "log", "log10",
                "log1p", "pow", "cbrt", "hypot");
        // The interval around a score is looked at and never computed with.
        noClasses().that().resideInAnyPackage("cairn.state..", "cairn.random..", "cairn.tensor..", "cairn.nn..", "cairn.optim..", "cairn.data..",
                "cairn.metrics..", "cairn.train..").and().doNotHaveFullyQualifiedName("cairn.metrics.FScores")
                .should().callMethodWhere(new DescribedPredicate<JavaMethodCall>("a function of Math that is not exact") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        return call.getTargetOwner().isEquivalentTo(Math.class) && loose.contains(call.getName());
                    }
                }).check(HOUSE);
    }

    @Test
    void nothingIsSerializedByJava() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectOutputStream").check(HOUSE);
    }

    @Test
    void noStaticFieldChanges() {
        noFields().that().areStatic().should().notBeFinal().check(HOUSE);
    }

    @Test
    void onlySettingsAndTheAuditLookAtClassesAtRunTime() {
        noClasses().that().doNotHaveFullyQualifiedName("cairn.recipe.Setting").and().resideOutsideOfPackage("cairn.audit..")
                .should().dependOnClassesThat(new DescribedPredicate<>("reflection") {
                    @Override
                    public boolean test(JavaClass c) {
                        // The descriptions of a declared type give access to nothing.
                        return c.getPackageName().equals("java.lang.reflect") && !c.getSimpleName().matches("(Parameterized)?Type");
                    }
                }).check(HOUSE);
    }

    @Test
    void noTypeIsNamedAfterProgramming() {
        List<String> banned = List.of("Manager", "Helper", "Util", "Utils", "Impl", "Abstract", "Base");
        noClasses().should(new ArchCondition<>("be named after programming") {
            @Override
            public void check(JavaClass c, ConditionEvents events) {
                boolean isBanned = banned.stream().anyMatch(w -> c.getSimpleName().endsWith(w) || c.getSimpleName().startsWith("Abstract"));
                events.add(new SimpleConditionEvent(c, isBanned, c.getName()));
            }
        }).check(HOUSE);
    }

    @Test
    void wordsLiveInTheirRooms() {
        WORDS.forEach((word, rooms) -> classes().that().haveSimpleNameContaining(word)
                .and().doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should().resideInAnyPackage(rooms.stream().map(r -> "cairn." + r + "..").toArray(String[]::new)).check(HOUSE));
    }

    @Test
    void noRoomSpeaksOfWhatItMustNotKnow() throws IOException {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, Set<String>> room : UNKNOWN.entrySet()) {
            try (Stream<Path> files = Files.walk(Path.of("src/main/java/cairn", room.getKey()))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                    String code = COMMENT.matcher(Files.readString(file)).replaceAll("").toLowerCase(Locale.ROOT);
                    String own = PACKAGE.matcher(code).replaceAll("");
                    room.getValue().stream().filter(own::contains).forEach(word -> found.add(file + " says '" + word + "'"));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static String room(JavaClass c) {
        String[] segments = c.getPackageName().split("\\.");
        return segments.length < 2 ? "" : segments[1];
    }
}

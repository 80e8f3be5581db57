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
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The house: which room may import which, and which words live in which room. */
class ArchitectureTest {
    /** Which package may import which; an arrow that is not here is not allowed. */
    private static final Map<String, Set<String>> ARROWS = arrows(Map.ofEntries(
            Map.entry("words", ""),
            Map.entry("state", ""),
            Map.entry("random", ""),
            Map.entry("journal", "disk words"),
            Map.entry("disk", "words"),
            Map.entry("chart", ""),
            Map.entry("metrics", ""),
            Map.entry("machine", ""),
            Map.entry("checkpoint.format", "disk state words"),
            Map.entry("checkpoint.retention", "checkpoint.format words"),
            Map.entry("checkpoint", "checkpoint.format checkpoint.retention disk state"),
            Map.entry("interop.file", "disk nn nn.layer state words"),
            Map.entry("interop.torch", "interop.file disk nn nn.layer state words"),
            Map.entry("interop.keras", "interop.file disk nn nn.init nn.layer state words"),
            Map.entry("interop.onnx", "interop.file disk nn nn.init nn.layer state words"),
            Map.entry("interop.tensorflow", "interop.file disk state words"),
            Map.entry("interop", "interop.file interop.torch interop.keras interop.onnx interop.tensorflow checkpoint.format disk nn nn.layer state "
                    + "words"),
            Map.entry("tensor.device", "machine random state"),
            Map.entry("tensor", "tensor.device random state"),
            Map.entry("tensor.op", "tensor tensor.device random state"),
            Map.entry("audit", "state tensor.device"),
            Map.entry("nn.init", "random"),
            Map.entry("nn", "nn.init tensor tensor.op random state"),
            Map.entry("nn.layer", "nn nn.init tensor tensor.op"),
            Map.entry("nn.loss", "nn tensor tensor.op"),
            Map.entry("optim", "tensor tensor.op state"),
            Map.entry("optim.schedule", "optim state words"),
            Map.entry("data", "random state words"),
            Map.entry("data.fetch", "data words"),
            Map.entry("data.source", "data data.fetch random words"),
            Map.entry("recipe", "checkpoint.retention data data.source nn nn.init nn.layer nn.loss optim optim.schedule state words"),
            Map.entry("transfer", "recipe checkpoint checkpoint.format interop interop.file interop.keras interop.onnx interop.torch disk nn nn.loss optim "
                    + "state words"),
            Map.entry("recovery", "recipe tensor state"),
            Map.entry("train.device", "data metrics nn recipe tensor tensor.device tensor.op random state"),
            Map.entry("train", "train.device transfer recovery recipe checkpoint.retention data data.source metrics nn "
                    + "nn.layer optim optim.schedule tensor tensor.device tensor.op random state words"),
            Map.entry("run", "train transfer recovery recipe checkpoint checkpoint.format checkpoint.retention data "
                    + "data.source disk journal metrics optim.schedule tensor tensor.device random state words"),
            Map.entry("replay", "run train recovery recipe checkpoint checkpoint.format data data.source disk journal metrics "
                    + "tensor state words"),
            Map.entry("look.curve", "checkpoint disk journal run"),
            Map.entry("look", "data metrics nn nn.layer recipe replay run state tensor train words"),
            Map.entry("page", "checkpoint checkpoint.format checkpoint.retention disk explain journal look look.curve metrics recipe run "
                    + "words"),
            Map.entry("cli.look", "cli.args cli.report cli.session cli.terminal chart data data.source disk explain look look.curve page "
                    + "recipe replay run tensorboard words"),
            Map.entry("explain", "checkpoint checkpoint.format data data.source disk journal look look.curve nn nn.layer nn.loss optim "
                    + "recipe recovery replay run state tensor train"),
            Map.entry("tensorboard", "checkpoint checkpoint.format disk journal look look.curve metrics recipe recovery run state train"),
            Map.entry("lab", "chart checkpoint checkpoint.format data data.source disk metrics nn nn.layer optim "
                    + "optim.schedule random recipe recovery replay run state tensor.device train transfer words"),
            Map.entry("examples", "audit data data.source metrics nn nn.layer optim recipe replay state tensor.op train"),
            Map.entry("cli.terminal", "run words"),
            Map.entry("cli.args", "cli.terminal checkpoint checkpoint.format checkpoint.retention data.source disk machine optim.schedule recipe "
                    + "run state tensor.device transfer words"),
            Map.entry("cli.report", "cli.args cli.terminal audit checkpoint checkpoint.format checkpoint.retention data "
                    + "data.source disk journal machine metrics optim.schedule recipe recovery replay run state tensor.device tensorboard "
                    + "train train.device transfer words"),
            Map.entry("cli.session", "cli.args cli.report cli.terminal checkpoint checkpoint.format data.source recipe replay run state train"),
            Map.entry("cli", "cli.args cli.look cli.report cli.session cli.terminal chart checkpoint checkpoint.format checkpoint.retention data "
                    + "data.fetch data.source disk interop interop.file interop.onnx journal lab look metrics nn nn.layer nn.loss recipe replay run state tensor.device train transfer words")));

    /** Words of a subject, and the only rooms in which a type may bear them. */
    private static final Map<String, Set<String>> WORDS = Map.of(
            "Layer", Set.of("nn", "examples", "train", "run", "interop"),
            "Optimizer", Set.of("optim", "train"),
            "Checkpoint", Set.of("checkpoint", "cli"),
            "Batch", Set.of("data", "nn", "train"));

    /** What only the command line says: its options and its commands. */
    private static final Set<String> COMMAND_LINE = Set.of("picocli", "terminal", "html", "nd4j", " --", "\"--", "cairn resume", "cairn train");

    /** Words that may not occur in a room's code, strings included and comments not: what the room must not know. */
    private static final Map<String, Set<String>> UNKNOWN = Map.ofEntries(
            Map.entry("state", Set.of("nd4j", "epoch", "layer", "trainer", "recipe", "checkpoint", "optimizer")),
            Map.entry("audit", Set.of("nd4j", "epoch", "recipe", "checkpoint", "optimizer", "trainer")),
            Map.entry("words", Set.of("nd4j", "epoch", "layer", "trainer", "recipe", "checkpoint", "file")),
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
            Map.entry("recipe", COMMAND_LINE),
            Map.entry("transfer", COMMAND_LINE),
            Map.entry("recovery", COMMAND_LINE),
            Map.entry("train", COMMAND_LINE),
            Map.entry("run", COMMAND_LINE),
            Map.entry("replay", COMMAND_LINE),
            Map.entry("look", COMMAND_LINE),
            Map.entry("explain", COMMAND_LINE),
            Map.entry("tensorboard", COMMAND_LINE),
            Map.entry("page", Set.of("picocli", "terminal", "nd4j")),
            Map.entry("lab", Set.of("picocli", "terminal", "html", "nd4j")));

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("package [^;]*;");

    private static final JavaClasses HOUSE = House.classes();

    @Test
    void everyRoomIsOnThePlan() {
        Set<String> rooms = HOUSE.stream().map(JavaClass::getPackageName).map(ArchitectureTest::room)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rooms).isEqualTo(ARROWS.keySet());
    }

    @Test
    void roomsImportOnlyWhatTheArrowsAllow() {
        classes().should(new ArchCondition<>("import only along the arrows") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                from.getDirectDependenciesFromSelf().forEach(d -> {
                    JavaClass to = d.getTargetClass();
                    String there = room(to.getPackageName());
                    String here = room(from.getPackageName());
                    if (to.getPackageName().startsWith("cairn.") && !there.equals(here) && !ARROWS.get(here).contains(there)) {
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

    /** Public only because the tensor room has three packages. */
    @Test
    void theInsideOfTheTensorRoomIsUsedThereAlone() {
        noClasses().that().resideOutsideOfPackage("cairn.tensor..").should().dependOnClassesThat()
                .haveFullyQualifiedName("cairn.tensor.Native")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("cairn.tensor.device.Device")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("cairn.tensor.device.ArrayMemory")
                .orShould().callMethodWhere(new DescribedPredicate<JavaMethodCall>("a call of what an Array shows of ND4J") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        return call.getTargetOwner().getFullName().equals("cairn.tensor.Array")
                                && Set.of("nd", "strided", "window").contains(call.getName());
                    }
                }).check(HOUSE);
        noClasses().that().resideOutsideOfPackages("cairn.tensor..", "cairn.audit..").should().dependOnClassesThat()
                .haveFullyQualifiedName("cairn.tensor.device.NativeMemory").check(HOUSE);
    }

    /** They are public because the packages are apart; what a checkpoint says is read through its store. */
    @Test
    void onlyTheStoreAndFormatsOfOtherProgramsKnowTheBytesOfAFile() {
        noClasses().that().resideOutsideOfPackages("cairn.checkpoint..", "cairn.interop..").should().dependOnClassesThat(
                new DescribedPredicate<>("are inside of the file format") {
                    @Override
                    public boolean test(JavaClass c) {
                        return c.getPackageName().equals("cairn.checkpoint.format") && c.getSimpleName()
                                .matches("CheckpointFile|Finite|Header(Json|Parser|Text)|StepNames");
                    }
                }).check(HOUSE);
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
        noClasses().that().resideInAnyPackage("cairn.cli.report..", "cairn.cli.terminal..").should().dependOnClassesThat()
                .resideInAnyPackage("picocli..").check(HOUSE);
    }

    @Test
    void chanceComesFromKeysAlone() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould().callMethod(Math.class, "random").check(HOUSE);
        // The secret that opens a page must be one that nobody can guess; no number of a training depends on it.
        noClasses().that().doNotHaveFullyQualifiedName("cairn.page.Token").should().dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom").check(HOUSE);
    }

    /** Math.exp and its kind may be off by a unit in the last place, each Java in its own way; StrictMath is the same everywhere. */
    @Test
    void whatJavaComputesIsTheSameOnEveryJava() {
        Set<String> loose = Set.of("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "expm1", "log", "log10",
                "log1p", "pow", "cbrt", "hypot");
        // The interval around a score is looked at and never computed with.
        noClasses().that().resideInAnyPackage("cairn.state..", "cairn.random..", "cairn.tensor..", "cairn.nn..", "cairn.optim..", "cairn.data..",
                "cairn.metrics..", "cairn.recipe..", "cairn.transfer..", "cairn.recovery..", "cairn.train..", "cairn.run..",
                "cairn.replay..").and().doNotHaveFullyQualifiedName("cairn.metrics.FScores")
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
                    // The name of a variable of the system is not a word of the room.
                    String own = PACKAGE.matcher(code).replaceAll("").replace("mkl_threading_layer", "");
                    room.getValue().stream().filter(own::contains).forEach(word -> found.add(file + " says '" + word + "'"));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    /** The kernel uses nothing of the product but facts of the machine and the words of messages. */
    @Test
    void theKernelStandsAlone() {
        Set<String> known = new TreeSet<>(House.Part.KERNEL.groups);
        known.addAll(Set.of("machine", "words"));
        noClasses().that().resideInAnyPackage(packages(House.Part.KERNEL.groups)).should().dependOnClassesThat(
                JavaClass.Predicates.resideInAPackage("cairn..").and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(packages(known)))))
                .check(HOUSE);
    }

    @Test
    void onlyTheCommandLineUsesTheLaboratory() {
        noClasses().that().resideOutsideOfPackages("cairn.cli..", "cairn.lab..", "cairn.chart..").should()
                .dependOnClassesThat().resideInAnyPackage(packages(House.Part.LABORATORY.groups)).check(HOUSE);
    }

    @Test
    void packagesAreFreeOfCycles() {
        SlicesRuleDefinition.slices().matching("cairn.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    private static String[] packages(Set<String> groups) {
        return groups.stream().map(group -> "cairn." + group + "..").toArray(String[]::new);
    }

    /** A package that is larger holds packages that have no name yet. */
    @Test
    void noPackageIsLarge() throws IOException {
        Map<String, List<Path>> packages;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/cairn"))) {
            packages = files.filter(f -> f.toString().endsWith(".java")).collect(Collectors.groupingBy(f -> f.getParent().toString()));
        }
        packages.remove("src/main/java/cairn/cli");
        packages.forEach((name, files) -> assertThat(files).as(name).hasSizeLessThanOrEqualTo(30));
    }

    /** Classes that all depend on each other can only be read together. */
    @Test
    void noMoreThanEightClassesOfAPackageFormACircle() {
        Map<String, Set<String>> uses = new TreeMap<>();
        HOUSE.forEach(c -> c.getDirectDependenciesFromSelf().stream().map(d -> d.getTargetClass().getBaseComponentType())
                .filter(to -> to.getPackageName().equals(c.getPackageName()) && !file(to).equals(file(c)))
                .forEach(to -> uses.computeIfAbsent(file(c), n -> new TreeSet<>()).add(file(to))));
        Map<String, Set<String>> reached = new TreeMap<>();
        uses.keySet().forEach(name -> reached.put(name, reached(name, uses)));
        reached.forEach((name, all) -> assertThat(all.stream().filter(other -> reached.getOrDefault(other, Set.of()).contains(name)).toList())
                .as("classes that depend on %s, which depends on them", name).hasSizeLessThanOrEqualTo(8));
    }

    private static Set<String> reached(String from, Map<String, Set<String>> uses) {
        Set<String> seen = new TreeSet<>();
        List<String> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            uses.getOrDefault(open.remove(open.size() - 1), Set.of()).stream().filter(seen::add).forEach(open::add);
        }
        return seen;
    }

    /** The class of the file that {@code c} stands in. */
    private static String file(JavaClass c) {
        return c.getName().replaceFirst("\\$.*", "");
    }

    /** A clone has a few files and folders at its top; what tests, commands and people leave there does not belong to the project. */
    @Test
    void theTopOfTheProjectIsAsPlanned() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("sh", "-c", "git ls-files").start();
        String files = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeTrue(git.waitFor() == 0, "this is no clone, or git cannot read it");
        assertThat(files.lines().map(file -> file.split("/")[0]).distinct()).containsExactlyInAnyOrder(".ci", ".gitattributes", ".gitignore",
                "LICENSE", "README.md", "checkpoints", "datasets", "docs", "pom.xml", "src");
    }

    /** What the README gives to read first is at most a thousand lines, and the trainer among it can be read at one sitting. */
    @Test
    void theReadingOrderIsShort() throws IOException {
        Map<String, Integer> lines = new TreeMap<>();
        for (String name : List.of("examples/Xor", "nn/Layer", "nn/layer/Dense", "optim/Adam", "data/Batches", "train/Trainer", "state/State",
                "disk/AtomicWrite")) {
            String path = "src/main/java/cairn/" + name + ".java";
            assertThat(Files.readString(Path.of("README.md"))).contains("](" + path + ")");
            lines.put(name, Files.readAllLines(Path.of(path)).size());
        }
        assertThat(lines.values().stream().mapToInt(n -> n).sum()).as("lines of %s", lines).isLessThanOrEqualTo(1000);
        assertThat(lines.get("train/Trainer")).isLessThanOrEqualTo(260);
        assertThat(HOUSE.get("cairn.train.Trainer").getMethods().stream().filter(m -> m.getModifiers().contains(JavaModifier.PUBLIC)
                && !m.getModifiers().contains(JavaModifier.SYNTHETIC))).hasSizeLessThanOrEqualTo(20);
    }

    private static Map<String, Set<String>> arrows(Map<String, String> lines) {
        Map<String, Set<String>> arrows = new TreeMap<>();
        lines.forEach((from, to) -> arrows.put(from, to.isEmpty() ? Set.of() : Set.of(to.split(" "))));
        return arrows;
    }

    /** {@code cairn.train.device} as {@code train.device}. */
    private static String room(String packageName) {
        return packageName.equals("cairn") ? "" : packageName.substring("cairn.".length());
    }
}

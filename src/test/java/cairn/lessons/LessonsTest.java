package cairn.lessons;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.lab.Experiment;
import cairn.lab.Experiments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page of docs/lessons is run from top to bottom, and its quoted output is compared with the real one. */
class LessonsTest {
    private static final Path FOLDER = Path.of("docs/lessons");
    private static final Path INDEX = FOLDER.resolve("README.md");
    private static final Pattern LAW = Pattern.compile("(?m)^\\| ([a-z][a-z ]*?) \\|");
    private static final Pattern FIGURE = Pattern.compile("!\\[([^]]*)]\\(([^)]*)\\)");
    private static final List<String> SECTIONS = List.of("## Question", "## What to do", "## What you see", "## What to notice",
            "## Exercise");

    static List<Page> pages() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Page> pages = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".md") && !f.equals(INDEX)).sorted().toList()) {
                pages.add(Page.read(file));
            }
            return pages;
        }
    }

    static List<Page> experiments() throws IOException {
        return pages().stream().filter(p -> p.name().startsWith("lab-")).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void thePageRunsAndPrintsWhatItQuotes(Page page, @TempDir Path folder) throws IOException {
        List<String> shown = new PageRunner(page, folder).run();
        Path transcript = Path.of("target/lessons", page.name() + ".txt");
        Files.createDirectories(transcript.getParent());
        Files.write(transcript, shown);
        assertThat(shown).as("output of the commands").isNotEmpty();
        // A page quotes the full form of an experiment. The quick form has other numbers and fewer rows, but the same heads of tables.
        boolean isQuick = page.name().startsWith("lab-");
        for (Page.Block block : page.blocks("text")) {
            assertThat(Quote.firstMissing(isQuick ? heads(block) : block.lines(), shown))
                    .as("%s quotes a line that was not printed; the output:%n%s", page,
                    String.join("\n", shown)).isEmpty();
        }
    }

    /** The head of a table, with any numbers, because the quick form makes fewer steps. */
    private static List<String> heads(Page.Block block) {
        return List.of(block.lines().get(0).replaceAll("\\d+", "..."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void everyPageHasTheSameSectionsAndIsShort(Page page) {
        assertThat(page.lines().get(0)).startsWith("# ");
        assertThat(page.headings()).isEqualTo(SECTIONS);
        assertThat(page.lines()).as("a lesson is one page").hasSizeLessThanOrEqualTo(90);
        assertThat(page.prose()).allMatch(l -> l.length() <= 140);
        assertThat(page.blocks("sh")).isNotEmpty();
        assertThat(page.blocks("java")).allMatch(b -> b.lines().size() <= 40);
        assertThat(page.links()).allMatch(Files::exists);
    }

    @Test
    void everyLawHasAPageAndEveryPageALaw() throws IOException {
        Set<String> laws = LAW.matcher(Files.readString(Path.of("docs/LAWS.md"))).results().map(m -> m.group(1))
                .filter(l -> !l.equals("law")).map(l -> "law-" + l.replace(' ', '-')).collect(Collectors.toCollection(TreeSet::new));
        assertThat(laws).isNotEmpty();
        assertThat(names("law-")).isEqualTo(laws);
    }

    @Test
    void everyExperimentHasAPageAndEveryPageAnExperiment() throws IOException {
        assertThat(names("lab-")).isEqualTo(Experiments.all().stream().map(Experiment::name).filter(n -> !n.equals("own"))
                .map(n -> "lab-" + n).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Set<String> names(String prefix) throws IOException {
        return pages().stream().map(Page::name).filter(n -> n.startsWith(prefix)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The page of an experiment has the question of the experiment, runs it, and shows its figure. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("experiments")
    void anExperimentsPageRunsItAndShowsItsFigures(Page page) throws IOException {
        Experiment experiment = Experiments.find(page.name().substring("lab-".length()));
        String text = Files.readString(page.file());
        assertThat(text.replace('\n', ' ')).contains(experiment.question());
        assertThat(page.blocks("sh")).anyMatch(b -> b.lines().contains("cairn lab " + experiment.name()));
        assertThat(page.links()).contains(FOLDER.resolve("figures/" + experiment.name() + ".svg"));
    }

    @Test
    void everyFigureIsShownSomewhere() throws IOException {
        Set<Path> shown = pages().stream().flatMap(p -> p.links().stream()).collect(Collectors.toSet());
        try (Stream<Path> figures = Files.list(FOLDER.resolve("figures"))) {
            assertThat(figures.toList()).isNotEmpty().allMatch(shown::contains);
        }
    }

    /** The name of a figure on a page is the title in the figure, as text that can be searched. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("experiments")
    void aFigureIsShownByItsTitle(Page page) throws IOException {
        for (MatchResult figure : FIGURE.matcher(Files.readString(page.file())).results().toList()) {
            assertThat(Files.readString(FOLDER.resolve(figure.group(2)))).as(figure.group(2)).contains(">" + figure.group(1) + "</text>");
        }
    }

    @Test
    void theIndexNamesEveryPageOnceByItsTitle() throws IOException {
        String index = Files.readString(INDEX);
        assertThat(Page.read(INDEX).links()).allMatch(Files::exists);
        for (Page page : pages()) {
            assertThat(index.split(Pattern.quote("[" + page.title() + "](" + page.name() + ".md)"), -1)).as(page.name()).hasSize(2);
        }
    }

    @Test
    void aQuoteMayOnlyLeaveOutLinesAndDifferInRoundedNumbers() {
        List<String> shown = List.of("step 3  loss 0.50", "", "digest 12ab34", "end");
        assertThat(Quote.firstMissing(List.of("step 3 loss 0.45", "digest ...", "end"), shown)).isEmpty();
        assertThat(Quote.firstMissing(List.of("step 3 loss ...", "...", "end"), shown)).isEmpty();
        assertThat(Quote.firstMissing(List.of("step 3 loss 0.50", "end"), shown)).isEqualTo("end");
        assertThat(Quote.firstMissing(List.of("step 4 loss 0.50"), shown)).isEqualTo("step 4 loss 0.50");
        assertThat(Quote.firstMissing(List.of("step 3 loss 5.00"), shown)).isEqualTo("step 3 loss 5.00");
        assertThat(Quote.firstMissing(List.of("digest ...", "step 3 loss 0.50"), shown)).isEqualTo("step 3 loss 0.50");
    }
}

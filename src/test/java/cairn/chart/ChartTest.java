package cairn.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {
    static Stream<Chart> gallery() {
        return Stream.of(Gallery.lines(1), Gallery.lines(3), Gallery.lines(9), Gallery.logarithmic(), Gallery.spreads(), Gallery.bars(), Gallery.zeros(),
                Gallery.panels(), Gallery.regions());
    }

    @ParameterizedTest
    @MethodSource("gallery")
    void equalChartsGiveEqualBytes(Chart chart) {
        assertThat(chart.svg()).isEqualTo(chart.svg());
        assertThat(chart.png()).isEqualTo(chart.png());
    }

    @ParameterizedTest
    @MethodSource("gallery")
    void theSvgIsSoundXmlAndItsTextIsText(Chart chart) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        var root = factory.newDocumentBuilder().parse(new ByteArrayInputStream(chart.svg())).getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("svg");
        assertThat(elements(root, "text")).extracting(Element::getTextContent).contains(chart.title()).containsAll(labels(chart));
        assertThat(elements(root, "text")).allSatisfy(text -> {
            assertThat(text.getAttribute("style")).contains("font-family:DejaVu Sans,Verdana,sans-serif;", "fill:rgb(34,34,34);");
            assertThat(Double.parseDouble(text.getAttribute("textLength"))).isPositive();
        });
        // What is filled in the colour of text would be the outline of a text that was not recognized.
        assertThat(elements(root, "path")).noneMatch(path -> path.getAttribute("style").contains("fill:rgb(34,34,34)"));
        assertThat(chart.svg().length).isLessThan(chart instanceof Panels ? 90_000 : 50_000);
    }

    private static List<Element> elements(Element root, String tag) {
        NodeList found = root.getElementsByTagName(tag);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
    }

    /** What is written beside the title and the numbers of ticks; the name of a single series is not. */
    private static List<String> labels(Chart chart) {
        List<String> labels = new ArrayList<>();
        if (chart instanceof Panels panels) {
            labels.addAll(List.of(panels.x().label(), "branch", "rollback"));
            labels.addAll(panels.notes());
            panels.panels().forEach(p -> labels.add(p.y().label()));
            panels.panels().forEach(p -> p.series().forEach(s -> labels.add(s.name())));
        } else if (chart instanceof Curves curves) {
            labels.addAll(List.of(curves.x().label(), curves.y().label()));
            curves.series().stream().filter(s -> curves.series().size() > 1).forEach(s -> labels.add(s.name()));
        } else if (chart instanceof Bars bars) {
            labels.addAll(List.of(bars.x(), bars.y().label()));
            labels.addAll(bars.categories());
            bars.groups().forEach(g -> labels.add(g.name()));
        } else if (chart instanceof Regions regions) {
            labels.addAll(List.of(regions.x().label(), regions.y().label(), "none of them"));
            labels.addAll(regions.names());
            labels.addAll(regions.notes());
        }
        return labels;
    }

    /** Place (0, 0) is at the lower left; the colour of a name is as strong as it was given, and a place of none is white. */
    @Test
    void eachPlaceOfAPlaneHasItsColour() throws IOException {
        Regions chart = Gallery.regions();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(chart.png()));
        int left = IntStream.range(0, image.getWidth()).filter(x -> near(image.getRGB(x, image.getHeight() / 2), Look.INK.getRGB())).max()
                .orElseThrow();
        // The plane ends at the right edge but for a margin, and begins below the title.
        int right = image.getWidth() - (int) (Look.PIXELS_PER_UNIT * Look.EDGE);
        int top = 40 * Look.PIXELS_PER_UNIT;
        int bottom = top + 560 * Look.PIXELS_PER_UNIT;
        assertThat(left).isGreaterThan(right - 4);
        int begin = IntStream.range(0, right).filter(x -> near(image.getRGB(x, top + 20), Look.INK.getRGB())).min().orElseThrow();
        for (int cell = 0; cell < 16; cell++) {
            int x = begin + (int) ((cell % 4 + 0.25) * (right - begin) / 4);
            int y = bottom - (int) ((cell / 4 + 0.75) * (bottom - top) / 4);
            int region = chart.region().get(cell);
            Color full = region < 0 ? Color.WHITE : Palette.colour(region + 1);
            double s = chart.strength().get(cell);
            int expected = new Color(255 - (int) (s * (255 - full.getRed())), 255 - (int) (s * (255 - full.getGreen())),
                    255 - (int) (s * (255 - full.getBlue()))).getRGB();
            assertThat(near(image.getRGB(x, y), expected)).as("place %d: %08x, not %08x", cell, image.getRGB(x, y), expected).isTrue();
        }
    }

    private static boolean near(int rgb, int other) {
        Color a = new Color(rgb);
        Color b = new Color(other);
        return Math.abs(a.getRed() - b.getRed()) + Math.abs(a.getGreen() - b.getGreen()) + Math.abs(a.getBlue() - b.getBlue()) < 12;
    }

    @Test
    void aPlaneNeedsEveryPlaceAndBothEndsOfItsAxes() {
        Axis axis = new Axis("x", false, OptionalDouble.of(0), OptionalDouble.of(1));
        assertThatThrownBy(() -> new Regions("t", axis, axis, 2, List.of("a"), List.of(0, 0, 0), List.of(1.0, 1.0, 1.0), List.of(), List.of()))
                .hasMessageContaining("needs 4 places, found 3 and 3");
        assertThatThrownBy(() -> new Regions("t", axis, Axis.linear("y"), 1, List.of("a"), List.of(0), List.of(1.0), List.of(), List.of()))
                .hasMessageContaining("the axis 'y' of a plane must be linear, with a beginning and an end");
        assertThatThrownBy(() -> new Regions("t", axis, axis, 1, List.of("a"), List.of(0), List.of(1.5), List.of(), List.of()))
                .hasMessageContaining("a strength of 0 to 1");
    }

    @Test
    void numbersOfTicksAreTextAndNotRounded() {
        Curves chart = new Curves("Tiny & large < huge", Axis.linear("x"), Axis.linear("y").startingAt(0),
                List.of(Series.line("s", List.of(Point.of(0, 0.001), Point.of(20_000, 0.0055)))));
        assertThat(new String(chart.svg(), StandardCharsets.UTF_8)).contains(">Tiny &amp; large &lt; huge</text>", ">20,000</text>",
                ">0.005</text>");
    }

    /** Law: the line of a series is one path between two gaps, so its dashes run on however close its points are. */
    @Property(tries = 40)
    void theLineOfASeriesIsOnePath(@ForAll @Size(min = 2, max = 400) List<@DoubleRange(min = 0.1, max = 9) Double> values,
            @ForAll @IntRange(min = 0, max = 11) int look, @ForAll boolean isLogarithmic) {
        List<Point> points = IntStream.range(0, values.size()).mapToObj(i -> Point.of(1 + 0.001 * i, values.get(i))).toList();
        Curves chart = new Curves("t", Axis.linear("x"), isLogarithmic ? Axis.logarithmic("y") : Axis.linear("y"),
                List.of(Series.line("s", points).looking(look)));
        Color c = Palette.colour(look);
        String colour = "stroke:rgb(" + c.getRed() + "," + c.getGreen() + "," + c.getBlue() + ")";
        String svg = new String(chart.svg(), StandardCharsets.UTF_8);
        List<String> drawn = svg.lines().filter(row -> row.contains(colour) || look % 7 == 0 && row.contains("<path")).toList();
        assertThat(drawn).hasSize(1);
        assertThat(drawn.get(0).split(" d=\"")[1].split("[ML]")).hasSize(values.size() + 1);
        assertThat(drawn.get(0).contains("stroke-dasharray")).isEqualTo(Palette.dash(look).length > 0);
    }

    /** In a PNG too: of a level line with a dash, about the part that the dash says is drawn, and it is drawn in even pieces. */
    @Test
    void dashesOfClosePointsAreWholeInAPng() throws IOException {
        List<Point> points = IntStream.range(0, 4000).mapToObj(i -> Point.of(i, 1)).toList();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(new Curves("", Axis.linear("x"), Axis.linear("y"),
                List.of(Series.line("s", points).looking(1))).png()));
        int rgb = Palette.colour(1).getRGB() & 0xffffff;
        int row = IntStream.range(0, image.getHeight()).boxed().max(Comparator.comparingLong(y -> IntStream.range(0, image.getWidth())
                .filter(x -> (image.getRGB(x, y) & 0xffffff) == rgb).count())).orElseThrow();
        List<Integer> lengths = new ArrayList<>();
        int length = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            boolean isDrawn = (image.getRGB(x, row) & 0xffffff) == rgb;
            if (!isDrawn && length > 0) {
                lengths.add(length);
            }
            length = isDrawn ? length + 1 : 0;
        }
        // Nine units of two pixels each, and the pixels at their ends that are half covered.
        assertThat(lengths.subList(0, lengths.size() - 1)).hasSizeGreaterThan(50).allMatch(n -> n >= 16 && n <= 18);
    }

    /** Law: whatever a logarithmic axis shows, it has two numbers or more, all different, in their order, and far enough apart to be read. */
    @Property(tries = 500)
    void anAxisHasAtLeastTwoNumbersThatCanBeRead(@ForAll @DoubleRange(min = -12, max = 12) double exponent,
            @ForAll @DoubleRange(min = 0.0001, max = 14) @net.jqwik.api.constraints.Scale(4) double decades, @ForAll boolean isLogarithmic) {
        double low = Math.pow(10, exponent);
        double high = low * Math.pow(10, decades);
        Scale scale = Scale.of(isLogarithmic ? Axis.logarithmic("y") : Axis.linear("y"), DoubleStream.of(low, high), 190);
        List<Scale.Tick> ticks = scale.ticks(34);
        assertThat(ticks).hasSizeBetween(2, 12);
        assertThat(ticks).extracting(Scale.Tick::label).doesNotHaveDuplicates().allSatisfy(label -> assertThat(label).isNotBlank());
        for (int i = 0; i < ticks.size(); i++) {
            assertThat(scale.holds(ticks.get(i).value())).isTrue();
            double written = Double.parseDouble(ticks.get(i).label().replace(",", ""));
            assertThat(scale.place(Math.max(written, 1e-300))).isCloseTo(scale.place(Math.max(ticks.get(i).value(), 1e-300)),
                    Offset.offset(1.0));
            assertThat(i == 0 || scale.place(ticks.get(i).value()) - scale.place(ticks.get(i - 1).value()) >= 12).isTrue();
        }
    }

    /** Law: what is 0 on a logarithmic axis is said in the figure, by name and number; what is not is not. */
    @Property(tries = 60)
    void zerosOnALogarithmicAxisAreSaid(@ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 2) Integer> values) {
        List<Point> points = IntStream.range(0, values.size()).mapToObj(i -> Point.of(i, values.get(i))).toList();
        long zeros = values.stream().filter(v -> v == 0).count();
        String svg = new String(new Curves("t", Axis.linear("x"), Axis.logarithmic("y"), List.of(Series.line("it", points))).svg(),
                StandardCharsets.UTF_8);
        assertThat(svg.contains("no place for: it everywhere")).isEqualTo(zeros == values.size());
        assertThat(svg.contains("no place for: it at " + zeros + " of " + values.size() + " points"))
                .isEqualTo(zeros > 0 && zeros < values.size());
        assertThat(svg.contains("no place for")).isEqualTo(zeros > 0);
        assertThat(new String(new Curves("t", Axis.linear("x"), Axis.linear("y"), List.of(Series.line("it", points))).svg(),
                StandardCharsets.UTF_8)).doesNotContain("no place for");
    }

    /** Law: on one page, a name has one look, and two names have two, whatever charts they are in. */
    @Property(tries = 200)
    void oneNameHasOneLookOnAPage(@ForAll @Size(min = 1, max = 5) List<@Size(min = 1, max = 5) @UniqueElements List<
            @IntRange(min = 0, max = 8) Integer>> pages, @ForAll boolean hasBars) {
        List<Chart> charts = new ArrayList<>();
        for (List<Integer> names : pages) {
            charts.add(hasBars && charts.size() == 1
                    ? new Bars("b", "x", Axis.linear("y"), List.of("a"), names.stream().map(n -> new Bars.Group("n" + n, List.of(1.0))).toList())
                    : new Curves("c", Axis.linear("x"), Axis.linear("y"),
                            names.stream().map(n -> Series.line("n" + n, List.of(Point.of(0, n)))).toList()));
        }
        Map<String, Integer> looks = new HashMap<>();
        for (Chart chart : Chart.ofOnePage(charts)) {
            if (chart instanceof Curves curves) {
                curves.series().forEach(s -> assertThat(looks.merge(s.name(), s.look().getAsInt(), (a, b) -> a.equals(b) ? a : -1))
                        .isNotNegative());
            } else if (chart instanceof Bars bars) {
                bars.groups().forEach(g -> assertThat(looks.merge(g.name(), g.look().getAsInt(), (a, b) -> a.equals(b) ? a : -1)).isPositive());
            }
        }
        assertThat(new HashSet<>(looks.values())).hasSize(looks.size());
    }

    @ParameterizedTest
    @MethodSource("gallery")
    void thePngHasTwoPixelsForEachUnitAndColours(Chart chart) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(chart.png()));
        assertThat(image.getWidth()).isEqualTo(2 * Look.WIDTH);
        assertThat(image.getHeight()).isEqualTo(2 * chart.height());
        int first = Palette.colour(chart instanceof Bars ? 1 : 0).getRGB() & 0xffffff;
        assertThat(count(image, first)).as("pixels in the colour of the first series").isGreaterThan(200);
    }

    /** Where the plot's frame of data ends the legend begins: in the box of all data no white rectangle hides anything. */
    @Test
    void aLegendTakesNothingFromTheData() throws IOException {
        Curves full = new Curves("", Axis.linear("x"), Axis.linear("y"), List.of(
                Series.line("left to right", List.of(Point.of(0, 0), Point.of(1, 1))),
                Series.line("right to left", List.of(Point.of(0, 1), Point.of(1, 0)))));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(full.png()));
        // Two diagonals: every column of pixels between their ends shows the first one.
        int first = image.getWidth();
        int last = 0;
        Set<Integer> columns = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight() * 8 / 10; y++) {
                if ((image.getRGB(x, y) & 0xffffff) == 0) {
                    columns.add(x);
                    first = Math.min(first, x);
                    last = Math.max(last, x);
                }
            }
        }
        assertThat(columns.size()).isGreaterThan((last - first) * 95 / 100);
        assertThat(last - first).isGreaterThan(Look.WIDTH);
    }

    @Test
    void aLongLegendStaysInThePicture() throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(Gallery.lines(12).png()));
        for (int y = 0; y < image.getHeight(); y++) {
            assertThat(image.getRGB(image.getWidth() - 1, y) & 0xffffff).isEqualTo(0xffffff);
            assertThat(image.getRGB(0, y) & 0xffffff).isEqualTo(0xffffff);
        }
    }

    @Test
    void neighboursDifferInGreyAndNoTwoOfTheFirstLookAlike() {
        for (int i = 0; i < 7; i++) {
            assertThat(Math.abs(lightness(i) - lightness(i + 1))).as("lightness of " + i + " and " + (i + 1)).isGreaterThan(10);
        }
        Set<String> looks = new HashSet<>();
        for (int i = 0; i < 28; i++) {
            assertThat(lightness(i)).as("not too light for white paper").isLessThan(75);
            assertThat(looks.add(Palette.colour(i) + " " + java.util.Arrays.toString(Palette.dash(i)))).isTrue();
        }
    }

    @Test
    void pointsWithErrorsOfUnequalLengthAreDrawnOnALogarithmicAxis() {
        Curves chart = new Curves("", Axis.linear("x"), Axis.logarithmic("y"), List.of(
                Series.points("a", List.of(Point.of(1, 10, 1, 11), Point.of(2, 1, 0.5, 100))).with(Series.Spread.BARS)));
        assertThat(new String(chart.svg(), StandardCharsets.UTF_8)).doesNotContain("NaN");
    }

    @Test
    void aLogarithmicAxisRefusesWhatIsBelowZeroAndNamesTheSeries() {
        assertThatThrownBy(() -> new Curves("t", Axis.linear("x"), Axis.logarithmic("distance"),
                List.of(Series.line("exact", List.of(Point.of(1, -0.5))))))
                .hasMessage("the logarithmic axis 'distance' has no place for -0.5 of series 'exact'; leave it out or use a linear axis");
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThatThrownBy(() -> new Curves("t", Axis.linear("x"), Axis.linear("y"), List.of())).hasMessageContaining("has no points");
        assertThatThrownBy(() -> Point.of(0, Double.POSITIVE_INFINITY)).hasMessageContaining("finite");
        assertThatThrownBy(() -> Point.of(0, 2, 0, 1)).hasMessageContaining("must hold it");
        assertThatThrownBy(() -> new Axis("x", false, OptionalDouble.of(1), OptionalDouble.of(1))).hasMessageContaining("must end above");
        assertThatThrownBy(() -> new Bars("t", "x", Axis.linear("y"), List.of("a", "b"), List.of(new Bars.Group("g", List.of(1.0)))))
                .hasMessageContaining("one value of 'g' for each of 2 categories, found 1 values");
        Series twice = Series.line("s", List.of(Point.of(0, 0)));
        assertThatThrownBy(() -> new Curves("t", Axis.linear("x"), Axis.linear("y"), List.of(twice, twice)))
                .hasMessageContaining("one name");
    }

    @Test
    void numbersOfALogarithmicAxisAreShort() {
        assertThat(Look.number(1e-9)).isEqualTo("1e-9");
        assertThat(Look.number(0.002)).isEqualTo("0.002");
        assertThat(Look.number(100000)).isEqualTo("100000");
        assertThat(Look.number(3e7)).isEqualTo("3e7");
    }

    @Test
    void numbersOfALinearAxisAreWhole() {
        assertThat(List.of(0.0, -0.25, 0.1 + 0.2, 1000.0, 125_000.0, 1e6, -2e-5).stream().map(Look::plain))
                .containsExactly("0", "-0.25", "0.3", "1,000", "125,000", "1e6", "-2e-5");
    }

    @Test
    void bothFilesAreWritten(@TempDir Path folder) throws IOException {
        Gallery.bars().writeTo(folder, "rows");
        assertThat(Files.readAllBytes(folder.resolve("rows.svg"))).isEqualTo(Gallery.bars().svg());
        assertThat(Files.readAllBytes(folder.resolve("rows.png"))).isEqualTo(Gallery.bars().png());
    }

    private static long count(BufferedImage image, int rgb) {
        long n = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                n += (image.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
            }
        }
        return n;
    }

    /** Lightness in CIELAB, 0 to 100: what is left of a colour in grey. */
    private static double lightness(int index) {
        Color c = Palette.colour(index);
        double y = 0.2126 * linear(c.getRed()) + 0.7152 * linear(c.getGreen()) + 0.0722 * linear(c.getBlue());
        return y > 216.0 / 24389 ? 116 * Math.cbrt(y) - 16 : y * 24389 / 27;
    }

    private static double linear(int channel) {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}

package cairn;

import cairn.FloorPlan.Place;
import cairn.House.Part;
import cairn.House.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The picture of the house, docs/house.svg, from the classes as they are compiled. {@code main} draws it again, and writes and prints the
 * table of sizes: {@value #COMMAND}
 */
final class HouseDrawing {
    static final Path FILE = Path.of("docs/house.svg");
    /** The pages that may hold the table of sizes. */
    static final List<Path> PAGES = List.of(Path.of("README.md"), Path.of("docs/ARCHITECTURE.md"));
    static final String COMMAND = "mvn -q test-compile exec:java -Dexec.mainClass=cairn.HouseDrawing -Dexec.classpathScope=test";

    private static final double MARGIN = 16;
    private static final double ROW = 19;
    private static final double PADDING = 5;
    private static final double BETWEEN = 38;
    private static final double HEAD = 84;
    private static final double LETTER = 7.3;
    private static final double NUMBERS = 60;
    private static final Map<Part, String> FILLS = Map.of(Part.KERNEL, "#cfe3fb", Part.PRODUCT, "#f1f1ee", Part.LABORATORY, "#fde3b8");
    private static final Map<Part, String> EDGES = Map.of(Part.KERNEL, "#3b78c4", Part.PRODUCT, "#8a8a82", Part.LABORATORY, "#cf8a1b");

    private final House house;
    private final FloorPlan plan;
    private final double[] tops;
    private final double height;
    private final StringBuilder svg = new StringBuilder();

    private HouseDrawing(House house) {
        this.house = house;
        this.plan = new FloorPlan(house.arrows(), group -> 2 * PADDING + 8 + NUMBERS + LETTER * house.roomsOf(group).stream()
                .mapToInt(room -> room.name().length()).max().orElseThrow());
        this.tops = new double[plan.floors.size()];
        double y = HEAD;
        for (int floor = tops.length - 1; floor >= 0; floor--) {
            tops[floor] = y;
            y += floorHeight(floor) + BETWEEN;
        }
        this.height = y - BETWEEN + MARGIN;
    }

    public static void main(String[] words) throws IOException {
        House house = House.read();
        Files.writeString(FILE, svg(house));
        for (Path page : PAGES) {
            Files.writeString(page, withTable(Files.readString(page), house));
        }
        System.out.print(house.table());
    }

    /** {@code page} with its table of sizes, if it has one, as {@code house} is. */
    static String withTable(String page, House house) {
        String head = house.table().lines().findFirst().orElseThrow();
        return page.replaceAll(Pattern.quote(head) + "\n([|].*\n)+", house.table());
    }

    static String svg(House house) {
        return new HouseDrawing(house).drawn();
    }

    private String drawn() {
        double width = plan.width() + 2 * MARGIN;
        svg.append(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0"
                + " %.0f %.0f\""
                + " font-family=\"DejaVu Sans,Verdana,sans-serif\" font-size=\"12.5\" fill=\"#222\">%n", width, height, width, height));
        svg.append("<title>The packages of Cairn and which uses which</title>\n");
        svg.append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\""
                + " orient=\"auto\">"
                + "<path d=\"M0,0.8 L7.5,4 L0,7.2 Z\" fill=\"#5b6470\"/></marker></defs>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        legend();
        arrows();
        plan.floors.forEach(floor -> floor.stream().filter(Place::isBox).sorted(Comparator.comparing(p -> p.name)).forEach(this::box));
        return svg.append("</svg>\n").toString();
    }

    private void legend() {
        double x = MARGIN;
        for (Part part : Part.values()) {
            String text = part.title + ", " + House.thousands(house.lines(part)) + " lines";
            rectangle(x, MARGIN, 16, 16, part, 3);
            text(x + 23, MARGIN + 13, "", text);
            x += 23 + 7 * text.length() + 22;
        }
        text(MARGIN, MARGIN + 36, " font-size=\"11.5\" fill=\"#555\"",
                "Each package with its number of files and of lines. An arrow means: uses. Arrows that follow"
                + " from others are left out.");
        text(MARGIN, MARGIN + 51, " font-size=\"11.5\" fill=\"#555\"", "In a box, a package uses only packages below it.");
    }

    private void box(Place place) {
        List<Room> rooms = house.roomsOf(place.name);
        double left = place.x - place.width / 2 + MARGIN;
        double top = top(place);
        rectangle(left, top, place.width, height(place), Part.of(place.name), 5);
        for (int i = 0; i < rooms.size(); i++) {
            Room room = rooms.get(i);
            double y = top + PADDING + ROW * i + 14;
            text(left + PADDING + 3, y, room.name().equals(place.name) ? " font-weight=\"bold\"" : "", room.name());
            text(left + place.width - PADDING - 38, y, " font-size=\"11\" fill=\"#555\" text-anchor=\"end\"",
                    Integer.toString(room.files()));
            text(left + place.width - PADDING - 3, y, " font-size=\"11\" fill=\"#555\" text-anchor=\"end\"", House.thousands(room.lines()));
        }
    }

    /** Through every gap between floors a curve, past every floor a straight line. */
    private void arrows() {
        svg.append("<g fill=\"none\" stroke=\"#5b6470\" stroke-width=\"1.3\">\n");
        for (List<Place> floor : plan.floors) {
            for (Place from : floor) {
                for (Place to : from.isBox() ? from.below : List.<Place>of()) {
                    arrow(from, to);
                }
            }
        }
        svg.append("</g>\n");
    }

    private void arrow(Place from, Place first) {
        double x = port(from, from.below, first);
        double y = top(from) + height(from);
        StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "M%.1f,%.1f", x, y));
        Place before = from;
        for (Place to = first; ; to = to.below.get(0)) {
            double end = to.isBox() ? port(to, to.above, before) : to.x + MARGIN;
            double bend = (tops[to.floor] - y) / 2;
            path.append(String.format(Locale.ROOT, " C%.1f,%.1f %.1f,%.1f %.1f,%.1f", x, y + bend, end, tops[to.floor] - bend, end,
                    tops[to.floor]));
            if (to.isBox()) {
                break;
            }
            y = tops[to.floor] + floorHeight(to.floor);
            path.append(String.format(Locale.ROOT, " L%.1f,%.1f", end, y));
            x = end;
            before = to;
        }
        svg.append("<path d=\"").append(path).append("\" marker-end=\"url(#tip)\"/>\n");
    }

    /** Where an arrow leaves or meets a box: side by side, in the order of their other ends. */
    private static double port(Place box, List<Place> ends, Place end) {
        List<Place> ordered = ends.stream().sorted(Comparator.comparingDouble(p -> p.x)).toList();
        double step = Math.min(26, (box.width - 24) / ordered.size());
        return box.x + MARGIN + step * (ordered.indexOf(end) - (ordered.size() - 1) / 2.0);
    }

    private double top(Place place) {
        return tops[place.floor];
    }

    private double height(Place box) {
        return 2 * PADDING + ROW * house.roomsOf(box.name).size();
    }

    private double floorHeight(int floor) {
        return plan.floors.get(floor).stream().filter(Place::isBox).mapToDouble(this::height).max().orElse(0);
    }

    private void rectangle(double x, double y, double width, double height, Part part, int round) {
        svg.append(String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\" fill=\"%s\""
                + " stroke=\"%s\"/>%n",
                x, y, width, height, round, FILLS.get(part), EDGES.get(part)));
    }

    private void text(double x, double y, String style, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\"%s>%s</text>%n", x, y, style, text));
    }
}

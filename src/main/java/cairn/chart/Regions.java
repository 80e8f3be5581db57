package cairn.chart;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which name holds at each place of a plane, and points on it. Regions of different names have a line between them, and the points of each
 * name a shape of their own, so that the picture can be read in grey.
 *
 * @param x from the left to the right edge; both ends are given
 * @param y from the lower to the upper edge; both ends are given
 * @param cells how many places a side has; place (i, j) is in the middle of its cell
 * @param region the name at each place, as its number in {@code names}, row after row from the lowest on; -1 where none holds
 * @param strength how strong the colour of each place is, from 0, which is white, to 1
 * @param points what lies on the plane, the last one above
 * @param looks the number of the look of each name
 * @param notes lines below the plane
 */
public record Regions(String title, Axis x, Axis y, int cells, List<String> names, List<Integer> region, List<Double> strength,
        List<Place> points, List<Integer> looks, List<String> notes) implements Chart {
    /**
     * A point on the plane.
     *
     * @param name the number of its name; -1 if it has none
     * @param isFramed whether it is larger, with a dark frame
     */
    public record Place(double x, double y, int name, boolean isFramed) {
    }

    public Regions {
        names = List.copyOf(names);
        region = List.copyOf(region);
        strength = List.copyOf(strength);
        points = List.copyOf(points);
        looks = List.copyOf(looks);
        notes = List.copyOf(notes);
        if (region.size() != cells * cells || strength.size() != region.size()) {
            throw new IllegalArgumentException("the chart '" + title + "' needs " + (long) cells * cells + " places, found " + region.size()
                    + " and " + strength.size());
        }
        if (strength.stream().anyMatch(s -> !(s >= 0 && s <= 1))) {
            throw new IllegalArgumentException("the chart '" + title + "' needs a strength of 0 to 1 at each place");
        }
        for (Axis axis : List.of(x, y)) {
            if (axis.from().isEmpty() || axis.to().isEmpty() || axis.isLogarithmic()) {
                throw new IllegalArgumentException("the axis '" + axis.label() + "' of a plane must be linear, with a beginning and an end");
            }
        }
    }

    /** With the look of each name that its place among the others gives; the first look is black, which would be a grey region. */
    public Regions(String title, Axis x, Axis y, int cells, List<String> names, List<Integer> region, List<Double> strength,
            List<Place> points, List<String> notes) {
        this(title, x, y, cells, names, region, strength, points, IntStream.rangeClosed(1, names.size()).boxed().toList(), notes);
    }

    @Override
    public int height() {
        return Field.height(this);
    }

    @Override
    public Regions looking(List<String> others) {
        return new Regions(title, x, y, cells, names, region, strength, points, names.stream().map(name -> Math.max(0, others.indexOf(name)))
                .toList(), notes);
    }

    /** The look of a name; black for what has none. */
    int look(int name) {
        return name < 0 ? 0 : looks.get(name);
    }
}

package cairn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Boxes on floors, every arrow downwards: after Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical system
 * structures", 1981). A floor is as high above the ground as the arrows force it, or higher where that shortens them; an arrow over
 * several floors gets a place of its own on each; places are ordered so that few arrows cross, and then moved so that few bend. Of many
 * random beginnings the best result is taken; the random numbers are always the same.
 */
final class FloorPlan {
    private static final double GAP = 16;
    private static final double LANE = 6;
    private static final int SWEEPS = 24;
    private static final int STARTS = 200;
    private static final int ROUNDS = 150;
    /** What a crossing is worth, in units of an arrow's way sideways, and a unit of the picture's width. */
    private static final double CROSSING = 150;
    private static final double WIDENING = 3;

    /** A box, or a place where an arrow passes a floor. */
    static final class Place {
        final String name;
        final int floor;
        final double width;
        final List<Place> above = new ArrayList<>();
        final List<Place> below = new ArrayList<>();
        /** Its middle. */
        double x;

        Place(String name, int floor, double width) {
            this.name = name;
            this.floor = floor;
            this.width = width;
        }

        boolean isBox() {
            return !name.isEmpty();
        }
    }

    /** From the ground up, each from left to right. */
    final List<List<Place>> floors = new ArrayList<>();

    FloorPlan(Map<String, Set<String>> arrows, ToDoubleFunction<String> width) {
        Map<String, Integer> heights = heights(arrows);
        Map<String, Place> boxes = new TreeMap<>();
        int top = heights.values().stream().mapToInt(h -> h).max().orElseThrow();
        IntStream.rangeClosed(0, top).forEach(f -> floors.add(new ArrayList<>()));
        heights.forEach((name, floor) -> boxes.put(name, add(new Place(name, floor, width.applyAsDouble(name)))));
        arrows.forEach((from, used) -> used.forEach(to -> {
            Place upper = boxes.get(from);
            for (int floor = upper.floor - 1; floor > boxes.get(to).floor; floor--) {
                upper = join(upper, add(new Place("", floor, LANE)));
            }
            join(upper, boxes.get(to));
        }));
        SplittableRandom random = new SplittableRandom(1);
        List<List<Place>> best = floors;
        double least = Double.MAX_VALUE;
        for (int start = 0; start < STARTS; start++) {
            order();
            move();
            double effort = effort();
            if (effort < least) {
                least = effort;
                best = copy();
            }
            floors.forEach(floor -> shuffle(floor, random));
        }
        floors.clear();
        floors.addAll(best);
        move();
        floors.stream().flatMap(List::stream).filter(Place::isBox).forEach(box -> box.below.forEach(this::straighten));
    }

    /** Lets an arrow over several floors run straight down, beginning with {@code first}, if the other places leave it a lane. */
    private void straighten(Place first) {
        double low = -Double.MAX_VALUE;
        double high = Double.MAX_VALUE;
        double sum = 0;
        List<Place> lane = new ArrayList<>();
        for (Place place = first; !place.isBox(); place = place.below.get(0)) {
            List<Place> floor = floors.get(place.floor);
            int i = floor.indexOf(place);
            low = i == 0 ? low : Math.max(low, floor.get(i - 1).x + distance(floor, i));
            high = i == floor.size() - 1 ? high : Math.min(high, floor.get(i + 1).x - distance(floor, i + 1));
            lane.add(place);
            sum += place.x;
        }
        if (low <= high) {
            double x = Math.max(low, Math.min(high, sum / lane.size()));
            lane.forEach(place -> place.x = x);
        }
    }

    private static void shuffle(List<Place> floor, SplittableRandom random) {
        for (int i = floor.size() - 1; i > 0; i--) {
            Collections.swap(floor, i, random.nextInt(i + 1));
        }
    }

    /** How hard the plan is to follow: crossings, and how far arrows go sideways. */
    private double effort() {
        double sideways = floors.stream().flatMap(List::stream).flatMap(upper -> upper.below.stream()
                .map(lower -> Math.abs(upper.x - lower.x)))
                .mapToDouble(d -> d).sum();
        return CROSSING * crossings(floors) + sideways + WIDENING * width();
    }

    private Place add(Place place) {
        floors.get(place.floor).add(place);
        return place;
    }

    private static Place join(Place upper, Place lower) {
        upper.below.add(lower);
        lower.above.add(upper);
        return lower;
    }

    /** As low as possible; what more arrows come to than go from then rises to just below its lowest user. */
    private static Map<String, Integer> heights(Map<String, Set<String>> arrows) {
        Map<String, Integer> heights = new TreeMap<>();
        arrows.keySet().forEach(name -> lowest(arrows, name, heights));
        for (String name : arrows.keySet().stream().sorted(Comparator.comparing(n -> -heights.get(n))).toList()) {
            List<String> users = arrows.keySet().stream().filter(n -> arrows.get(n).contains(name)).toList();
            if (users.size() > arrows.get(name).size()) {
                heights.put(name, users.stream().mapToInt(heights::get).min().orElseThrow() - 1);
            }
        }
        return heights;
    }

    private static int lowest(Map<String, Set<String>> arrows, String name, Map<String, Integer> heights) {
        if (!heights.containsKey(name)) {
            heights.put(name, arrows.get(name).stream().mapToInt(used -> lowest(arrows, used, heights) + 1).max().orElse(0));
        }
        return heights.get(name);
    }

    /** Each place comes to the mean of its neighbours on the floor before, floor by floor, up and down; the best order is kept. */
    private void order() {
        List<List<Place>> best = copy();
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean isDown = sweep % 2 == 0;
            for (int i = 0; i < floors.size(); i++) {
                List<Place> floor = floors.get(isDown ? floors.size() - 1 - i : i);
                Map<Place, Double> mean = new HashMap<>();
                for (int at = 0; at < floor.size(); at++) {
                    double own = (at + 0.5) / floor.size();
                    List<Place> neighbours = isDown ? floor.get(at).above : floor.get(at).below;
                    mean.put(floor.get(at), neighbours.stream().mapToDouble(this::rank).average().orElse(own));
                }
                floor.sort(Comparator.comparing(mean::get));
            }
            best = crossings(floors) < crossings(best) ? copy() : best;
        }
        floors.clear();
        floors.addAll(best);
    }

    private List<List<Place>> copy() {
        return new ArrayList<>(floors.stream().<List<Place>>map(ArrayList::new).toList());
    }

    private double rank(Place place) {
        List<Place> floor = floors.get(place.floor);
        return (floor.indexOf(place) + 0.5) / floor.size();
    }

    private static int crossings(List<List<Place>> floors) {
        int crossings = 0;
        for (int f = 1; f < floors.size(); f++) {
            List<int[]> arrows = new ArrayList<>();
            for (Place upper : floors.get(f)) {
                for (Place lower : upper.below) {
                    arrows.add(new int[] {floors.get(f).indexOf(upper), floors.get(f - 1).indexOf(lower)});
                }
            }
            for (int[] a : arrows) {
                crossings += (int) arrows.stream().filter(b -> a[0] < b[0] && a[1] > b[1]).count();
            }
        }
        return crossings;
    }

    /** Towards the mean of the neighbours, as far as the order and the widths allow. */
    private void move() {
        for (List<Place> floor : floors) {
            double x = 0;
            for (Place place : floor) {
                place.x = x + place.width / 2;
                x += place.width + GAP;
            }
            double middle = x / 2;
            floor.forEach(place -> place.x -= middle);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (List<Place> floor : floors) {
                settle(floor, floor.stream().mapToDouble(FloorPlan::wanted).toArray());
            }
        }
        double left = floors.stream().flatMap(List::stream).mapToDouble(p -> p.x - p.width / 2).min().orElseThrow();
        floors.forEach(floor -> floor.forEach(place -> place.x -= left));
    }

    private static double wanted(Place place) {
        double sum = 0;
        double weights = 0;
        for (List<Place> side : List.of(place.above, place.below)) {
            for (Place other : side) {
                double weight = place.isBox() && other.isBox() ? 1 : place.isBox() || other.isBox() ? 2 : 8;
                sum += weight * other.x;
                weights += weight;
            }
        }
        return weights == 0 ? place.x : sum / weights;
    }

    /** The mean of pushing everything to the right where there is no place, and of pushing to the left. */
    private static void settle(List<Place> floor, double[] wanted) {
        int n = floor.size();
        double[] right = wanted.clone();
        double[] left = wanted.clone();
        for (int i = 1; i < n; i++) {
            right[i] = Math.max(right[i], right[i - 1] + distance(floor, i));
            left[n - 1 - i] = Math.min(left[n - 1 - i], left[n - i] - distance(floor, n - i));
        }
        for (int i = 0; i < n; i++) {
            floor.get(i).x = (left[i] + right[i]) / 2;
        }
    }

    private static double distance(List<Place> floor, int i) {
        return (floor.get(i - 1).width + floor.get(i).width) / 2 + GAP;
    }

    double width() {
        return floors.stream().flatMap(List::stream).mapToDouble(p -> p.x + p.width / 2).max().orElseThrow();
    }
}

package cairn.chart;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Bars over categories, several side by side where there are several groups.
 *
 * @param x what the categories are
 * @param categories one place each, from left to right
 */
public record Bars(String title, String x, Axis y, List<String> categories, List<Group> groups) implements Chart {

    /**
     * One bar for each category.
     *
     * @param values as many as categories
     * @param errors half the length of each error bar; empty for none
     * @param look the number of its colour; given by the order of the groups if it has none
     */
    public record Group(String name, List<Double> values, List<Double> errors, OptionalInt look) {
        public Group {
            values = List.copyOf(values);
            errors = List.copyOf(errors);
            if (!values.stream().allMatch(Double::isFinite) || !errors.stream().allMatch(e -> Double.isFinite(e) && e >= 0)) {
                throw new IllegalArgumentException("bars '" + name + "' need finite values and errors of 0 or more, found " + values
                        + " and " + errors);
            }
        }

        /** With the colour that its place among the others gives. */
        public Group(String name, List<Double> values, List<Double> errors) {
            this(name, values, errors, OptionalInt.empty());
        }

        /** Without errors. */
        public Group(String name, List<Double> values) {
            this(name, values, List.of());
        }

        Group looking(int number) {
            return new Group(name, values, errors, OptionalInt.of(number));
        }
    }

    public Bars {
        categories = List.copyOf(categories);
        groups = List.copyOf(groups);
        if (categories.isEmpty() || groups.isEmpty()) {
            throw new IllegalArgumentException("the chart '" + title + "' has no bars");
        }
        for (Group g : groups) {
            if (g.values().size() != categories.size() || !g.errors().isEmpty() && g.errors().size() != categories.size()) {
                throw new IllegalArgumentException("the chart '" + title + "' needs one value of '" + g.name() + "' for each of "
                        + categories.size() + " categories, found " + g.values().size() + " values, " + g.errors().size() + " errors");
            }
            g.values().forEach(v -> y.check("bars '" + g.name() + "'", v));
        }
        if (groups.stream().map(Group::name).distinct().count() < groups.size()
                || categories.stream().distinct().count() < categories.size()) {
            throw new IllegalArgumentException("the chart '" + title + "' has two groups or categories of one name: "
                    + groups.stream().map(Group::name).toList() + ", " + categories);
        }
    }

    @Override
    public int height() {
        return Look.HEIGHT;
    }

    @Override
    public List<String> names() {
        return groups.stream().map(Group::name).toList();
    }

    @Override
    public Bars looking(List<String> names) {
        return new Bars(title, x, y, categories, groups.stream().map(g -> g.looking(names.indexOf(g.name()))).toList());
    }

    /** The end of the highest bar and its error, if one is above 0. */
    OptionalDouble highest() {
        double top = 0;
        for (Group g : groups) {
            for (int i = 0; i < categories.size(); i++) {
                top = Math.max(top, g.values().get(i) + (g.errors().isEmpty() ? 0 : g.errors().get(i)));
            }
        }
        return top > 0 ? OptionalDouble.of(top) : OptionalDouble.empty();
    }
}

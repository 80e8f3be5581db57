package cairn.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link Probe} saw within some updates.
 *
 * @param from the step before the first of these updates
 * @param isBeginning whether it is the first update of the run alone: so its forward and its backward pass are those of the initial weights
 * @param rows how many rows their batches had together
 * @param updates the layer statistics of each update that was made
 * @param dead by layer, the share of units that are 0 for each of these rows
 * @param saturated by layer, the share of outputs near their limits
 * @param gradients by parameter, the largest root mean square of its gradient, in the order of the layers
 */
record Reading(long from, boolean isBeginning, int rows, List<Map<String, Double>> updates, Map<String, Double> dead,
        Map<String, Double> saturated, Map<String, Double> gradients) {
    private static final String WEIGHT = "/weight";

    /** A number and the layer that it belongs to. */
    record Worst(String layer, double value, long step) {
    }

    /** The largest value of a statistic, such as {@code update-ratio}, over the layers and updates. */
    Optional<Worst> largest(String statistic) {
        Optional<Worst> worst = Optional.empty();
        for (int i = 0; i < updates.size(); i++) {
            for (Map.Entry<String, Double> e : updates.get(i).entrySet()) {
                if (e.getKey().startsWith(statistic + "/") && (worst.isEmpty() || e.getValue() > worst.get().value())) {
                    worst = Optional.of(new Worst(e.getKey().substring(statistic.length() + 1), e.getValue(), from + i + 1));
                }
            }
        }
        return worst;
    }

    /** The first step at which a statistic of a layer is at least {@code limit}. */
    Optional<Long> reached(String statistic, double limit) {
        for (int i = 0; i < updates.size(); i++) {
            if (updates.get(i).entrySet().stream().anyMatch(e -> e.getKey().startsWith(statistic + "/") && e.getValue() >= limit)) {
                return Optional.of(from + i + 1);
            }
        }
        return Optional.empty();
    }

    /** The median over the updates of the largest value of a statistic over the layers. */
    Optional<Double> usual(String statistic) {
        double[] largest = updates.stream().mapToDouble(u -> u.entrySet().stream().filter(e -> e.getKey().startsWith(statistic + "/"))
                .mapToDouble(Map.Entry::getValue).max().orElse(Double.NaN)).filter(v -> !Double.isNaN(v)).toArray();
        return largest.length == 0 ? Optional.empty() : Optional.of(Course.median(largest));
    }

    /** The layer with the largest share of units that are always 0. */
    Optional<Worst> worstDead() {
        return worst(dead);
    }

    /** The layer with the largest share of saturated outputs. */
    Optional<Worst> worstSaturated() {
        return worst(saturated);
    }

    private Optional<Worst> worst(Map<String, Double> shares) {
        return shares.entrySet().stream().max(Map.Entry.comparingByValue()).map(e -> new Worst(e.getKey(), e.getValue(), from));
    }

    /** The root mean square of the gradient of each layer's weights, first layer first. */
    Map<String, Double> weightGradients() {
        Map<String, Double> weights = new LinkedHashMap<>();
        gradients.forEach((name, value) -> {
            if (name.endsWith(WEIGHT)) {
                weights.put(name.substring(0, name.length() - WEIGHT.length()), value);
            }
        });
        return weights;
    }

    /** The gradient of the first layer's weights divided by that of the last one's; empty with fewer than two, or if one is 0. */
    Optional<Worst> firstToLast() {
        List<Map.Entry<String, Double>> all = List.copyOf(weightGradients().entrySet());
        if (all.size() < 2) {
            return Optional.empty();
        }
        double first = all.get(0).getValue();
        double last = all.get(all.size() - 1).getValue();
        return last > 0 && Double.isFinite(first / last) ? Optional.of(new Worst(all.get(0).getKey(), first / last, from + 1))
                : Optional.empty();
    }
}

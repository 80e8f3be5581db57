package cairn.interop.onnx;

import cairn.interop.onnx.NodeLayers.Step;
import cairn.nn.Layer;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softplus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which layer a formula is, and which formula the nodes after a value compute. */
final class KnownFunctions {
    private static final Formula RELU = Formula.X.positive().orElseThrow();
    /** e^min(x, 0). */
    private static final Formula BELOW = Formula.X.negative().flatMap(f -> f.in("exp")).orElseThrow();
    private static final int MOST_STEPS = 6;
    private static final int MOST_NODES = 1000;
    private static final double SAME_ABOVE = 20;
    private static final Map<String, Layer> FIXED = new LinkedHashMap<>();

    static {
        Formula x = Formula.X;
        Formula erf = x.times(Math.sqrt(0.5)).in("erf").orElseThrow();
        Formula cube = x.times(x).flatMap(x::times).orElseThrow();
        Formula tanh = sum(x, cube.times(0.044715)).times(Math.sqrt(2 / Math.PI)).in("tanh").orElseThrow();
        FIXED.put(RELU.text(), new Relu());
        FIXED.put(product(x, x.in("sigmoid").orElseThrow()).text(), new Silu());
        FIXED.put(product(x, sum(Formula.number(1), erf)).times(0.5).text(), new Gelu(Gelu.Form.EXACT));
        FIXED.put(product(x, sum(Formula.number(1), tanh)).times(0.5).text(), new Gelu(Gelu.Form.TANH));
        FIXED.put(logOnePlus(x).text(), new Softplus());
        FIXED.put(sum(RELU, logOnePlus(x.absolute().orElseThrow().times(-1))).text(), new Softplus());
    }

    private KnownFunctions() {
    }

    private static Formula sum(Formula a, Formula b) {
        return a.plus(b).orElseThrow();
    }

    private static Formula product(Formula a, Formula b) {
        return a.times(b).orElseThrow();
    }

    /** ln(1 + e^·). */
    private static Formula logOnePlus(Formula f) {
        return sum(Formula.number(1), f.in("exp").orElseThrow()).in("log").orElseThrow();
    }

    static Optional<Layer> layer(Formula f) {
        Layer fixed = FIXED.get(f.text());
        if (fixed != null) {
            return Optional.of(fixed);
        }
        double slope = f.of("x");
        double alpha = f.of(BELOW.firstProduct());
        if (slope != 0 && sum(Formula.X.times(slope), RELU.times(1 - slope)).text().equals(f.text())) {
            return Optional.of(new LeakyRelu(slope));
        } else if (alpha > 0 && sum(RELU, sum(BELOW.times(alpha), Formula.number(-alpha))).text().equals(f.text())) {
            return Optional.of(new Elu(alpha));
        }
        return Optional.empty();
    }

    /** The formula of a node, from those of its inputs; empty if the node is no function of single numbers that is known here. */
    static Optional<Formula> of(GraphNode node, List<Formula> in) {
        Formula a = in.isEmpty() ? Formula.number(0) : in.get(0);
        if (in.size() == 1) {
            return switch (node.op()) {
                case "Identity" -> Optional.of(a);
                case "Neg" -> Optional.of(a.times(-1));
                case "Relu" -> a.positive();
                case "Abs" -> a.absolute();
                case "Exp" -> a.in("exp");
                case "Log" -> a.in("log");
                case "Erf" -> a.in("erf");
                case "Tanh" -> a.in("tanh");
                case "Sigmoid" -> a.in("sigmoid");
                case "Softplus" -> softplus(a);
                default -> Optional.empty();
            };
        } else if (in.size() == 3) {
            return node.op().equals("Where") ? chosen(a, in.get(1), in.get(2)) : Optional.empty();
        } else if (in.size() != 2) {
            return Optional.empty();
        }
        Formula b = in.get(1);
        return switch (node.op()) {
            case "Add" -> a.plus(b);
            case "Sub" -> a.plus(b.times(-1));
            case "Mul" -> a.times(b);
            case "Div" -> b.constant().filter(d -> d != 0).map(d -> a.times(1 / d));
            case "Pow" -> b.constant().flatMap(p -> p == 2 ? a.times(a) : p == 3 ? a.times(a).flatMap(a::times) : Optional.empty());
            case "Greater" -> b.constant().filter(c -> c >= SAME_ABOVE).flatMap(c -> a.in("isLarge"));
            case "Max" -> isZero(b) ? a.positive() : isZero(a) ? b.positive() : Optional.empty();
            case "Min" -> isZero(b) ? a.negative() : isZero(a) ? b.negative() : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** PyTorch takes x itself for ln(1 + e^x) where x is large; in float32 that is the same number. */
    private static Optional<Formula> chosen(Formula condition, Formula a, Formula b) {
        boolean isSoftplus = a.in("isLarge").filter(f -> f.text().equals(condition.text())).isPresent()
                && softplus(a).filter(f -> f.text().equals(b.text())).isPresent();
        return isSoftplus ? Optional.of(b) : Optional.empty();
    }

    private static Optional<Formula> softplus(Formula a) {
        return a.in("exp").flatMap(e -> e.plus(Formula.number(1))).flatMap(e -> e.in("log"));
    }

    private static boolean isZero(Formula f) {
        return f.constant().filter(c -> c == 0).isPresent();
    }

    /**
     * The layer that a value goes through next, if the nodes after it are a function of single numbers, which may part and join.
     *
     * @param users the nodes that take the value
     * @param inside the nodes of this way, by what they compute; all if empty
     */
    static Optional<Step> step(OnnxGraph graph, DataPaths paths, Place place, List<GraphNode> users,
            Optional<Set<String>> inside) {
        Map<String, Formula> formulas = new HashMap<>(Map.of(place.value(), Formula.X));
        List<GraphNode> next = users;
        int from = next.stream().mapToInt(paths::place).min().orElse(0);
        for (int i = 0; i < MOST_STEPS && !next.isEmpty(); i++) {
            Optional<GraphNode> end = next.size() == 1 ? Optional.of(next.get(0)) : paths.join(next);
            boolean isWithin = end.isPresent() && (inside.isEmpty() || inside.get().contains(end.get().output()));
            if (!isWithin || paths.place(end.get()) - from > MOST_NODES) {
                return Optional.empty();
            }
            for (; from <= paths.place(end.get()); from++) {
                evaluate(graph, paths.nodes().get(from), formulas);
            }
            Formula found = formulas.get(end.get().output());
            if (found == null) {
                return Optional.empty();
            }
            Optional<Layer> layer = layer(found);
            if (layer.isPresent()) {
                return Optional.of(Step.of(layer.get(), place.at(end.get().output())));
            }
            next = paths.users(end.get().output());
        }
        return Optional.empty();
    }

    private static void evaluate(OnnxGraph graph, GraphNode node, Map<String, Formula> formulas) {
        List<Formula> in = new ArrayList<>();
        for (String input : node.inputs()) {
            if (formulas.containsKey(input)) {
                in.add(formulas.get(input));
            } else if (graph.tensors().containsKey(input) && graph.tensors().get(input).value().size() == 1) {
                in.add(Formula.number(graph.tensors().get(input).value().get(0)));
            } else {
                return;
            }
        }
        of(node, in).ifPresent(f -> formulas.put(node.output(), f));
    }
}

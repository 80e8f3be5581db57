package cairn.interop.onnx;

import cairn.interop.file.FileTensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A normalization that is written by single operators: γ · (x - mean) / √(variance + ε) + β. Exporters write so what their operator set has
 * no operator for.
 *
 * @param start the value x
 * @param end the node that adds β
 * @param isOfRow whether mean and variance are those of the last dimension of x (layer normalization); otherwise they are tensors
 * @param tensors by the names of the parameters here
 * @param inside the values between the start and the end
 */
record NormPattern(String start, GraphNode end, boolean isOfRow, double epsilon, Map<String, String> tensors, Set<String> inside) {

    /** The normalization that ends in {@code end}, if one does. */
    static Optional<NormPattern> endingIn(GraphNode end, Map<String, GraphNode> sources, Map<String, FileTensor> tensors) {
        return new Search(sources, tensors).from(end);
    }

    private static final class Search {
        private final Map<String, GraphNode> sources;
        private final Map<String, FileTensor> tensors;
        private final Set<String> inside = new HashSet<>();
        private final Map<String, String> found = new LinkedHashMap<>();

        Search(Map<String, GraphNode> sources, Map<String, FileTensor> tensors) {
            this.sources = sources;
            this.tensors = tensors;
        }

        private Optional<NormPattern> from(GraphNode end) {
            Optional<GraphNode> gained = beside(end, "Add", "beta").flatMap(value -> node(value, "Mul"));
            Optional<GraphNode> normal = gained.flatMap(mul -> beside(mul, "Mul", "gamma")).flatMap(value -> node(value, "Div"));
            Optional<GraphNode> centered = normal.flatMap(div -> node(div.input(0), "Sub"));
            Optional<GraphNode> shifted = normal.flatMap(div -> node(div.input(1), "Sqrt")).flatMap(sqrt -> node(sqrt.input(0), "Add"));
            Optional<Double> epsilon = shifted.flatMap(this::number);
            if (centered.isEmpty() || epsilon.isEmpty() || found.size() != 2) {
                return Optional.empty();
            }
            String x = centered.get().input(0);
            String mean = centered.get().input(1);
            GraphNode sum = shifted.get();
            String variance = isNumber(sum.input(1)) ? sum.input(0) : sum.input(1);
            boolean isOfRow = isMean(mean, x) && isVariance(variance, centered.get());
            if (!isOfRow && !(isVector(mean) && isVector(variance))) {
                return Optional.empty();
            } else if (!isOfRow) {
                found.put("running-mean", mean);
                found.put("running-var", variance);
            }
            Map<String, String> named = new LinkedHashMap<>();
            for (String parameter : new String[] {"gamma", "beta", "running-mean", "running-var"}) {
                if (found.containsKey(parameter)) {
                    named.put(parameter, found.get(parameter));
                }
            }
            return Optional.of(new NormPattern(x, end, isOfRow, epsilon.get(), named, inside));
        }

        private Optional<GraphNode> node(String value, String op) {
            Optional<GraphNode> node = Optional.ofNullable(sources.get(value)).filter(n -> n.op().equals(op));
            node.ifPresent(n -> inside.add(n.output()));
            return node;
        }

        /** The other input of a node that takes a vector, which is noted as {@code parameter}. */
        private Optional<String> beside(GraphNode node, String op, String parameter) {
            if (!node.op().equals(op) || isVector(node.input(0)) == isVector(node.input(1))) {
                return Optional.empty();
            }
            int vector = isVector(node.input(0)) ? 0 : 1;
            found.put(parameter, node.input(vector));
            return Optional.of(node.input(1 - vector));
        }

        private boolean isVector(String value) {
            return tensors.containsKey(value) && tensors.get(value).shape().length == 1;
        }

        private boolean isNumber(String value) {
            return tensors.containsKey(value) && tensors.get(value).value().size() == 1 && tensors.get(value).shape().length == 0;
        }

        private Optional<Double> number(GraphNode sum) {
            Function<String, Optional<Double>> number = v -> isNumber(v) ? Optional.of(decimal(tensors.get(v))) : Optional.empty();
            return number.apply(sum.input(1)).or(() -> number.apply(sum.input(0)));
        }

        private static double decimal(FileTensor number) {
            double value = number.value().get(0);
            return number.dtype() == FileTensor.Type.FLOAT32 ? Double.parseDouble(Float.toString((float) value)) : value;
        }

        private boolean isMean(String mean, String x) {
            Optional<GraphNode> reduce = node(mean, "ReduceMean");
            return reduce.isPresent() && reduce.get().input(0).equals(x) && reduce.get().integer("keepdims", 1) == 1
                    && isLast(reduce.get());
        }

        private boolean isLast(GraphNode reduce) {
            FileTensor axes = tensors.get(reduce.input(1));
            return axes == null ? Arrays.equals(reduce.integers("axes"), new long[] {-1})
                    : axes.value().size() == 1 && axes.value().get(0) == -1;
        }

        private boolean isVariance(String variance, GraphNode centered) {
            Optional<GraphNode> reduce = node(variance, "ReduceMean");
            if (reduce.isEmpty() || reduce.get().integer("keepdims", 1) != 1 || !isLast(reduce.get())) {
                return false;
            }
            String squares = reduce.get().input(0);
            String value = centered.output();
            boolean isProduct = node(squares, "Mul").filter(n -> n.inputs().equals(List.of(value, value))).isPresent();
            return isProduct || node(squares, "Pow").filter(n -> n.input(0).equals(value) && isNumber(n.input(1))
                    && tensors.get(n.input(1)).value().get(0) == 2).isPresent();
        }
    }
}

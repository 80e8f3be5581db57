package cairn.interop.onnx;

import cairn.interop.onnx.OnnxOptions.Probabilities;
import cairn.interop.onnx.OnnxOptions.Scaling;
import cairn.state.ElementType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** Nodes before the first layer and after the last one: from raw numbers to inputs, from outputs to what the user wants of them. */
final class ScalingNodes {
    private final Nodes nodes;

    ScalingNodes(Nodes nodes) {
        this.nodes = nodes;
    }

    /**
     * (x - shift) / divisor. In float32 the shift is subtracted in two parts: a mean that is large beside the deviation would lose too many
     * digits in one.
     */
    Flow before(Optional<Scaling> scaling, Flow x) {
        if (scaling.isEmpty()) {
            return x;
        }
        Scaling s = scaling.get();
        s.requireFit("inputs", x.row());
        requireNumbers(s);
        String value = x.name();
        value = subtracted(value, "normalize/shift", s.shifts());
        if (nodes.type() == ElementType.F32) {
            value = subtracted(value, "normalize/shift-rest", DoubleStream.of(s.shifts()).map(v -> v - (float) v).toArray());
        }
        if (DoubleStream.of(s.divisors()).anyMatch(v -> v != 1)) {
            value = nodes.add("Div", "normalize/scaled", value, nodes.numbers("normalize/divisor", s.divisors()));
        }
        if (nodes.type() == ElementType.F64 && !value.equals(x.name())) {
            value = nodes.add("Cast", "normalize/rounded", Map.of("to", (long) Nodes.dataType(ElementType.F32)), value);
            value = nodes.add("Cast", "normalize/widened", Map.of("to", (long) Nodes.dataType(ElementType.F64)), value);
        }
        return Flow.channelsLast(value, x.row());
    }

    private String subtracted(String value, String name, double[] shifts) {
        return DoubleStream.of(shifts).allMatch(v -> v == 0) ? value : nodes.add("Sub", name + "/y", value, nodes.numbers(name, shifts));
    }

    String after(OnnxOptions options, Flow y) {
        String value = y.name();
        if (options.targets().isPresent()) {
            Scaling s = options.targets().get();
            s.requireFit("targets", y.row());
            requireNumbers(s);
            value = nodes.add("Mul", "targets/scaled", value, nodes.numbers("targets/factor", s.divisors()));
            value = nodes.add("Add", "targets/shifted", value, nodes.numbers("targets/shift", s.shifts()));
        }
        if (options.probabilities() != Probabilities.NONE && y.row().length != 1) {
            throw new IllegalArgumentException("probabilities are made of rows of one dimension; the outputs of this model have the shape "
                    + Arrays.toString(y.row()));
        }
        return switch (options.probabilities()) {
            case NONE -> value;
            case SOFTMAX -> nodes.add("Softmax", "probabilities", Map.of("axis", -1L), value);
            case SIGMOID -> nodes.add("Sigmoid", "probabilities", value);
        };
    }

    private void requireNumbers(Scaling s) {
        for (int c = 0; c < s.shifts().length; c++) {
            double shift = nodes.type() == ElementType.F64 ? s.shifts()[c] : (float) s.shifts()[c];
            double divisor = nodes.type() == ElementType.F64 ? s.divisors()[c] : (float) s.divisors()[c];
            if (!Double.isFinite(shift) || !Double.isFinite(divisor) || divisor == 0) {
                throw new IllegalArgumentException("feature or channel " + c + " is shifted by " + s.shifts()[c] + " and divided by "
                        + s.divisors()[c] + ", which is out of range in " + nodes.type().label());
            }
        }
    }
}

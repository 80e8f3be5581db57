package cairn.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How far two tensors of one type and shape are apart, both read as doubles; d is their difference. NaN where an element
 * has become NaN, or was.
 *
 * @param elements how many each has
 * @param changed how many of them differ
 * @param maximum max |d|
 * @param norm ‖d‖, Euclid's
 * @param normBefore ‖before‖
 * @param normAfter ‖after‖
 * @param relative ‖d‖ / ‖before‖; infinite if only the denominator is 0, and 0 if both are
 */
public record Distance(long elements, long changed, double maximum, double norm, double normBefore, double normAfter,
        double relative) {

    /** How far all tensors of a state together are from those of a later one; empty if paths or shapes differ. */
    public static Optional<Distance> between(State before, State after) {
        List<Distance> parts = new ArrayList<>();
        for (Map.Entry<String, Value> e : before.entries().entrySet()) {
            if (e.getValue() instanceof Value.Tensor t) {
                if (!(after.entries().get(e.getKey()) instanceof Value.Tensor other) || !other.schema().equals(t.schema())) {
                    return Optional.empty();
                }
                parts.add(between(t, other));
            }
        }
        return parts.size() == after.entries().values().stream().filter(Value.Tensor.class::isInstance).count()
                ? Optional.of(together(parts)) : Optional.empty();
    }

    /** The distance from {@code before} to {@code after}. */
    static Distance between(Value.Tensor before, Value.Tensor after) {
        ByteBuffer a = before.bytes();
        ByteBuffer b = after.bytes();
        long changed = 0;
        double maximum = 0;
        double squares = 0;
        double squaresBefore = 0;
        double squaresAfter = 0;
        while (a.hasRemaining()) {
            double x = next(before.type(), a);
            double y = next(after.type(), b);
            squaresBefore += x * x;
            squaresAfter += y * y;
            if (Double.doubleToRawLongBits(x) == Double.doubleToRawLongBits(y)) {
                continue;
            }
            double d = y - x;
            changed++;
            maximum = Math.max(maximum, Math.abs(d));
            squares += d * d;
        }
        return new Distance(before.size(), changed, maximum, Math.sqrt(squares), Math.sqrt(squaresBefore), Math.sqrt(squaresAfter),
                squares == 0 ? 0 : Math.sqrt(squares) / Math.sqrt(squaresBefore));
    }

    /** The distance of several tensors taken together, from the distances of each. */
    static Distance together(List<Distance> parts) {
        double norm = root(parts, Distance::norm);
        double before = root(parts, Distance::normBefore);
        return new Distance(parts.stream().mapToLong(Distance::elements).sum(), parts.stream().mapToLong(Distance::changed).sum(),
                parts.stream().mapToDouble(Distance::maximum).reduce(0, Math::max), norm, before, root(parts, Distance::normAfter),
                norm == 0 ? 0 : norm / before);
    }

    private static double root(List<Distance> parts, ToDoubleFunction<Distance> norm) {
        return Math.sqrt(parts.stream().mapToDouble(norm).map(n -> n * n).sum());
    }

    private static double next(ElementType type, ByteBuffer bytes) {
        return switch (type) {
            case F64 -> bytes.getDouble();
            case F32 -> bytes.getFloat();
            case I64 -> bytes.getLong();
            case I32 -> bytes.getInt();
            case U8 -> bytes.get() & 0xff;
        };
    }
}

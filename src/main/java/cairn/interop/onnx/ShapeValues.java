package cairn.interop.onnx;

import cairn.interop.file.FileTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Whole numbers that a graph computes of the sizes of its values, such as the shape that a Reshape is given. The batch has no number. */
final class ShapeValues {
    private static final int MOST_DEPTH = 32;
    private static final int MOST_NUMBERS = 64;
    private static final int MOST_WORK = 10_000;

    private final Map<String, FileTensor> tensors;
    private final Map<String, GraphNode> sources = new HashMap<>();
    private final Map<String, long[]> sizes = new HashMap<>();
    private int work;

    ShapeValues(OnnxGraph graph) {
        this.tensors = graph.tensors();
        graph.nodes().forEach(node -> node.outputs().forEach(value -> sources.put(value, node)));
    }

    /** Notes the sizes of a value, with {@link Place#BATCH} as the first. */
    void put(String value, long[] found) {
        sizes.put(value, found);
    }

    /** The numbers of a value; empty if they cannot be known. */
    Optional<long[]> of(String value) {
        work = 0;
        return of(value, 0);
    }

    private Optional<long[]> of(String value, int depth) {
        FileTensor tensor = tensors.get(value);
        if (tensor != null) {
            return tensor.value().size() > MOST_NUMBERS ? Optional.empty()
                    : Optional.of(LongStream.range(0, tensor.value().size()).map(i -> (long) tensor.value().get(i)).toArray());
        }
        GraphNode node = sources.get(value);
        if (node == null || depth > MOST_DEPTH || ++work > MOST_WORK) {
            return Optional.empty();
        } else if (node.op().equals("Shape")) {
            return node.has("start") || node.has("end") ? Optional.empty() : Optional.ofNullable(sizes.get(node.input(0)));
        }
        return switch (node.op()) {
            case "Identity", "Cast", "Squeeze", "Unsqueeze" -> of(node.input(0), depth + 1);
            case "Gather" -> gathered(of(node.input(0), depth + 1), of(node.input(1), depth + 1));
            case "Slice" -> sliced(node, depth + 1);
            case "Concat" -> joined(node, depth + 1);
            case "Mul" -> product(of(node.input(0), depth + 1), of(node.input(1), depth + 1));
            default -> Optional.empty();
        };
    }

    private static Optional<long[]> gathered(Optional<long[]> from, Optional<long[]> indices) {
        if (from.isEmpty() || indices.isEmpty()) {
            return Optional.empty();
        }
        int n = from.get().length;
        return LongStream.of(indices.get()).allMatch(i -> i >= -n && i < n)
                ? Optional.of(LongStream.of(indices.get()).map(i -> from.get()[(int) (i < 0 ? i + n : i)]).toArray()) : Optional.empty();
    }

    /** A part of one dimension in steps of one. */
    private Optional<long[]> sliced(GraphNode node, int depth) {
        Optional<long[]> from = of(node.input(0), depth);
        Optional<long[]> starts = node.has("starts") ? Optional.of(node.integers("starts")) : of(node.input(1), depth);
        Optional<long[]> ends = node.has("ends") ? Optional.of(node.integers("ends")) : of(node.input(2), depth);
        boolean isPlain = !node.hasInput(4) || of(node.input(4), depth).filter(s -> Arrays.equals(s, new long[] {1})).isPresent();
        if (from.isEmpty() || starts.isEmpty() || ends.isEmpty() || starts.get().length != 1 || ends.get().length != 1 || !isPlain) {
            return Optional.empty();
        }
        int n = from.get().length;
        int begin = place(starts.get()[0], n);
        return Optional.of(Arrays.copyOfRange(from.get(), begin, Math.max(begin, place(ends.get()[0], n))));
    }

    private static int place(long index, int n) {
        return (int) Math.max(0, Math.min(n, index < 0 ? index + n : index));
    }

    private Optional<long[]> joined(GraphNode node, int depth) {
        long[] all = {};
        for (String part : node.inputs()) {
            Optional<long[]> numbers = of(part, depth);
            if (numbers.isEmpty() || all.length + numbers.get().length > MOST_NUMBERS) {
                return Optional.empty();
            }
            all = LongStream.concat(LongStream.of(all), LongStream.of(numbers.get())).toArray();
        }
        return Optional.of(all);
    }

    private static Optional<long[]> product(Optional<long[]> a, Optional<long[]> b) {
        boolean isKnown = a.isPresent() && b.isPresent() && a.get().length == 1 && b.get().length == 1 && a.get()[0] != Place.BATCH
                && b.get()[0] != Place.BATCH;
        return isKnown ? Optional.of(new long[] {Math.multiplyExact(a.get()[0], b.get()[0])}) : Optional.empty();
    }
}

package cairn.lab;

import cairn.state.State;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The trained weights of a state as one vector of doubles, and back: so that states can be averaged, measured and projected. */
record WeightVector(List<String> paths, double[] values) {

    /** The weights in {@code state}: every real tensor below {@code model/} but running statistics, which are not trained. */
    static WeightVector of(State state) {
        List<String> paths = new ArrayList<>();
        int size = 0;
        for (Map.Entry<String, Value> e : state.select("model").entries().entrySet()) {
            if (e.getValue() instanceof Value.Tensor t && !e.getKey().contains("/running-")) {
                paths.add(e.getKey());
                size += Math.toIntExact(t.size());
            }
        }
        double[] values = new double[size];
        int at = 0;
        for (String path : paths) {
            Value.Tensor t = state.tensor(path);
            ByteBuffer bytes = t.bytes();
            while (bytes.hasRemaining()) {
                values[at++] = t.type() == cairn.state.ElementType.F64 ? bytes.getDouble() : bytes.getFloat();
            }
        }
        return new WeightVector(paths, values);
    }

    /** {@code state} with these weights, rounded to its element type. */
    State into(State state) {
        Map<String, Value> tensors = new LinkedHashMap<>();
        int at = 0;
        for (String path : paths) {
            Value.Tensor t = state.tensor(path);
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Value.Tensor.bytesOf(t.type(), t.shape())))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (long i = 0; i < t.size(); i++) {
                if (t.type() == cairn.state.ElementType.F64) {
                    bytes.putDouble(values[at++]);
                } else {
                    bytes.putFloat((float) values[at++]);
                }
            }
            tensors.put(path, new Value.Tensor(t.type(), t.shape(), bytes.flip()));
        }
        return state.overlay(State.of(tensors));
    }

    /** (1 - t)·this + t·other. */
    WeightVector towards(WeightVector other, double t) {
        double[] mixed = new double[values.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (1 - t) * values[i] + t * other.values[i];
        }
        return new WeightVector(paths, mixed);
    }

    /** The mean of {@code vectors}. */
    static WeightVector mean(List<WeightVector> vectors) {
        double[] sum = new double[vectors.get(0).values.length];
        for (WeightVector v : vectors) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += v.values[i] / vectors.size();
            }
        }
        return new WeightVector(vectors.get(0).paths, sum);
    }

    double norm() {
        double squares = 0;
        for (double v : values) {
            squares += v * v;
        }
        return Math.sqrt(squares);
    }

    /** ‖this - other‖ / ‖other‖. */
    double relativeDistance(WeightVector other) {
        return distance(other) / other.norm();
    }

    /** ‖this - other‖, Euclid's. */
    double distance(WeightVector other) {
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double d = values[i] - other.values[i];
            squares += d * d;
        }
        return Math.sqrt(squares);
    }
}

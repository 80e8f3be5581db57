package cairn.interop.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import cairn.disk.Disk;
import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.nn.loss.MeanSquaredError;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Cairn's outputs, and those of ONNX Runtime. */
final class Judge {
    private Judge() {
    }

    /** A network whose offsets, gains and statistics are sample numbers: a bias of 0 or a gain of 1 would hide a missing one. */
    static Network network(Layer model, long[] row, ElementType type) {
        Network network = new Network(model, row, type, Key.of(99));
        fill(network.parameters());
        fill(network.buffers());
        return network;
    }

    private static void fill(ParameterVector vector) {
        for (Layout.Place p : vector.layout().places()) {
            if (p.shape().length > 1) {
                continue;
            }
            DoubleStream numbers = DoubleStream.of(Samples.numbers(p.size(), p.name())).map(v -> v * 0.5);
            vector.view(p.name()).set((p.name().endsWith("running-var") ? numbers.map(v -> 0.3 + Math.abs(v)) : numbers).toArray());
        }
    }

    static Map<String, Value.Tensor> weights(Network network) {
        Map<String, Value.Tensor> weights = new LinkedHashMap<>();
        State.of(network).entries().forEach((name, value) -> weights.put(name, (Value.Tensor) value));
        return weights;
    }

    static byte[] written(Layer model, long[] row, Map<String, Value.Tensor> weights, OnnxOptions options) {
        Bytes out = new Bytes();
        try {
            OnnxWriter.write(model, row, weights, options, out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.all.toByteArray();
    }

    /** What an evaluation gives for {@code batch} rows of {@code x}. */
    static double[] cairn(Network network, int batch, double[] x) {
        Program evaluation = network.evaluation(batch, new MeanSquaredError(), network.parameters());
        evaluation.x().set(x);
        evaluation.forward();
        return evaluation.output().toDoubles();
    }

    static double[] runtime(byte[] file, ElementType type, int batch, long[] row, double[] x) throws OrtException {
        requireShortCommandLine();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = LongStream.concat(LongStream.of(batch), LongStream.of(row)).toArray();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // Further optimizations put a sigmoid and a product together into an operator that there is in float32 only.
            options.setOptimizationLevel(type == ElementType.F64 ? OptLevel.BASIC_OPT : OptLevel.ALL_OPT);
            try (OrtSession session = environment.createSession(file, options); OnnxTensor input = tensor(environment, type, shape, x);
                    OrtSession.Result result = session.run(Map.of(session.getInputNames().iterator().next(), input))) {
                OnnxTensor output = (OnnxTensor) result.get(0);
                if (type == ElementType.F64) {
                    double[] y = new double[output.getDoubleBuffer().remaining()];
                    output.getDoubleBuffer().get(y);
                    return y;
                }
                FloatBuffer y = output.getFloatBuffer();
                return DoubleStream.generate(y::get).limit(y.remaining()).toArray();
            }
        }
    }

    /** ONNX Runtime 1.29.0 ends its process without a word if the command line is longer than a page of memory. */
    private static void requireShortCommandLine() {
        Path line = Path.of("/proc/self/cmdline");
        try {
            if (Files.exists(line) && Files.readAllBytes(line).length > 4000) {
                throw new IllegalStateException("ONNX Runtime would crash, because this process was started with more than 4000 bytes of"
                        + " arguments. Give the class path in the environment (CLASSPATH) or in an argument file");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, ElementType type, long[] shape, double[] x) throws OrtException {
        if (type == ElementType.F64) {
            return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(x), shape);
        }
        float[] floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), shape);
    }

    /** A file in memory. */
    static final class Bytes implements Disk.Output {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();

        @Override
        public void write(ByteBuffer bytes) {
            byte[] some = new byte[bytes.remaining()];
            bytes.get(some);
            all.writeBytes(some);
        }

        @Override
        public void force() {
            // It is nowhere else.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}

package cairn.interop.keras;

import cairn.interop.file.FileModule.Kind;
import cairn.nn.Layer;
import cairn.nn.init.He;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Reshape;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * A layer of a configuration in layers of here: the layer and its activation. A setting that is not in the file has Keras's own default.
 * Settings that only training uses and that there are not here, such as regularizers, are notes; all else that is unknown is a problem.
 */
final class LayerReading {
    private final KerasLayer layer;
    private final long[] in;
    private final List<String> problems;
    private final List<String> notes;

    private LayerReading(KerasLayer layer, long[] in, List<String> problems, List<String> notes) {
        this.layer = layer;
        this.in = in;
        this.problems = problems;
        this.notes = notes;
    }

    /** The parts, none if it does nothing; {@code rows} is passed through them, or lost if there is a problem. */
    static List<Layer> of(KerasLayer layer, KerasModel.Rows rows, List<String> problems, List<String> notes) {
        int before = problems.size();
        LayerReading reading = new LayerReading(layer, rows.shape().orElse(new long[0]), problems, notes);
        List<Layer> parts = List.of();
        try {
            parts = reading.read();
            if (problems.size() == before) {
                parts.forEach(rows::pass);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            reading.problem(e.getMessage());
        }
        if (problems.size() > before) {
            rows.lose();
        }
        return problems.size() > before ? List.of() : parts;
    }

    private void problem(String problem) {
        problems.add(layer.path() + " (" + layer.type() + "): " + problem);
    }

    private List<Layer> read() {
        JsonNode dtype = layer.setting("dtype");
        String precision = dtype.isTextual() ? dtype.asText() : dtype.path("config").path("name").asText("float32");
        if (precision.contains("float16")) {
            notes.add(layer.path() + ": computes in " + precision + " there");
        }
        if (LayerTensors.kind(layer.type()) != Kind.OTHER && !layer.isOn("trainable", true)) {
            notes.add(layer.path() + ": is not trained there");
        }
        if (layer.isOperation()) {
            return KerasActivation.operation(layer).map(List::of).orElseGet(() -> unknown());
        }
        return switch (layer.type()) {
            case "InputLayer", "Identity" -> List.of();
            case "Dense" -> dense();
            case "Conv2D" -> convolution();
            case "BatchNormalization" -> batchNorm();
            case "LayerNormalization" -> layerNorm();
            case "Dropout" -> {
                require("noise_shape", "none", layer.setting("noise_shape").isMissingNode());
                yield List.of(new Dropout(layer.setting("rate").asDouble(0.5)));
            }
            case "Flatten" -> {
                requireChannelsLast();
                yield List.of(new Flatten());
            }
            case "Reshape" -> reshape();
            case "MaxPooling2D" -> pool(true);
            case "AveragePooling2D" -> pool(false);
            case "GlobalAveragePooling2D" -> {
                requireChannelsLast();
                require("keepdims", "false", !layer.isOn("keepdims", false));
                yield List.of(new GlobalAveragePool2d());
            }
            case "Activation" -> activation();
            default -> KerasActivation.layer(layer, in.length).map(found -> {
                found.problem().ifPresent(this::problem);
                return found.layers();
            }).orElseGet(this::unknown);
        };
    }

    private List<Layer> unknown() {
        problem("there is no such layer here");
        return List.of();
    }

    private List<Layer> dense() {
        notes("kernel", "bias");
        if (in.length > 1) {
            problem("takes rows of shape " + Arrays.toString(in) + " and multiplies their last dimension; expected rows of one dimension,"
                    + " such as after a Flatten");
        }
        return withActivation(new Dense(whole("units", 0), layer.isOn("use_bias", true), new He()));
    }

    private List<Layer> convolution() {
        notes("kernel", "bias");
        requireChannelsLast();
        require("groups", "1", layer.setting("groups").asInt(1) == 1);
        return withActivation(new Conv2d(whole("filters", 0), square("kernel_size", 0), square("strides", 1), padding(),
                square("dilation_rate", 1), layer.isOn("use_bias", true), new He()));
    }

    private List<Layer> batchNorm() {
        notes("gamma", "beta");
        requireLastAxis();
        for (String other : List.of("renorm", "virtual_batch_size", "adjustment")) {
            JsonNode value = layer.setting(other);
            require(other, "none", value.isMissingNode() || value.isBoolean() && !value.asBoolean());
        }
        noteFixed();
        return List.of(new BatchNorm(share(layer.setting("momentum").asDouble(0.99)), layer.setting("epsilon").asDouble(1e-3)));
    }

    /** The share of the newest batch, as a person writes it: 0.1 of 0.9, and not 0.09999999999999998. */
    private static double share(double momentum) {
        return Double.isFinite(momentum) ? BigDecimal.ONE.subtract(BigDecimal.valueOf(momentum)).doubleValue() : momentum;
    }

    private List<Layer> layerNorm() {
        notes("gamma", "beta");
        requireLastAxis();
        require("rms_scaling", "false", !layer.isOn("rms_scaling", false));
        noteFixed();
        return List.of(new LayerNorm(layer.setting("epsilon").asDouble(1e-3)));
    }

    private void noteFixed() {
        if (!layer.isOn("scale", true)) {
            notes.add(layer.path() + ": has no gamma there; here it has one, which begins at 1 and is trained");
        }
        if (!layer.isOn("center", true)) {
            notes.add(layer.path() + ": has no beta there; here it has one, which begins at 0 and is trained");
        }
    }

    private List<Layer> reshape() {
        JsonNode target = layer.setting("target_shape");
        List<Integer> shape = new ArrayList<>();
        long known = 1;
        int open = -1;
        for (JsonNode size : target) {
            if (size.asInt(0) == -1) {
                open = open < 0 ? shape.size() : shape.size() + 1;
            } else {
                known = Math.multiplyExact(known, size.asLong(0));
            }
            shape.add(size.asInt(0));
        }
        if (open >= 0 && in.length > 0 && known > 0 && shape.get(open) == -1) {
            shape.set(open, (int) (LongStream.of(in).reduce(1, Math::multiplyExact) / known));
        }
        require("target_shape", "sizes", target.size() > 0 && (in.length == 0 || !shape.contains(-1)));
        return shape.contains(-1) ? List.of() : List.of(new Reshape(shape));
    }

    private List<Layer> pool(boolean isMax) {
        requireChannelsLast();
        int window = square("pool_size", 2);
        int stride = layer.setting("strides").isMissingNode() ? window : square("strides", window);
        if (!isMax && padding() == Padding.SAME) {
            notes.add(layer.path() + ": the padding is not averaged here, as on TensorFlow; Keras on PyTorch averages the edge of the image"
                    + " twice");
        }
        return List.of(isMax ? new MaxPool2d(window, stride, padding()) : new AveragePool2d(window, stride, padding()));
    }

    private List<Layer> activation() {
        return KerasActivation.of(layer.setting("activation"), in.length, this::problem);
    }

    private List<Layer> withActivation(Layer own) {
        List<Layer> parts = new ArrayList<>(List.of(own));
        parts.addAll(activation());
        return parts;
    }

    private Padding padding() {
        String padding = layer.setting("padding").asText("valid").toLowerCase(Locale.ROOT);
        require("padding", "valid or same", padding.equals("valid") || padding.equals("same"));
        return padding.equals("same") ? Padding.SAME : Padding.VALID;
    }

    private int whole(String key, int otherwise) {
        JsonNode value = layer.setting(key);
        require(key, "a whole number of 1 or more", value.isMissingNode() ? otherwise > 0 : value.canConvertToInt() && value.asInt() > 0);
        return Math.max(1, value.asInt(otherwise));
    }

    /** One number, or the same for height and width. */
    private int square(String key, int otherwise) {
        JsonNode value = layer.setting(key);
        if (!value.isArray()) {
            return whole(key, otherwise);
        }
        boolean isSquare = value.size() == 2 && value.get(0).canConvertToInt() && value.get(0).equals(value.get(1))
                && value.get(0).asInt() > 0;
        require(key, "the same for height and width", isSquare);
        return isSquare ? value.get(0).asInt() : 1;
    }

    private void requireChannelsLast() {
        require("data_format", "channels_last", layer.setting("data_format").asText("channels_last").equals("channels_last"));
    }

    /** -1 or the number of the last dimension, the batch counted; alone or in a list. */
    private void requireLastAxis() {
        JsonNode axis = layer.setting("axis");
        JsonNode only = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
        require("axis", "the last one", axis.isMissingNode() || only.canConvertToInt() && (only.asInt() == -1
                || in.length == 0 || only.asInt() == in.length));
    }

    private void require(String key, String expected, boolean isFulfilled) {
        if (!isFulfilled) {
            JsonNode value = layer.setting(key);
            problem(key + ": found " + (value.isMissingNode() ? "none" : value) + ", expected " + expected);
        }
    }

    /** What only training uses. */
    private void notes(String... tensors) {
        for (String tensor : tensors) {
            for (String use : List.of("_regularizer", "_constraint")) {
                if (!layer.setting(tensor + use).isMissingNode()) {
                    notes.add(layer.path() + ": " + tensor + use + " is not taken over");
                }
            }
        }
    }
}

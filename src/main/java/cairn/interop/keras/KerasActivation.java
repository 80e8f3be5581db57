package cairn.interop.keras;

import cairn.nn.Layer;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Activations of Keras: by name, as a layer with settings, or as a function of {@code keras.ops}. */
final class KerasActivation {
    private KerasActivation() {
    }

    /**
     * An activation as a layer.
     *
     * @param problem what it does that there is not here
     */
    record Found(List<Layer> layers, Optional<String> problem) {
        static Found of(Layer layer) {
            return new Found(List.of(layer), Optional.empty());
        }

        static Found problem(String problem) {
            return new Found(List.of(), Optional.of(problem));
        }
    }

    /** The activation of a setting: a name, an object with a class and its settings, or nothing. */
    static List<Layer> of(JsonNode setting, int rank, Consumer<String> problem) {
        if (setting.isMissingNode() || setting.isNull()) {
            return List.of();
        }
        String module = setting.path("module").asText("keras");
        JsonNode config = setting.path("config");
        Optional<Found> found = Optional.empty();
        if (setting.isTextual()) {
            found = named(setting.asText(), config);
        } else if (module.equals("keras") || module.startsWith("keras.")) {
            String type = setting.path("class_name").asText("");
            found = type.equals("function") && config.isTextual() ? named(config.asText(), config.path("none"))
                    : layer(type, config, rank).or(() -> named(type, config));
        }
        if (found.isEmpty()) {
            problem.accept("activation: found " + setting + ", which there is not here");
            return List.of();
        }
        found.get().problem().ifPresent(p -> problem.accept("activation: " + p));
        return found.get().layers();
    }

    private static Optional<Found> named(String name, JsonNode config) {
        return switch (name) {
            case "linear" -> Optional.of(new Found(List.of(), Optional.empty()));
            case "relu" -> Optional.of(Found.of(new Relu()));
            case "elu" -> Optional.of(Found.of(new Elu(config.path("alpha").asDouble(1))));
            case "gelu" -> Optional.of(Found.of(gelu(config)));
            case "silu", "swish" -> Optional.of(Found.of(new Silu()));
            case "sigmoid" -> Optional.of(Found.of(new Sigmoid()));
            case "tanh" -> Optional.of(Found.of(new Tanh()));
            case "softmax" -> Optional.of(Found.of(new Softmax()));
            case "softplus" -> Optional.of(Found.of(new Softplus()));
            // The function's default; that of the layer is another one.
            case "leaky_relu" -> Optional.of(Found.of(new LeakyRelu(config.path("negative_slope").asDouble(0.2))));
            default -> Optional.empty();
        };
    }

    private static Layer gelu(JsonNode config) {
        return new Gelu(config.path("approximate").asBoolean(false) ? Gelu.Form.TANH : Gelu.Form.EXACT);
    }

    /** A layer of its own; empty if it is none of these. */
    static Optional<Found> layer(KerasLayer layer, int rank) {
        return layer(layer.type(), layer.entry().path("config"), rank);
    }

    private static Optional<Found> layer(String type, JsonNode config, int rank) {
        return switch (type) {
            case "ReLU" -> Optional.of(relu(config));
            case "LeakyReLU" -> Optional.of(Found.of(new LeakyRelu(config.path("negative_slope").asDouble(
                    config.path("alpha").asDouble(0.3)))));
            case "ELU" -> Optional.of(Found.of(new Elu(config.path("alpha").asDouble(1))));
            case "Softmax" -> Optional.of(softmax(config, rank));
            default -> Optional.empty();
        };
    }

    private static Found relu(JsonNode config) {
        double slope = config.path("negative_slope").asDouble(0);
        if (config.path("max_value").isNumber() || config.path("threshold").asDouble(0) != 0) {
            return Found.problem("max_value " + config.path("max_value") + ", threshold " + config.path("threshold")
                    + "; expected none of both");
        }
        return Found.of(slope == 0 ? new Relu() : new LeakyRelu(slope));
    }

    private static Found softmax(JsonNode config, int rank) {
        JsonNode axis = config.path("axis");
        JsonNode only = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
        int number = only.asInt(-1);
        return !only.isArray() && (number == -1 || rank == 0 || number == rank) ? Found.of(new Softmax())
                : Found.problem("axis: found " + axis + ", expected the last one");
    }

    /** A function in a functional model, such as {@code keras.ops.relu(x)}. */
    static Optional<Layer> operation(KerasLayer layer) {
        JsonNode config = layer.entry().path("config");
        return switch (layer.type()) {
            case "Relu" -> Optional.of(new Relu());
            case "Gelu" -> Optional.of(new Gelu(config.path("approximate").asBoolean(true) ? Gelu.Form.TANH : Gelu.Form.EXACT));
            case "Silu" -> Optional.of(new Silu());
            case "Sigmoid" -> Optional.of(new Sigmoid());
            case "Tanh" -> Optional.of(new Tanh());
            case "Softplus" -> Optional.of(new Softplus());
            case "Elu" -> Optional.of(new Elu(config.path("alpha").asDouble(1)));
            case "LeakyRelu" -> Optional.of(new LeakyRelu(config.path("negative_slope").asDouble(0.2)));
            case "Softmax" -> config.path("axis").asInt(-1) == -1 ? Optional.of(new Softmax()) : Optional.empty();
            default -> Optional.empty();
        };
    }
}

package cairn.interop.keras;

import cairn.interop.file.RuleState;
import cairn.state.ElementType;
import cairn.state.StateMemory;
import cairn.state.Value;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A {@link RuleState} as an optimizer of Keras. Keras adds epsilon at another place than here ({@code FileMoments.notes} of a file that it
 * wrote says where), and its AdamW decays biases too. It has one number of updates for all tensors.
 */
record KerasRule(String rule, Map<String, Double> settings, Map<String, Map<String, Value.Tensor>> vectors,
        Map<String, Long> updates) {

    static KerasRule of(RuleState state) {
        return new KerasRule(state.rule(), state.settings(), state.vectors(), state.updates());
    }

    /** A class of Keras, the slots whose vectors stand together for each tensor, and those that follow after all tensors. */
    private record Form(String type, List<String> together, List<String> after) {
    }

    private Form form() {
        return switch (rule) {
            case "adam" -> new Form("Adam", List.of("m", "v"), List.of());
            case "adamw" -> new Form("AdamW", List.of("m", "v"), List.of());
            case "amsgrad" -> new Form("Adam", List.of("m", "v"), List.of("h"));
            case "nadam" -> new Form("Nadam", List.of("m", "v"), List.of());
            case "sgd" -> new Form("SGD", List.of(), List.of());
            case "momentum", "nesterov" -> new Form("SGD", List.of("b"), List.of());
            case "rmsprop" -> new Form("RMSprop", List.of("v"), List.of());
            case "adagrad" -> new Form("Adagrad", List.of("s"), List.of());
            case "lion" -> new Form("Lion", List.of("m"), List.of());
            default -> throw new IllegalArgumentException("Keras has no rule " + rule);
        };
    }

    /** The class and its settings, as a model's configuration has them. */
    ObjectNode config() {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        Map.of("learning-rate", "learning_rate", "beta1", "beta_1", "beta2", "beta_2", "epsilon", "epsilon").forEach((ours, theirs) -> {
            if (settings.containsKey(ours)) {
                config.put(theirs, settings.get(ours));
            }
        });
        switch (rule) {
            case "amsgrad" -> config.put("amsgrad", true);
            case "momentum", "nesterov" -> config.put("momentum", settings.get("momentum")).put("nesterov", rule.equals("nesterov"));
            case "rmsprop" -> config.put("rho", settings.get("decay"));
            default -> { }
        }
        double decay = settings.getOrDefault("weight-decay", 0.0);
        if (decay != 0 && !Set.of("adamw", "lion").contains(rule)) {
            throw new IllegalArgumentException("weight-decay " + decay + ": Keras's " + form().type() + " takes it off the weights, and "
                    + rule + " adds it to the gradient; write the optimizer without it, or use adamw");
        } else if (decay != 0 || rule.equals("adamw")) {
            config.put("weight_decay", decay);
        }
        double slowing = settings.getOrDefault("momentum-decay", 1.0);
        if (rule.equals("nadam") && slowing != 1) {
            throw new IllegalArgumentException("momentum-decay " + slowing + ": Keras's Nadam always has 1");
        }
        ObjectNode optimizer = JsonNodeFactory.instance.objectNode().put("module", "keras.optimizers").put("class_name", form().type());
        optimizer.set("config", config);
        return optimizer.putNull("registered_name");
    }

    /** Its variables, in the order of their numbers, for the trained tensors in the order of the model. */
    List<Value.Tensor> variables(List<String> trained) {
        config();
        long count = updates.values().stream().findFirst().orElse(0L);
        if (updates.values().stream().anyMatch(other -> other != count)) {
            throw new IllegalArgumentException("the parameters have had different numbers of updates, from " + updates.values().stream()
                    .min(Long::compare).orElse(0L) + " to " + updates.values().stream().max(Long::compare).orElse(0L)
                    + "; Keras has one number for all");
        }
        double rate = settings.get("learning-rate");
        List<Value.Tensor> variables = new ArrayList<>();
        variables.add(new Value.Tensor(ElementType.I64, new long[0], buffer(8).putLong(0, count)));
        variables.add(new Value.Tensor(ElementType.F32, new long[0], buffer(4).putFloat(0, (float) rate)));
        for (String tensor : trained) {
            form().together().forEach(slot -> variables.add(vector(slot, tensor, rate)));
        }
        for (String tensor : trained) {
            form().after().forEach(slot -> variables.add(vector(slot, tensor, rate)));
        }
        if (rule.equals("nadam")) {
            variables.add(new Value.Tensor(ElementType.F32, new long[0], buffer(4).putFloat(0, (float) product(count))));
        }
        return variables;
    }

    private Value.Tensor vector(String slot, String tensor, double rate) {
        Value.Tensor t = vectors.getOrDefault(slot, Map.of()).get(tensor);
        if (t == null) {
            throw new IllegalArgumentException("the optimizer has no vector " + slot + " of " + tensor);
        }
        return slot.equals("b") ? velocity(t, rate) : t;
    }

    /** Keras's velocity is -lr·b. */
    private static Value.Tensor velocity(Value.Tensor b, double rate) {
        ByteBuffer from = b.bytes().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = buffer(from.remaining());
        for (int at = 0; at < to.capacity(); at += b.type().bytes()) {
            if (b.type() == ElementType.F64) {
                to.putDouble(at, -rate * from.getDouble(at));
            } else {
                to.putFloat(at, (float) (-rate * from.getFloat(at)));
            }
        }
        return new Value.Tensor(b.type(), b.shape(), to);
    }

    /** The product of β1·(1 - ½·0.96^i) for i from 1 to {@code updates}, which Nadam keeps. */
    private double product(long updates) {
        double product = 1;
        for (long i = 1; i <= updates && product > 0; i++) {
            product *= settings.get("beta1") * (1 - 0.5 * StrictMath.pow(0.96, i));
        }
        return product;
    }

    private static ByteBuffer buffer(int size) {
        return StateMemory.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}

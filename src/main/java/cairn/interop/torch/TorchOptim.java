package cairn.interop.torch;

import cairn.interop.file.ModelPart;
import cairn.interop.file.RuleState;
import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.state.ElementType;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state dict of an optimizer: the reverse of {@link TorchMoments}. If there is weight decay, the tensors are in two groups, because
 * here it applies to the weights of products alone. Each group has every setting that PyTorch from 1.13 to 2.13 looks at in a step
 * ({@code torch/optim/*.py}), with the values that {@code torch.optim} begins with. Frozen tensors have no number; then each group says the
 * names of its tensors too, because the numbers alone do not tell which those are.
 */
final class TorchOptim {
    private static final Map<String, Kind> KINDS = Map.of(
            "sgd", new Kind("SGD", Map.of(), false), "momentum", new Kind("SGD", Map.of("b", "momentum_buffer"), false),
            "nesterov", new Kind("SGD", Map.of("b", "momentum_buffer"), false),
            "rmsprop", new Kind("RMSprop", Map.of("v", "square_avg"), true), "adagrad", new Kind("Adagrad", Map.of("s", "sum"), true),
            "adam", new Kind("Adam", Map.of("m", "exp_avg", "v", "exp_avg_sq"), true),
            "adamw", new Kind("AdamW", Map.of("m", "exp_avg", "v", "exp_avg_sq"), true),
            "amsgrad", new Kind("Adam", Map.of("m", "exp_avg", "v", "exp_avg_sq", "h", "max_exp_avg_sq"), true),
            "nadam", new Kind("NAdam", Map.of("m", "exp_avg", "v", "exp_avg_sq"), true));

    private static final List<String> OF_ADAM = List.of("learning-rate", "beta1", "beta2", "epsilon");
    private static final Map<String, List<String>> NEEDED = Map.of("sgd", List.of("learning-rate"),
            "momentum", List.of("learning-rate", "momentum"), "nesterov", List.of("learning-rate", "momentum"),
            "rmsprop", List.of("learning-rate", "decay", "epsilon"), "adagrad", List.of("learning-rate", "epsilon"),
            "adam", OF_ADAM, "adamw", OF_ADAM, "amsgrad", OF_ADAM,
            "nadam", List.of("learning-rate", "beta1", "beta2", "epsilon", "momentum-decay"));

    /**
     * @param name its class in {@code torch.optim}
     * @param slots the names of its vectors there, by those here
     * @param counts whether it keeps a count of updates
     */
    record Kind(String name, Map<String, String> slots, boolean counts) {
    }

    private TorchOptim() {
    }

    static Kind kind(String rule) {
        Kind kind = KINDS.get(rule);
        if (kind == null) {
            throw new IllegalArgumentException("PyTorch has no optimizer for the rule " + rule + "; it has one for "
                    + String.join(", ", KINDS.keySet().stream().sorted().toList()));
        }
        return kind;
    }

    static boolean decays(RuleState rule) {
        return rule.settings().getOrDefault("weight-decay", 0.0) != 0;
    }

    /** The settings of which the rule here makes a choice, as Python writes them. */
    static Map<String, String> constructed(RuleState rule) {
        Map<String, String> texts = new LinkedHashMap<>();
        chosen(rule).forEach((name, value) -> texts.put(name, value instanceof Pickler.Tuple betas
                ? "(" + betas.items().get(0) + ", " + betas.items().get(1) + ")"
                : value instanceof Boolean is ? is ? "True" : "False" : String.valueOf(value)));
        return texts;
    }

    private static Map<String, Object> chosen(RuleState rule) {
        Map<String, Double> own = rule.settings();
        Map<String, Object> there = new LinkedHashMap<>();
        List<String> missing = NEEDED.get(rule.rule()).stream().filter(name -> !own.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("the rule " + rule.rule() + " has no " + String.join(", ", missing));
        }
        there.put("lr", own.get("learning-rate"));
        if (own.containsKey("beta1")) {
            there.put("betas", new Pickler.Tuple(List.of(own.get("beta1"), own.get("beta2"))));
        }
        put(own, "decay", there, "alpha");
        put(own, "epsilon", there, "eps");
        put(own, "weight-decay", there, "weight_decay");
        put(own, "momentum", there, "momentum");
        put(own, "momentum-decay", there, "momentum_decay");
        if (rule.rule().equals("nesterov")) {
            there.put("nesterov", true);
        } else if (rule.rule().equals("amsgrad")) {
            there.put("amsgrad", true);
        }
        return there;
    }

    private static void put(Map<String, Double> own, String name, Map<String, Object> there, String nameThere) {
        if (own.containsKey(name)) {
            there.put(nameThere, own.get(name));
        }
    }

    /** The settings of a group, in no version's order. */
    private static Map<String, Object> group(RuleState rule) {
        Map<String, Object> group = new LinkedHashMap<>(chosen(rule));
        group.putIfAbsent("weight_decay", 0.0);
        String name = kind(rule.rule()).name();
        switch (name) {
            case "SGD" -> {
                group.putIfAbsent("momentum", 0.0);
                group.put("dampening", 0.0);
                group.putIfAbsent("nesterov", false);
            }
            case "RMSprop" -> {
                group.put("momentum", 0.0);
                group.put("centered", false);
            }
            case "Adagrad" -> {
                group.put("lr_decay", 0.0);
                group.put("initial_accumulator_value", 0.0);
            }
            case "NAdam" -> group.put("decoupled_weight_decay", false);
            default -> {
                group.putIfAbsent("amsgrad", false);
                group.put("decoupled_weight_decay", name.equals("AdamW"));
            }
        }
        group.put("foreach", null);
        group.put("maximize", false);
        group.put("capturable", false);
        group.put("differentiable", false);
        group.put("fused", null);
        return group;
    }

    /** The state dict. */
    static Map<String, Object> of(Layer model, long[] row, RuleState rule) {
        Kind kind = kind(rule.rule());
        Map<String, Boolean> decays = new LinkedHashMap<>();
        for (Parameter parameter : model.parameters(row)) {
            decays.put(parameter.name(), parameter.decays());
        }
        boolean split = decays(rule);
        List<Map<Object, Object>> states = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
        TorchNames.owners(model, row).forEach((module, part) -> part.layer().parameters(part.in()).forEach(parameter -> {
            String path = TorchNames.path(part, parameter.name());
            if (!rule.frozen().contains(path)) {
                int group = split && !decays.get(path) ? 1 : 0;
                states.get(group).put(TorchNames.name(module, parameter.name()), state(kind, rule, part, parameter.name()));
            }
        }));
        Map<Object, Object> state = new LinkedHashMap<>();
        List<Object> groups = new ArrayList<>();
        for (int g = 0; g < (split ? 2 : 1); g++) {
            Map<String, Object> group = group(rule);
            if (g == 1) {
                group.put("weight_decay", 0.0);
            }
            List<Object> numbers = new ArrayList<>();
            for (Object ofTensor : states.get(g).values()) {
                long number = state.size();
                state.put(number, ofTensor);
                numbers.add(number);
            }
            group.put("params", numbers);
            if (!rule.frozen().isEmpty()) {
                group.put("param_names", List.copyOf(states.get(g).keySet()));
            }
            groups.add(group);
        }
        if (kind.slots().isEmpty() && !kind.counts()) {
            state.clear();
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("state", state);
        whole.put("param_groups", groups);
        return whole;
    }

    private static Map<String, Object> state(Kind kind, RuleState rule, ModelPart part, String parameter) {
        String path = TorchNames.path(part, parameter);
        Map<String, Object> state = new LinkedHashMap<>();
        long updates = rule.updates().getOrDefault(path, 0L);
        if (kind.counts()) {
            state.put("step", scalar(ElementType.F32, updates));
        }
        if (kind.name().equals("NAdam")) {
            double product = TorchRule.product(rule.settings().get("beta1"), rule.settings().get("momentum-decay"), updates);
            state.put("mu_product", scalar(type(rule), product));
        }
        kind.slots().entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(slot -> {
            Map<String, Value.Tensor> vectors = rule.vectors().get(slot.getKey());
            if (vectors == null) {
                throw new IllegalArgumentException("the rule " + rule.rule() + " keeps no vectors " + slot.getKey());
            }
            state.put(slot.getValue(), TorchNames.ofPart(part, parameter, vectors));
        });
        return state;
    }

    /** NAdam's product is as exact as its vectors. */
    private static ElementType type(RuleState rule) {
        return rule.vectors().values().stream().flatMap(v -> v.values().stream()).findFirst().map(Value.Tensor::type)
                .orElse(ElementType.F32);
    }

    private static Value.Tensor scalar(ElementType type, double number) {
        ByteBuffer bytes = ByteBuffer.allocate(type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (type == ElementType.F64) {
            bytes.putDouble(0, number);
        } else {
            bytes.putFloat(0, (float) number);
        }
        return new Value.Tensor(type == ElementType.F64 ? type : ElementType.F32, new long[0], bytes);
    }
}

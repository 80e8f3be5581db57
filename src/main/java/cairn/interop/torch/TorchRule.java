package cairn.interop.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which rule an optimizer's state dict belongs to. It does not say; the names of its settings and vectors tell ({@code torch/optim/*.py}):
 *
 * <pre>
 * Adam, AdamW   exp_avg (m), exp_avg_sq (v)                          amsgrad in the settings; decoupled_weight_decay since 2.7
 * with amsgrad  also max_exp_avg_sq (h)
 * NAdam         exp_avg (m), exp_avg_sq (v), mu_product              momentum_decay in the settings
 * RMSprop       square_avg (v)                                       alpha in the settings
 * Adagrad       sum (s)                                              lr_decay in the settings
 * SGD           momentum_buffer (b); none without momentum           nesterov in the settings
 * </pre>
 *
 * <p>The formulas are those of the rules here, with one exception: NAdam of PyTorch 1.13 takes μ_t twice into the product for the next
 * step, unless it is told {@code foreach=True}. Newer ones do not, and so it is here.
 *
 * @param name what PyTorch calls it
 * @param rules the names of the rules here
 * @param slots the names of its vectors here, by those there
 * @param beginsAtZero whether a vector that is not there yet is zero
 * @param settings by their names here
 */
record TorchRule(String name, List<String> rules, Map<String, String> slots, boolean beginsAtZero, Map<String, Double> settings) {
    private static final int LONGEST_PRODUCT = 100_000;

    /**
     * @param there the settings of the file
     * @param state the names of what it keeps for one tensor; empty if it keeps nothing
     * @param notes to which is added what differs here
     * @throws IllegalArgumentException if there is no such rule here, saying why
     */
    static TorchRule of(Map<String, Object> there, Set<Object> state, List<String> notes) {
        if (isOn(there, "maximize")) {
            throw new IllegalArgumentException("it maximizes, and training here minimizes");
        }
        Map<String, Double> own = new LinkedHashMap<>();
        setting(there, "lr", own, "learning-rate");
        if (there.get("betas") instanceof List<?> betas) {
            own.put("beta1", (Double) betas.get(0));
            own.put("beta2", (Double) betas.get(1));
        }
        setting(there, "eps", own, "epsilon");
        setting(there, "weight_decay", own, "weight-decay");
        if (own.getOrDefault("weight-decay", 0.0) != 0) {
            notes.add("weight decay shrinks every tensor there; here biases, gains and shifts are left as they are");
        }
        if (there.containsKey("momentum_decay")) {
            return nAdam(there, own);
        } else if (there.containsKey("amsgrad") && there.containsKey("betas")) {
            return adam(there, own, notes);
        } else if (there.containsKey("alpha") && there.containsKey("centered")) {
            return rmsProp(there, own);
        } else if (there.containsKey("lr_decay")) {
            if (number(there, "lr_decay") != 0) {
                throw new IllegalArgumentException("it is Adagrad with lr_decay " + number(there, "lr_decay")
                        + "; adagrad here has none, use a schedule");
            }
            return new TorchRule("Adagrad", List.of("adagrad"), Map.of("sum", "s"), false, own);
        } else if (there.containsKey("nesterov") && there.containsKey("dampening")) {
            return sgd(there, own);
        }
        throw new IllegalArgumentException("no rule here has the settings " + String.join(", ", there.keySet().stream()
                .filter(name -> !name.startsWith("param")).limit(20).toList())
                + (state.isEmpty() ? "" : " and the state " + String.join(", ", state.stream().map(String::valueOf).limit(20).toList())));
    }

    private static TorchRule adam(Map<String, Object> there, Map<String, Double> own, List<String> notes) {
        Object decoupled = there.get("decoupled_weight_decay");
        boolean decays = own.getOrDefault("weight-decay", 0.0) != 0;
        Map<String, String> slots = new LinkedHashMap<>();
        slots.put("exp_avg", "m");
        slots.put("exp_avg_sq", "v");
        if (isOn(there, "amsgrad")) {
            if (decays && Boolean.TRUE.equals(decoupled)) {
                throw new IllegalArgumentException("it is AdamW with amsgrad; amsgrad here adds the weight decay to the gradient");
            } else if (decays && decoupled == null) {
                notes.add("it is taken to be Adam with amsgrad; if it is AdamW with amsgrad, its weight decay is another one");
            }
            slots.put("max_exp_avg_sq", "h");
            return new TorchRule("Adam with amsgrad", List.of("amsgrad"), slots, false, own);
        } else if (decoupled == null) {
            return new TorchRule("Adam or AdamW", List.of("adam", "adamw"), slots, false, own);
        }
        return Boolean.TRUE.equals(decoupled) ? new TorchRule("AdamW", List.of("adamw"), slots, false, own)
                : new TorchRule("Adam", List.of("adam"), slots, false, own);
    }

    private static TorchRule nAdam(Map<String, Object> there, Map<String, Double> own) {
        if (isOn(there, "decoupled_weight_decay") && own.getOrDefault("weight-decay", 0.0) != 0) {
            throw new IllegalArgumentException("it is NAdam with decoupled weight decay; nadam here adds the weight decay to the gradient");
        }
        own.put("momentum-decay", number(there, "momentum_decay"));
        Map<String, String> slots = new LinkedHashMap<>();
        slots.put("exp_avg", "m");
        slots.put("exp_avg_sq", "v");
        return new TorchRule("NAdam", List.of("nadam"), slots, false, own);
    }

    private static TorchRule rmsProp(Map<String, Object> there, Map<String, Double> own) {
        List<String> more = new ArrayList<>();
        if (number(there, "momentum") != 0) {
            more.add("momentum " + number(there, "momentum"));
        }
        if (isOn(there, "centered")) {
            more.add("centered");
        }
        if (!more.isEmpty()) {
            throw new IllegalArgumentException("it is RMSprop with " + String.join(" and ", more)
                    + "; rmsprop here has neither momentum nor a centered form");
        }
        own.put("decay", number(there, "alpha"));
        return new TorchRule("RMSprop", List.of("rmsprop"), Map.of("square_avg", "v"), false, own);
    }

    private static TorchRule sgd(Map<String, Object> there, Map<String, Double> own) {
        if (number(there, "momentum") == 0) {
            return new TorchRule("SGD", List.of("sgd"), Map.of(), true, own);
        } else if (number(there, "dampening") != 0) {
            throw new IllegalArgumentException("it is SGD with dampening " + number(there, "dampening") + "; momentum here has none");
        }
        own.put("momentum", number(there, "momentum"));
        boolean isNesterov = isOn(there, "nesterov");
        return new TorchRule(isNesterov ? "SGD with Nesterov's momentum" : "SGD with momentum",
                List.of(isNesterov ? "nesterov" : "momentum"), Map.of("momentum_buffer", "b"), true, own);
    }

    /** Notes if NAdam's product of momenta after {@code t} updates is not the one that its settings give, because they were changed. */
    void checkProduct(String tensor, double found, long t, List<String> notes) {
        double beta1 = settings.getOrDefault("beta1", 0.9);
        double decay = settings.getOrDefault("momentum-decay", 4e-3);
        double product = product(beta1, decay, Math.min(t, LONGEST_PRODUCT));
        boolean isKnown = t <= LONGEST_PRODUCT || product <= 1e-30;
        boolean isNoted = notes.stream().anyMatch(note -> note.startsWith("the product of the momenta"));
        if (isKnown && !isNoted && Math.abs(found - product) > 1e-3 * product + 1e-30) {
            notes.add("the product of the momenta of " + tensor + " is " + found + " there and " + product
                    + " here, because its settings were changed during training; the first updates differ by that");
        }
    }

    /** μ_1···μ_t with μ_i = β1·(1 - ½·0.96^(i·ψ)); below 1e-30 it is no more exact, because it is subtracted from 1. */
    static double product(double beta1, double momentumDecay, long t) {
        double product = 1;
        for (long i = 1; i <= t && product > 1e-30; i++) {
            product *= beta1 * (1 - 0.5 * StrictMath.pow(0.96, i * momentumDecay));
        }
        return product;
    }

    private static boolean isOn(Map<String, Object> there, String name) {
        return Boolean.TRUE.equals(there.get(name));
    }

    private static double number(Map<String, Object> there, String name) {
        return there.getOrDefault(name, 0.0) instanceof Double number ? number : 0;
    }

    private static void setting(Map<String, Object> there, String name, Map<String, Double> own, String ownName) {
        if (there.get(name) instanceof Double number) {
            own.put(ownName, number);
        }
    }
}

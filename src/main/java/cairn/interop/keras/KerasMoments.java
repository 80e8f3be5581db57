package cairn.interop.keras;

import cairn.interop.file.FileMoments;
import cairn.interop.file.FileMoments.Vectors;
import cairn.interop.file.FileTensor;
import cairn.state.ElementType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What Keras's optimizers keep. Their variables are numbered: the iteration, the learning rate (unless a schedule computes it), then those
 * of each trained variable in the order of the model (keras.src.optimizers of 3.15, method {@code build} of each). Adam makes momentum
 * and velocity of one variable together; what comes with {@code amsgrad}, {@code momentum} and {@code centered} follows after all of those.
 */
final class KerasMoments {
    private final List<FileTensor> rest;
    private final Map<String, FileTensor> trained;
    private final long updates;
    private final double rate;

    private KerasMoments(List<FileTensor> rest, Map<String, FileTensor> trained, long updates, double rate) {
        this.rest = rest;
        this.trained = trained;
        this.updates = updates;
        this.rate = rate;
    }

    /**
     * @param variables of the optimizer, in the order of their numbers
     * @param name what it is called in the file; may be empty
     * @param config its class and settings; missing if the file does not have them
     * @param trained the trained tensors in the order of the model
     * @param notes where it is said why there are none
     */
    static Optional<FileMoments> of(List<FileTensor> variables, String name, JsonNode config, Map<String, FileTensor> trained,
            List<String> notes) {
        if (variables.isEmpty() || variables.get(0).shape().length > 0) {
            notes.add("the optimizer's first variable is no number of updates, so its vectors are left out");
            return Optional.empty();
        }
        int from = variables.size() > 1 && variables.get(1).shape().length == 0 ? 2 : 1;
        double rate = from == 2 ? SlotVectors.number(variables.get(1), 0) : config.path("config").path("learning_rate").asDouble(0);
        JsonNode settings = config.path("config");
        int skipped = settings.path("use_ema").asBoolean(false) ? trained.size() : 0;
        if (settings.path("gradient_accumulation_steps").asInt(0) > 1) {
            notes.add("the optimizer was adding up gradients over several batches; they are left out");
            skipped += trained.size();
        }
        if (skipped > 0 && settings.path("use_ema").asBoolean(false)) {
            notes.add("the optimizer's running averages of the weights are left out");
        }
        if (from + skipped > variables.size()) {
            notes.add("the optimizer has fewer variables than its settings say, so its vectors are left out");
            return Optional.empty();
        }
        KerasMoments moments = new KerasMoments(variables.subList(from + skipped, variables.size()), trained,
                (long) SlotVectors.number(variables.get(0), 0), rate);
        String type = config.path("class_name").asText("");
        Optional<FileMoments> found = moments.read(type.isEmpty() ? byName(name) : type, settings, type.isEmpty());
        if (found.isEmpty()) {
            notes.add("the optimizer" + (type.isEmpty() ? "" : " " + type) + " keeps " + moments.rest.size() + " arrays for "
                    + trained.size() + " trained tensors in a way that is not known here, so they are left out");
        }
        return found;
    }

    private static String byName(String name) {
        return switch (name.replaceAll("_\\d+$", "").toLowerCase(Locale.ROOT)) {
            case "adam" -> "Adam";
            case "adamw" -> "AdamW";
            case "nadam" -> "Nadam";
            case "sgd" -> "SGD";
            case "rmsprop" -> "RMSprop";
            case "adagrad" -> "Adagrad";
            case "lion" -> "Lion";
            default -> "";
        };
    }

    private Optional<FileMoments> read(String type, JsonNode settings, boolean isTakenToBe) {
        switch (type) {
            case "Adam":
            case "AdamW":
                return adam(type, settings, isTakenToBe);
            case "Nadam":
                boolean isLast = !rest.isEmpty() && rest.get(rest.size() - 1).shape().length == 0;
                List<FileTensor> own = rest.isEmpty() ? rest : isLast ? rest.subList(0, rest.size() - 1) : rest.subList(1, rest.size());
                return vectors(own, List.of("m", "v")).map(v -> moments("Nadam", List.of("nadam"), settings, v, List.of(
                        "Keras lowers its momentum as with momentum-decay 1")));
            case "SGD":
                boolean isNesterov = settings.path("nesterov").asBoolean(false);
                List<String> rules = settings.isMissingNode() ? List.of("momentum", "nesterov")
                        : List.of(isNesterov ? "nesterov" : "momentum");
                return rest.isEmpty() ? Optional.of(moments("SGD", List.of("sgd"), settings, updatesAlone(), List.of()))
                        : rate == 0 ? Optional.empty()
                        : vectors(rest, List.of("m")).map(v -> moments("SGD", rules, settings, SlotVectors.velocities(v, rate),
                                List.of(velocity())));
            case "RMSprop":
                return rmsProp(settings);
            case "Adagrad":
                return vectors(rest, List.of("s")).map(v -> moments("Adagrad", List.of("adagrad"), settings, v, List.of(
                        "Keras adds epsilon below the root: √(s + ε) there, √s + ε here",
                        "the sums began at 0.1 there if nothing else was set; they are taken as they are")));
            case "Lion":
                return vectors(rest, List.of("m")).map(v -> moments("Lion", List.of("lion"), settings, v, List.of()));
            case "":
                return byCount();
            default:
                return Optional.empty();
        }
    }

    private Optional<FileMoments> adam(String type, JsonNode settings, boolean isTakenToBe) {
        int n = trained.size();
        List<String> notes = new ArrayList<>(List.of("Keras adds epsilon to √v before it corrects v for its start at 0, so its epsilon is"
                + " ε / √(1 - β2^t) in the formula here: more in the first updates, the same later"));
        String plain = type.equals("AdamW") || settings.path("weight_decay").isNumber() ? "adamw" : "adam";
        if (rest.size() == 3 * n && n > 0) {
            Optional<Map<String, Vectors>> pairs = vectors(rest.subList(0, 2 * n), List.of("m", "v"));
            Optional<Map<String, Vectors>> most = vectors(rest.subList(2 * n, 3 * n), List.of("h"));
            return pairs.isEmpty() || most.isEmpty() ? Optional.empty() : Optional.of(moments(type + " with amsgrad", List.of("amsgrad"),
                    settings, SlotVectors.joined(pairs.get(), most.get()), notes));
        }
        List<String> rules = isTakenToBe && plain.equals("adam") ? List.of("adam", "adamw") : List.of(plain);
        return vectors(rest, List.of("m", "v")).map(v -> moments(type, rules, settings, v, notes));
    }

    private Optional<FileMoments> rmsProp(JsonNode settings) {
        int n = trained.size();
        List<String> notes = new ArrayList<>(List.of("Keras adds epsilon below the root: √(v + ε) there, √v + ε here"));
        if (n == 0 || rest.size() % n != 0 || rest.size() > 3 * n) {
            return Optional.empty();
        } else if (rest.size() > n) {
            notes.add("it has momentum or is centered there, which rmsprop here cannot be; what it keeps for that is left out");
        }
        return vectors(rest.subList(0, n), List.of("v")).map(v -> moments("RMSprop", rest.size() > n ? List.of() : List.of("rmsprop"),
                settings, v, notes));
    }

    /** The file does not say which optimizer it was: all that keep as many vectors of these shapes. */
    private Optional<FileMoments> byCount() {
        int n = trained.size();
        boolean isScalarLast = !rest.isEmpty() && rest.get(rest.size() - 1).shape().length == 0;
        String guess = "the file does not say which optimizer it was; it is told by what it keeps";
        if (rest.isEmpty()) {
            return Optional.of(moments("SGD", List.of("sgd"), none(), updatesAlone(), List.of(guess)));
        } else if (rest.size() == n) {
            return vectors(rest, List.of("m")).map(v -> {
                boolean isSquares = rest.stream().allMatch(SlotVectors::isNeverNegative);
                Map<String, Vectors> all = v;
                if (isSquares) {
                    all = SlotVectors.joined(SlotVectors.joined(v, SlotVectors.renamed(v, "v")), SlotVectors.renamed(v, "s"));
                }
                List<String> rules = new ArrayList<>(isSquares ? List.of("rmsprop", "adagrad") : List.of("lion"));
                if (rate != 0) {
                    rules.addAll(0, List.of("momentum", "nesterov"));
                    all = SlotVectors.joined(all, SlotVectors.velocities(v, rate));
                }
                return moments("SGD with momentum, RMSprop, Adagrad or Lion", rules, none(), all, List.of(guess, velocity()));
            });
        } else if (rest.size() == 2 * n + 1 && isScalarLast) {
            return read("Nadam", none(), true);
        }
        return rest.size() == 2 * n || rest.size() == 3 * n ? adam("Adam", none(), true) : Optional.empty();
    }

    private static JsonNode none() {
        return MissingNode.getInstance();
    }

    private FileMoments moments(String name, List<String> rules, JsonNode settings, Map<String, Vectors> vectors, List<String> notes) {
        Map<String, Double> own = new LinkedHashMap<>();
        if (rate != 0) {
            own.put("learning-rate", rate);
        }
        Map.of("beta_1", "beta1", "beta_2", "beta2", "epsilon", "epsilon", "rho", "decay", "weight_decay", "weight-decay").forEach(
                (theirs, ours) -> {
                    if (settings.path(theirs).isNumber()) {
                        own.put(ours, settings.path(theirs).asDouble());
                    }
                });
        if (name.equals("SGD") && settings.path("momentum").asDouble(0) != 0) {
            own.put("momentum", settings.path("momentum").asDouble());
        } else if (name.equals("Nadam")) {
            own.put("momentum-decay", 1.0);
        }
        List<String> all = new ArrayList<>(notes);
        if (own.containsKey("weight-decay")) {
            all.add("Keras takes learning rate · weight decay · weight off every trained tensor, biases too, as adamw does here with"
                    + " weights alone");
        }
        for (String clip : List.of("clipnorm", "global_clipnorm", "clipvalue")) {
            if (settings.path(clip).isNumber()) {
                all.add("it clips gradients there: " + clip + " " + settings.path(clip).asDouble());
            }
        }
        return new FileMoments(name, rules, own, vectors, all);
    }

    private static String velocity() {
        return "Keras's velocity is -lr·b, with the learning rate of each update in it; here it is divided by the last one";
    }

    /** Each trained tensor's vectors of these names, which stand one after the other; empty if the shapes are not the trained ones'. */
    private Optional<Map<String, Vectors>> vectors(List<FileTensor> arrays, List<String> slots) {
        if (arrays.size() != trained.size() * slots.size()) {
            return Optional.empty();
        }
        Map<String, Vectors> all = new LinkedHashMap<>();
        int next = 0;
        for (Map.Entry<String, FileTensor> tensor : trained.entrySet()) {
            Map<String, FileTensor> own = new LinkedHashMap<>();
            for (String slot : slots) {
                FileTensor array = arrays.get(next++);
                boolean isReal = array.value().type() == ElementType.F32 || array.value().type() == ElementType.F64;
                if (!isReal || !Arrays.equals(array.shape(), tensor.getValue().shape())) {
                    return Optional.empty();
                }
                own.put(slot, array);
            }
            all.put(tensor.getKey(), new Vectors(updates, own));
        }
        return Optional.of(all);
    }

    private Map<String, Vectors> updatesAlone() {
        Map<String, Vectors> all = new LinkedHashMap<>();
        trained.keySet().forEach(tensor -> all.put(tensor, new Vectors(updates, Map.of())));
        return all;
    }
}

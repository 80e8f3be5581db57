package cairn.interop.file;

import cairn.state.Value;
import java.util.Map;
import java.util.Set;

/**
 * What a rule keeps, to be written for the optimizer of another program.
 *
 * @param rule its name in a recipe, such as {@code adamw}
 * @param settings by their names in a recipe, such as {@code learning-rate}
 * @param vectors by the names of its slots, such as {@code m}; in each by the path of the parameter, such as {@code 0.dense/weight}
 * @param updates by the path of the parameter, how many updates its vectors have had
 * @param frozen the paths of the parameters that are not trained; nothing is kept for them
 */
public record RuleState(String rule, Map<String, Double> settings, Map<String, Map<String, Value.Tensor>> vectors,
        Map<String, Long> updates, Set<String> frozen) {

    /** Of a training of all parameters. */
    public RuleState(String rule, Map<String, Double> settings, Map<String, Map<String, Value.Tensor>> vectors, Map<String, Long> updates) {
        this(rule, settings, vectors, updates, Set.of());
    }
}

package cairn.interop.file;

import java.util.List;
import java.util.Map;

/**
 * What the optimizer of another program keeps for each trained tensor.
 *
 * @param name what the program calls it, such as {@code Adam}; if the file does not say it, what it can be
 * @param rules the rules here that it can be, such as {@code adam} and {@code adamw}
 * @param settings what the file says of its settings, under the names of the settings here, such as {@code beta1}; only the ones that it has
 * @param byTensor by the name of the trained tensor in the file
 * @param notes what differs from the rule here, in words
 */
public record FileMoments(String name, List<String> rules, Map<String, Double> settings, Map<String, Vectors> byTensor, List<String> notes) {

    /**
     * @param updates how many updates they have had
     * @param vectors by the name of the rule's slot here, such as {@code m} and {@code v}; each in the shape and order of its tensor
     */
    public record Vectors(long updates, Map<String, FileTensor> vectors) {
    }
}

package cairn.interop;

import cairn.interop.file.ModelPart;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Reshape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layers whose outputs are the pixels of an image, in one dimension: a program that keeps channels first may count them in another order, and
 * a file of weights does not say in which. They are
 *
 * <ul>
 *   <li>what makes a vector that is reshaped to an image, up to the dense layer that it comes from;</li>
 *   <li>a residual block in which a flattened image is added to a vector that is none.</li>
 * </ul>
 */
final class UnsettledParts {
    private static final Pattern WAY = Pattern.compile("(.*?\\d+\\.residual)/(body|projection)/.*");

    private UnsettledParts() {
    }

    /** Their names. */
    static Set<String> of(List<ModelPart> parts) {
        Set<String> unsettled = new TreeSet<>();
        for (int i = 0; i < parts.size(); i++) {
            ModelPart part = parts.get(i);
            if (part.layer() instanceof Reshape && part.in().length == 1 && matters(part.out())) {
                boolean isDense = false;
                for (int j = i - 1; j >= 0 && !isDense; j--) {
                    unsettled.add(parts.get(j).name());
                    isDense = parts.get(j).layer() instanceof Dense;
                }
            }
        }
        Map<String, ModelPart> firsts = new LinkedHashMap<>();
        Map<String, ModelPart> ends = new LinkedHashMap<>();
        for (ModelPart part : parts) {
            Matcher way = WAY.matcher(part.name());
            if (way.matches()) {
                firsts.putIfAbsent(way.group(1), part);
                ends.put(way.group(1) + "/" + way.group(2), part);
            }
        }
        firsts.forEach((block, first) -> {
            long[] through = ends.get(block + "/body").flattened();
            ModelPart beside = ends.get(block + "/projection");
            long[] other = beside == null ? first.image() : beside.flattened();
            if (!Arrays.equals(through, other) && (matters(through) || matters(other)) && ends.get(block + "/body").out().length == 1) {
                parts.stream().map(ModelPart::name).filter(name -> name.startsWith(block + "/")).forEach(unsettled::add);
            }
        });
        return unsettled;
    }

    /** Whether the order of channels and pixels makes a difference. */
    private static boolean matters(long[] image) {
        return image.length == 3 && image[2] > 1 && image[0] * image[1] > 1;
    }
}

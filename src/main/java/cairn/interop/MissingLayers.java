package cairn.interop;

import cairn.interop.file.FileModule;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a user reads if a file does not have all layers of a model: every tensor, and which modules of the file would fit. */
final class MissingLayers {
    private MissingLayers() {
    }

    static String message(String name, List<WeightMatch.Row> rows, TensorFile file, List<ModelPart> parts) {
        int width = rows.stream().mapToInt(r -> r.name().length()).max().orElse(1);
        StringBuilder text = new StringBuilder("cannot take the weights of " + name + ": not all layers are in it");
        for (WeightMatch.Row row : rows) {
            text.append(String.format("%n  %-10s  %-" + width + "s   %s", row.status().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    row.name(), row.why()));
        }
        List<String> fits = new ArrayList<>();
        for (FileModule module : file.modules()) {
            List<String> layers = parts.stream().filter(p -> fits(module, p, file)).map(ModelPart::name).toList();
            if (!layers.isEmpty()) {
                fits.add(String.format("%n  %s fits %s", module.name(), String.join(", ", layers)));
            }
        }
        text.append("\n").append(fits.isEmpty() ? "No module of the file fits a layer." : "By kind and shape:" + String.join("", fits));
        return text.append("\nSay which module is which layer (MODULE=LAYER), change the model, or take only what fits.").toString();
    }

    /** Whether all tensors of a module are those of a layer, by kind and shape. */
    static boolean fits(FileModule module, ModelPart part, TensorFile file) {
        return module.kind().layer().equals(part.layer().kind()) && part.tensors().keySet().containsAll(module.tensors().keySet())
                && module.tensors().entrySet().stream().allMatch(t -> Arrays.equals(part.tensors().get(t.getKey()),
                module.order().toOwn(part, t.getKey(), file.tensors().get(t.getValue()).value()).tensor().shape()));
    }
}

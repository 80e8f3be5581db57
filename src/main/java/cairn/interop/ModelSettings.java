package cairn.interop;

import cairn.interop.file.FileModel;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a model that gets weights from a file has otherwise than the model in the file: the same weights in another function. */
final class ModelSettings {
    private ModelSettings() {
    }

    /** The model that the file describes, if it does and all of it is known here. */
    static Optional<FileModel> read(TensorFile file) {
        try {
            return file.model().isPresent() ? Optional.of(file.model().get().read()) : Optional.empty();
        } catch (ForeignFileException e) {
            return Optional.empty();
        }
    }

    /** A sentence for each difference; or one for a file that says nothing of its model. */
    static List<String> differences(Optional<FileModel> model, List<ModelPart> parts) {
        if (model.isEmpty()) {
            return List.of("the file does not say strides, padding, activations and the epsilon of norms in a form that is known here; those of the"
                    + " recipe hold, so compare the outputs");
        }
        List<ModelPart> there = computing(ModelPart.of(new Sequential(model.get().layers()), model.get().row()));
        List<ModelPart> here = computing(parts);
        List<String> found = new ArrayList<>();
        if (there.size() != here.size()) {
            found.add("the model in the file has other layers: there " + kinds(there) + ", here " + kinds(here));
        } else {
            for (int i = 0; i < here.size(); i++) {
                if (!settings(here.get(i)).equals(settings(there.get(i)))) {
                    found.add(here.get(i).name() + " is " + settings(here.get(i)) + " in the recipe, and " + settings(there.get(i)) + " in the file");
                }
            }
        }
        return found;
    }

    /** Without what changes no prediction, or belongs to the loss. */
    private static List<ModelPart> computing(List<ModelPart> parts) {
        List<ModelPart> all = new ArrayList<>(parts.stream().filter(p -> !(p.layer() instanceof Dropout || p.layer() instanceof Flatten)).toList());
        if (!all.isEmpty() && (all.get(all.size() - 1).layer() instanceof Softmax || all.get(all.size() - 1).layer() instanceof Sigmoid)) {
            all.remove(all.size() - 1);
        }
        return all;
    }

    private static String kinds(List<ModelPart> parts) {
        return String.join(", ", parts.stream().map(p -> p.layer().kind()).toList());
    }

    /** The layer with its settings, without its initializer and without the momentum of running statistics: they change no output. */
    private static String settings(ModelPart part) {
        return part.layer().toString().replaceAll(", init=[A-Za-z]+\\[[^\\]]*\\]", "").replaceAll("momentum=[^,\\]]+(, )?", "");
    }
}

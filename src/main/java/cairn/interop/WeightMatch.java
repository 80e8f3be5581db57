package cairn.interop;

import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.state.ElementType;
import cairn.state.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a model, taken from another program's file: each layer from the module that {@link ModuleNames} finds for it, its tensors by
 * their names, their numbers in the order of here. A layer is taken as a whole or not at all.
 *
 * @param tensors by their paths in the model, such as {@code 0.conv2d/weight}
 * @param rows what happened to each tensor of the model, and which tensors of the file are left over
 * @param moments of the optimizer, by the path of the tensor that they belong to, in the order and type of here
 * @param settings what the model that gets the weights has otherwise than the one in the file, a sentence each
 */
public record WeightMatch(Map<String, Value.Tensor> tensors, List<Row> rows, Map<String, FileMoments.Vectors> moments, List<String> settings) {

    /** What happened to a tensor. */
    public enum Status {
        /** It has the numbers of the file. */
        TAKEN,
        /** It begins as in a new training, and that is the same function: a bias of 0, a gain of 1. */
        SAME,
        /** The user did not choose it. */
        NOT_CHOSEN,
        /** The file has no numbers for it, or others. */
        MISSING,
        /** A tensor of the file that nothing here needs. */
        LEFT_OVER
    }

    /**
     * @param name the path in the model, or if left over the name in the file
     * @param why where it is from and what was done, or why not
     */
    public record Row(Status status, String name, String why) {
    }

    /**
     * What a user says about a match.
     *
     * @param only the names of layers here that are taken; all if empty
     * @param map the names of layers here, by the names of modules in the file
     * @param isPartial whether layers may be missing
     */
    public record Choice(List<String> only, Map<String, String> map, boolean isPartial) {
        public static final Choice ALL = new Choice(List.of(), Map.of(), false);

        private boolean takes(String layer) {
            return only.isEmpty() || only.stream().anyMatch(name -> layer.equals(name) || layer.startsWith(name + "/"));
        }
    }

    /**
     * Takes the tensors of a model from {@code file}.
     *
     * @param name of the file, for messages
     * @param parts the model
     * @param type of the model's numbers
     * @throws IllegalArgumentException if a layer is missing and may not be; it lists every layer, and what would fit
     */
    public static WeightMatch of(TensorFile file, String name, List<ModelPart> parts, ElementType type, Choice choice) {
        List<ModelPart> all = parts.stream().filter(p -> !p.tensors().isEmpty()).toList();
        List<ModelPart> wanted = all.stream().filter(p -> choice.takes(p.name())).toList();
        requireKnown(name, choice, parts);
        // The layers that are not chosen count too, so that the chosen ones are found by the same rule as without a choice.
        Optional<FileModel> model = ModelSettings.read(file);
        ModuleNames names = ModuleNames.of(file, name, model, all, choice.map(), choice.isPartial() || !choice.only().isEmpty());
        Taking taking = new Taking(file, type, UnsettledParts.of(parts));
        for (ModelPart part : parts) {
            if (!part.tensors().isEmpty()) {
                if (!choice.takes(part.name())) {
                    part.tensors().keySet().forEach(t -> taking.add(Status.NOT_CHOSEN, part.name() + "/" + t, "not selected"));
                } else {
                    taking.take(part, Optional.ofNullable(names.modules().get(part.name())), names.reasons().getOrDefault(part.name(), ""));
                }
            }
        }
        taking.leaveOver();
        WeightMatch match = new WeightMatch(taking.tensors, List.copyOf(taking.rows), taking.moments, ModelSettings.differences(model, parts));
        if (taking.isWrong && !choice.isPartial() || match.tensors.isEmpty()) {
            throw new IllegalArgumentException(MissingLayers.message(name, match.rows, file, wanted));
        }
        return match;
    }

    private static void requireKnown(String file, Choice choice, List<ModelPart> parts) {
        List<String> layers = parts.stream().filter(p -> !p.tensors().isEmpty()).map(ModelPart::name).toList();
        for (String only : choice.only()) {
            if (layers.stream().noneMatch(layer -> layer.equals(only) || layer.startsWith(only + "/"))) {
                throw new IllegalArgumentException("cannot take '" + only + "' from " + file + ": no layer with tensors has this name; the"
                        + " layers are " + String.join(", ", layers));
            }
        }
    }

    /** The match while it grows. */
    private static final class Taking {
        private final TensorFile file;
        private final ElementType type;
        private final Set<String> unsettled;
        private final Map<String, Value.Tensor> tensors = new LinkedHashMap<>();
        private final Map<String, FileMoments.Vectors> moments = new LinkedHashMap<>();
        private final List<Row> rows = new ArrayList<>();
        private final Set<String> used = new LinkedHashSet<>();
        private boolean isWrong;

        Taking(TensorFile file, ElementType type, Set<String> unsettled) {
            this.file = file;
            this.type = type;
            this.unsettled = unsettled;
        }

        void add(Status status, String name, String why) {
            rows.add(new Row(status, name, why));
        }

        /** Takes the tensors of {@code part}, all or none. */
        void take(ModelPart part, Optional<FileModule> from, String reason) {
            if (from.isEmpty()) {
                part.tensors().keySet().forEach(t -> missing(part, t, reason.isEmpty() ? "not in the file" : reason));
                return;
            }
            FileModule module = from.get();
            if (unsettled.contains(part.name()) && module.order().flattensChannelsFirst() && !file.isOwn()) {
                part.tensors().keySet().forEach(t -> missing(part, t, "from " + module.name() + " its numbers would belong to the pixels of an image"
                        + " in an order that the file does not say"));
                return;
            }
            Map<String, TensorOrder.Reordered> own = new LinkedHashMap<>();
            Map<String, String> problems = new LinkedHashMap<>();
            part.tensors().forEach((t, shape) -> {
                String there = module.tensors().get(t);
                if (there == null) {
                    if (!isSameWithout(t)) {
                        problems.put(t, module.name() + " has none in the file");
                    }
                    return;
                }
                FileTensor tensor = file.tensors().get(there);
                TensorOrder.Reordered reordered = module.order().toOwn(part, t, tensor.value());
                if (!Arrays.equals(reordered.tensor().shape(), shape)) {
                    problems.put(t, "here " + Arrays.toString(shape) + ", " + there + " is " + tensor.describe()
                            + (reordered.how().isEmpty() ? "" : ", which is " + Arrays.toString(reordered.tensor().shape()) + " here"));
                } else {
                    own.put(t, reordered);
                }
            });
            module.tensors().forEach((t, there) -> {
                if (!part.tensors().containsKey(t)) {
                    problems.put(t, there + " in the file, and " + part.name() + " has none");
                }
            });
            if (!problems.isEmpty()) {
                String first = problems.entrySet().iterator().next().getKey();
                part.tensors().keySet().forEach(t -> missing(part, t, problems.getOrDefault(t, "its layer differs: " + first + ": "
                        + problems.get(first))));
                return;
            }
            part.tensors().keySet().forEach(t -> {
                String path = part.name() + "/" + t;
                if (own.containsKey(t)) {
                    take(part, module, t, own.get(t), reason);
                } else {
                    add(Status.SAME, path, module.name() + " has none in the file, which is the same as this beginning");
                }
            });
        }

        private void take(ModelPart part, FileModule module, String t, TensorOrder.Reordered reordered, String reason) {
            String path = part.name() + "/" + t;
            String there = module.tensors().get(t);
            FileTensor tensor = file.tensors().get(there);
            used.add(there);
            tensors.put(path, Numbers.as(type, reordered.tensor()));
            List<String> how = new ArrayList<>(List.of("from " + there));
            if (!reordered.how().isEmpty()) {
                how.add(reordered.how());
            }
            Numbers.change(tensor.dtype(), type).ifPresent(how::add);
            if (!reason.isEmpty()) {
                how.add(reason);
            }
            add(Status.TAKEN, path, String.join(", ", how));
            file.moments().map(m -> m.byTensor().get(there)).ifPresent(vectors -> {
                Map<String, FileTensor> own = new LinkedHashMap<>();
                vectors.vectors().forEach((slot, v) -> own.put(slot,
                        new FileTensor(v.dtype(), Numbers.as(type, module.order().toOwn(part, t, v.value()).tensor()))));
                moments.put(path, new FileMoments.Vectors(vectors.updates(), own));
            });
        }

        private void missing(ModelPart part, String t, String why) {
            isWrong = true;
            add(Status.MISSING, part.name() + "/" + t, why);
        }

        void leaveOver() {
            file.tensors().forEach((name, tensor) -> {
                if (!used.contains(name)) {
                    add(Status.LEFT_OVER, name, tensor.describe());
                }
            });
        }

        /** A layer without this tensor computes the same as one with the first values of a training. */
        private static boolean isSameWithout(String t) {
            return t.equals("bias") || t.equals("gamma") || t.equals("beta");
        }
    }
}

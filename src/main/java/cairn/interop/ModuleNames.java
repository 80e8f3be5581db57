package cairn.interop;

import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.nn.layer.Sequential;
import cairn.words.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which module of a file is which layer of a model. The first of these rules that holds decides for all layers that the user has not mapped:
 *
 * <ol>
 *   <li><b>by the file's model</b>: the file describes its model, and its layers with tensors follow each other as they do here;</li>
 *   <li><b>by name</b>: each layer finds a module of its kind under its own name: its path here ({@code 0.conv2d}), or its places as PyTorch
 *       writes them ({@code 0}, {@code 3.body.1});</li>
 *   <li><b>by order</b>: the file has as many modules as the model has layers with tensors, and their kinds follow each other alike;</li>
 *   <li><b>by order of each kind</b>: it has as many of each kind. Programs list the modules of a class in the order in which they were
 *       written down, often kind by kind.</li>
 * </ol>
 *
 * <p>An order counts only where the file keeps the order in which layers were defined ({@link OrderEvidence}). Elsewhere, and between the two
 * ways of a residual block, modules of one kind and shape must be numbered by their names, or the user says which is which.
 *
 * <p>If none holds and layers may be missing, layers are found by name; if no name is found, by order from the beginning, as long as the kinds
 * are alike. Shapes decide nothing.
 *
 * @param modules by the name of the layer here
 * @param reasons how it was found, or why it was not, by the name of the layer; empty if the names are equal
 */
record ModuleNames(Map<String, FileModule> modules, Map<String, String> reasons) {
    private static final String ORDER = "by order";
    private static final String ORDER_OF_KIND = "by order of its kind";

    /**
     * @param name of the file, for messages
     * @param model what the file says of its model
     * @param map names of layers here, by names of modules
     */
    static ModuleNames of(TensorFile file, String name, Optional<FileModel> model, List<ModelPart> parts, Map<String, String> map,
            boolean isPartial) {
        ModuleNames names = new ModuleNames(new LinkedHashMap<>(), new LinkedHashMap<>());
        names.addMapped(file, name, parts, map);
        List<ModelPart> open = parts.stream().filter(p -> !names.modules.containsKey(p.name())).toList();
        List<FileModule> free = file.modules().stream().filter(m -> m.kind() != FileModule.Kind.OTHER && !names.modules.containsValue(m)).toList();
        Map<String, FileModule> byName = byName(open, free);
        Map<String, FileModule> described = described(model, open, free);
        boolean isEvidence = OrderEvidence.keepsOrder(file, model);
        if (!described.isEmpty()) {
            names.modules.putAll(described);
            described.keySet().forEach(layer -> names.reasons.put(layer, "by the file's model"));
        } else if (byName.size() == open.size()) {
            names.modules.putAll(byName);
        } else if (kinds(free).equals(kindsOf(open))) {
            // A residual block has two ways, and a program may write down either one first.
            boolean isOneWay = open.stream().noneMatch(p -> p.name().contains("/projection/"));
            names.addPairs(file, open, free, ORDER, isOneWay && isEvidence);
        } else if (counts(kinds(free)).equals(counts(kindsOf(open)))) {
            kinds(free).stream().distinct().forEach(kind -> names.addPairs(file, open.stream().filter(p -> kind(p).equals(kind)).toList(),
                    free.stream().filter(m -> m.kind().layer().equals(kind)).toList(), ORDER_OF_KIND, false));
        } else if (isPartial && !byName.isEmpty()) {
            names.modules.putAll(byName);
        } else if (isPartial) {
            int alike = 0;
            while (alike < Math.min(open.size(), free.size()) && kind(open.get(alike)).equals(free.get(alike).kind().layer())) {
                alike++;
            }
            names.addPairs(file, open.subList(0, alike), free.subList(0, alike), "by order from the beginning", isEvidence);
        } else {
            open.forEach(p -> names.reasons.put(p.name(), "not found: the file has " + few(kinds(free)) + ", the model " + few(kindsOf(open))));
        }
        return names;
    }

    private void addMapped(TensorFile file, String name, List<ModelPart> parts, Map<String, String> map) {
        List<String> problems = new ArrayList<>();
        Map<String, FileModule> known = new LinkedHashMap<>();
        file.modules().forEach(m -> known.put(m.name(), m));
        Map<String, FileModule> paths = new LinkedHashMap<>();
        file.modules().stream().filter(m -> !m.tensors().isEmpty()).forEach(m -> paths.put(path(m), m));
        Map<String, ModelPart> layers = new LinkedHashMap<>();
        parts.forEach(p -> layers.put(p.name(), p));
        map.forEach((from, to) -> {
            // Keras numbers the paths of its tensors otherwise than the names of its layers, and both are shown.
            FileModule named = known.getOrDefault(from, paths.get(from));
            FileModule other = paths.get("layers/" + from);
            if (named != null && other != null && other != named) {
                problems.add(from + ": two modules are meant: " + named.tensors().values() + " has this name, and " + other.tensors().values()
                        + " this path; write the path, layers/" + from + " or " + path(named));
            } else if (named == null) {
                problems.add(from + ": the file has no such module; " + Spelling.hint(from, known.keySet()));
            } else if (!layers.containsKey(to)) {
                problems.add(to + ": the model has no such layer with tensors; " + Spelling.hint(to, layers.keySet()));
            } else if (modules.put(to, named) != null) {
                problems.add(to + ": two modules are mapped to it");
            } else {
                reasons.put(to, "as mapped");
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("cannot take the weights of " + name + " as mapped: " + String.join("; ", problems));
        }
    }

    /** Of a module of Keras, the group in which its tensors stand. */
    private static String path(FileModule module) {
        return module.tensors().values().iterator().next().replaceFirst("/vars/\\d+$", "");
    }

    /** Pairs in order; where the order is no evidence, only those that it is not needed for. */
    private void addPairs(TensorFile file, List<ModelPart> parts, List<FileModule> found, String reason, boolean isEvidence) {
        for (int i = 0; i < parts.size(); i++) {
            Optional<FileModule> rival = isEvidence ? Optional.empty() : OrderEvidence.rival(file, found.get(i), found);
            if (rival.isPresent()) {
                reasons.put(parts.get(i).name(), found.get(i).name() + " and " + rival.get().name() + " fit alike, and the file does not keep the"
                        + " order of layers: say which is which");
            } else {
                modules.put(parts.get(i).name(), found.get(i));
                reasons.put(parts.get(i).name(), reason);
            }
        }
    }

    /** The modules of the layers that the file describes, if they follow each other as the layers here do; otherwise none. */
    private static Map<String, FileModule> described(Optional<FileModel> model, List<ModelPart> parts, List<FileModule> modules) {
        Map<String, FileModule> found = new LinkedHashMap<>();
        if (model.isEmpty() || parts.isEmpty()) {
            return found;
        }
        List<ModelPart> there = ModelPart.of(new Sequential(model.get().layers()), model.get().row()).stream()
                .filter(p -> !p.tensors().isEmpty()).toList();
        if (!there.stream().map(ModuleNames::form).toList().equals(parts.stream().map(ModuleNames::form).toList())) {
            return found;
        }
        for (int i = 0; i < there.size(); i++) {
            String name = model.get().modules().get(there.get(i).name());
            String layer = parts.get(i).name();
            modules.stream().filter(m -> m.name().equals(name)).findFirst().ifPresent(m -> found.put(layer, m));
        }
        return found.size() == parts.size() ? found : new LinkedHashMap<>();
    }

    /** The path of a layer without its places: {@code residual/body/conv2d}. */
    private static String form(ModelPart part) {
        return part.name().replaceAll("(^|/)\\d+\\.", "$1");
    }

    private static Map<String, FileModule> byName(List<ModelPart> parts, List<FileModule> modules) {
        Map<String, FileModule> found = new LinkedHashMap<>();
        Set<FileModule> taken = new LinkedHashSet<>();
        for (ModelPart part : parts) {
            Optional<FileModule> module = modules.stream().filter(m -> isNamed(m.name(), part, modules)
                    && m.kind().layer().equals(kind(part))).findFirst();
            if (module.isPresent() && taken.add(module.get())) {
                found.put(part.name(), module.get());
            }
        }
        return found;
    }

    /** Whether a module has the name of a layer: its path, or its places, perhaps with one more where PyTorch needs several modules. */
    private static boolean isNamed(String module, ModelPart part, List<FileModule> all) {
        String places = places(part.name());
        return module.equals(part.name()) || module.replace('.', '/').equals(part.name().replace('.', '/')) || module.equals(places)
                || module.matches(Pattern.quote(places) + "\\.\\d+") && all.stream().filter(m -> m.name().startsWith(places + ".")).count() == 1;
    }

    /** {@code 3.body.1} of {@code 3.residual/body/1.dense}. */
    private static String places(String path) {
        return Arrays.stream(path.split("/")).map(segment -> segment.replaceFirst("^(\\d+)\\..*", "$1"))
                .collect(Collectors.joining("."));
    }

    private static String kind(ModelPart part) {
        return part.layer().kind();
    }

    private static List<String> kinds(Collection<FileModule> modules) {
        return modules.stream().map(m -> m.kind().layer()).toList();
    }

    private static List<String> kindsOf(Collection<ModelPart> parts) {
        return parts.stream().map(ModuleNames::kind).toList();
    }

    private static Map<String, Long> counts(List<String> kinds) {
        return kinds.stream().collect(Collectors.groupingBy(k -> k, TreeMap::new, Collectors.counting()));
    }

    private static String few(List<String> kinds) {
        return kinds.isEmpty() ? "no layer with tensors" : counts(kinds).entrySet().stream().map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }
}

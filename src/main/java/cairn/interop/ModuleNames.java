package cairn.interop;

import cairn.interop.file.FileModule;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.words.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which module of a file is which layer of a model. The first of these rules that holds decides for all layers that the user has not mapped:
 *
 * <ol>
 *   <li><b>by name</b>: each layer finds a module of its kind under its own name: its path here ({@code 0.conv2d}), or its places as PyTorch
 *       writes them ({@code 0}, {@code 3.body.1});</li>
 *   <li><b>by order</b>: the file has as many modules as the model has layers with tensors, and their kinds follow each other alike;</li>
 *   <li><b>by order of each kind</b>: it has as many of each kind. Programs list the modules of a class in the order in which they were
 *       written down, often kind by kind.</li>
 * </ol>
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
     * @param map names of layers here, by names of modules
     */
    static ModuleNames of(TensorFile file, String name, List<ModelPart> parts, Map<String, String> map, boolean isPartial) {
        ModuleNames names = new ModuleNames(new LinkedHashMap<>(), new LinkedHashMap<>());
        names.addMapped(file, name, parts, map);
        List<ModelPart> open = parts.stream().filter(p -> !names.modules.containsKey(p.name())).toList();
        List<FileModule> free = file.modules().stream().filter(m -> m.kind() != FileModule.Kind.OTHER && !map.containsKey(m.name())).toList();
        Map<String, FileModule> byName = byName(open, free);
        if (byName.size() == open.size()) {
            names.modules.putAll(byName);
        } else if (kinds(free).equals(kindsOf(open))) {
            names.addPairs(open, free, ORDER);
        } else if (counts(kinds(free)).equals(counts(kindsOf(open)))) {
            kinds(free).stream().distinct().forEach(kind -> names.addPairs(open.stream().filter(p -> kind(p).equals(kind)).toList(),
                    free.stream().filter(m -> m.kind().layer().equals(kind)).toList(), ORDER_OF_KIND));
        } else if (isPartial && !byName.isEmpty()) {
            names.modules.putAll(byName);
        } else if (isPartial) {
            int alike = 0;
            while (alike < Math.min(open.size(), free.size()) && kind(open.get(alike)).equals(free.get(alike).kind().layer())) {
                alike++;
            }
            names.addPairs(open.subList(0, alike), free.subList(0, alike), "by order from the beginning");
        } else {
            open.forEach(p -> names.reasons.put(p.name(), "not found: the file has " + few(kinds(free)) + ", the model " + few(kindsOf(open))));
        }
        return names;
    }

    private void addMapped(TensorFile file, String name, List<ModelPart> parts, Map<String, String> map) {
        List<String> problems = new ArrayList<>();
        Map<String, FileModule> known = new LinkedHashMap<>();
        file.modules().forEach(m -> known.put(m.name(), m));
        Map<String, ModelPart> layers = new LinkedHashMap<>();
        parts.forEach(p -> layers.put(p.name(), p));
        map.forEach((from, to) -> {
            if (!known.containsKey(from)) {
                problems.add(from + ": the file has no such module; " + Spelling.hint(from, known.keySet()));
            } else if (!layers.containsKey(to)) {
                problems.add(to + ": the model has no such layer with tensors; " + Spelling.hint(to, layers.keySet()));
            } else if (modules.put(to, known.get(from)) != null) {
                problems.add(to + ": two modules are mapped to it");
            } else {
                reasons.put(to, "as mapped");
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("cannot take the weights of " + name + " as mapped: " + String.join("; ", problems));
        }
    }

    private void addPairs(List<ModelPart> parts, List<FileModule> found, String reason) {
        for (int i = 0; i < parts.size(); i++) {
            modules.put(parts.get(i).name(), found.get(i));
            reasons.put(parts.get(i).name(), reason);
        }
    }

    private static Map<String, FileModule> byName(List<ModelPart> parts, List<FileModule> modules) {
        Map<String, FileModule> found = new LinkedHashMap<>();
        Set<FileModule> taken = new LinkedHashSet<>();
        for (ModelPart part : parts) {
            Optional<FileModule> module = modules.stream().filter(m -> isNamed(m.name(), part) && m.kind().layer().equals(kind(part))).findFirst();
            if (module.isPresent() && taken.add(module.get())) {
                found.put(part.name(), module.get());
            }
        }
        return found;
    }

    /** Whether a module has the name of a layer: its path, or its places, perhaps with one more where PyTorch needs several modules. */
    private static boolean isNamed(String module, ModelPart part) {
        String places = places(part.name());
        return module.equals(part.name()) || module.replace('.', '/').equals(part.name().replace('.', '/'))
                || module.equals(places) || module.matches(java.util.regex.Pattern.quote(places) + "\\.\\d+");
    }

    /** {@code 3.body.1} of {@code 3.residual/body/1.dense}. */
    private static String places(String path) {
        return java.util.Arrays.stream(path.split("/")).map(segment -> segment.replaceFirst("^(\\d+)\\..*", "$1"))
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
        return kinds.stream().collect(Collectors.groupingBy(k -> k, java.util.TreeMap::new, Collectors.counting()));
    }

    private static String few(List<String> kinds) {
        return kinds.isEmpty() ? "no layer with tensors" : counts(kinds).entrySet().stream().map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }
}

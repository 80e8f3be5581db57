package cairn.transfer;

import cairn.recipe.InitialWeights;
import cairn.state.State;
import cairn.state.StatePath;
import cairn.words.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which entries of a saved state are copied, and to which paths. A name is the beginning of a path, in whole segments, or
 * of a parameter's own name: {@code model} means every entry below {@code model/}, {@code 2.dense} that layer's weights, what the
 * optimizer knows of them and their average.
 *
 * @param only the names to copy; everything if there are none
 * @param without names to leave out
 * @param renames from a name in the saved state to its name in the new one, all at the same time, so that two may be swapped
 */
public record StateFilter(List<String> only, List<String> without, Map<String, String> renames) {
    private static final String GAP = "   ";
    private static final StateFilter ALL = new StateFilter(List.of(), List.of(), Map.of());

    public StateFilter {
        only = only.stream().map(StateFilter::name).toList();
        without = without.stream().map(StateFilter::name).toList();
        Map<String, String> names = new LinkedHashMap<>();
        renames.forEach((from, to) -> names.put(name(from), name(to)));
        renames = java.util.Collections.unmodifiableMap(names);
    }

    /** Everything, under its own name. */
    public static StateFilter all() {
        return ALL;
    }

    /** These alone, and those named before. */
    public StateFilter only(String... names) {
        return new StateFilter(joined(only, names), without, renames);
    }

    /** Without these, and those named before. */
    public StateFilter without(String... names) {
        return new StateFilter(only, joined(without, names), renames);
    }

    /** With {@code from} under the name {@code to}. */
    public StateFilter rename(String from, String to) {
        Map<String, String> more = new LinkedHashMap<>(renames);
        more.put(from, to);
        return new StateFilter(only, without, more);
    }

    /** The filter that initial weights name. */
    public static StateFilter of(InitialWeights weights) {
        StateFilter filter = ALL.only(weights.select().toArray(String[]::new));
        for (String each : weights.rename()) {
            filter = filter.rename(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        return filter;
    }

    /**
     * {@code weights} with the names of this filter.
     *
     * @throws IllegalArgumentException if this filter leaves something out, which initial weights cannot say
     */
    public InitialWeights applyTo(InitialWeights weights) {
        if (!without.isEmpty()) {
            throw new IllegalArgumentException("initial weights have no list of names to leave out: name the entries to copy");
        }
        return new InitialWeights(weights.from(), weights.digest(), only,
                renames.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    /** Whether the entry at {@code path} of the saved state is copied. */
    boolean takes(String path) {
        return (only.isEmpty() || only.stream().anyMatch(name -> in(name, path)))
                && without.stream().noneMatch(name -> in(name, path));
    }

    /** Each choice as a line; none if everything is taken. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (!only.isEmpty()) {
            lines.add("state: only " + String.join(", ", only));
        }
        if (!without.isEmpty()) {
            lines.add("state: without " + String.join(", ", without));
        }
        renames.forEach((from, to) -> lines.add("state: " + from + " is now " + to));
        return lines;
    }

    /** Whether the filter names entries below {@code folder}. */
    boolean asksFor(String folder) {
        return only.stream().anyMatch(name -> name.equals(folder) || name.startsWith(folder + "/"));
    }

    /**
     * The chosen entries of {@code saved}, under their new paths.
     *
     * @throws IllegalArgumentException naming every name that is no entry, and every path that two entries would get
     */
    State of(State saved, String source) {
        List<String> problems = new ArrayList<>();
        for (String name : joined(joined(only, without.toArray(String[]::new)), renames.keySet().toArray(String[]::new))) {
            if (saved.entries().keySet().stream().noneMatch(path -> in(name, path))) {
                problems.add(name + GAP + "no entry has this name; " + Spelling.hint(name, names(saved)));
            }
        }
        Map<String, cairn.state.Value> taken = new LinkedHashMap<>();
        saved.entries().forEach((path, value) -> {
            if (takes(path) && taken.put(renamed(path), value) != null) {
                problems.add(path + GAP + "renamed to " + renamed(path) + ", which is another entry's name; rename or leave that one too");
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("cannot choose from " + source + ": " + problems.size()
                    + (problems.size() == 1 ? " problem" : " problems") + lines(problems));
        }
        return State.of(taken);
    }

    private static String lines(List<String> problems) {
        int width = problems.stream().mapToInt(p -> p.indexOf(GAP)).max().orElse(1);
        return problems.stream().map(p -> String.format("%n  %-" + width + "s%s", p.substring(0, p.indexOf(GAP)), p.substring(p.indexOf(GAP))))
                .collect(Collectors.joining());
    }

    /** The new path of the entry at {@code path}: the first rename that matches applies. */
    String renamed(String path) {
        for (Map.Entry<String, String> rename : renames.entrySet()) {
            for (int start : new int[] {0, own(path)}) {
                if (begins(path.substring(start), rename.getKey())) {
                    return path.substring(0, start) + rename.getValue() + path.substring(start + rename.getKey().length());
                }
            }
        }
        return path;
    }

    private static boolean in(String name, String path) {
        return begins(path, name) || begins(path.substring(own(path)), name);
    }

    private static boolean begins(String path, String name) {
        return path.startsWith(name) && (path.length() == name.length() || path.charAt(name.length()) == '/');
    }

    /** Where the parameter's own name begins in {@code model/0.dense/weight} and {@code optimizer/m/0.dense/weight}. */
    static int own(String path) {
        int first = path.indexOf('/') + 1;
        return path.startsWith("model/") || path.startsWith("average/") ? first
                : path.startsWith("optimizer/") ? path.indexOf('/', first) + 1 : 0;
    }

    /** What a user may have meant: the sections of a state, and the layers of its model. */
    private static TreeSet<String> names(State saved) {
        TreeSet<String> names = new TreeSet<>();
        for (String path : saved.entries().keySet()) {
            List<String> segments = List.of(path.split("/"));
            if (List.of("model", "optimizer", "average", "progress").contains(segments.get(0))) {
                names.add(segments.get(0));
            }
            if (segments.get(0).equals("model") && segments.size() > 2) {
                names.add(String.join("/", segments.subList(1, segments.size() - 1)));
            }
        }
        return names;
    }

    private static String name(String text) {
        String name = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        if (!StatePath.isPath(name)) {
            throw new IllegalArgumentException("'" + text + "' names no entries: expected segments of a path joined by /, such as model or"
                    + " 2.dense");
        }
        return name;
    }

    private static List<String> joined(List<String> names, String... more) {
        List<String> all = new ArrayList<>(names);
        all.addAll(Arrays.asList(more));
        return all;
    }
}

package cairn.transfer;

import cairn.recipe.InitialWeights;
import cairn.state.State;
import cairn.state.StatePath;
import cairn.state.Value;
import cairn.words.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which entries of a saved state are copied, and to which paths. A name is the first segments of a path, or of the name of a parameter:
 * {@code model} means every entry below {@code model/}; {@code 2.dense} means the weights of that layer, their optimizer vectors and their
 * averages.
 *
 * @param only the names to copy; everything if there are none
 * @param without the names to leave out
 * @param renames old names and their new names; all apply at the same time, so two names can be swapped
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

    /** Copies only these, and those that were named before. */
    public StateFilter only(String... names) {
        return new StateFilter(joined(only, names), without, renames);
    }

    /** Leaves out these, and those that were named before. */
    public StateFilter without(String... names) {
        return new StateFilter(only, joined(without, names), renames);
    }

    /** Copies {@code from} to the name {@code to}. */
    public StateFilter rename(String from, String to) {
        Map<String, String> more = new LinkedHashMap<>(renames);
        more.put(from, to);
        return new StateFilter(only, without, more);
    }

    /** The filter that initial weights name. */
    static StateFilter of(InitialWeights weights) {
        StateFilter filter = ALL.only(weights.select().toArray(String[]::new));
        for (String each : weights.rename()) {
            filter = filter.rename(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        return filter;
    }

    /**
     * {@code weights} with the names of this filter.
     *
     * @throws IllegalArgumentException if this filter leaves something out, because initial weights have no setting for that
     */
    public InitialWeights applyTo(InitialWeights weights) {
        if (!without.isEmpty()) {
            throw new IllegalArgumentException("initial weights have no list of names to leave out: name the entries to copy");
        }
        return weights.with(only, renames.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    /** Whether the entry at {@code path} of {@code saved} is copied. An age is, if a vector that it belongs to is. */
    boolean copies(String path, State saved) {
        return isAge(path) ? vectors(path, saved).anyMatch(this::copies) : copies(path);
    }

    private boolean copies(String path) {
        return (only.isEmpty() || only.stream().anyMatch(name -> in(name, path)))
                && without.stream().noneMatch(name -> in(name, path));
    }

    /** One line for each choice; none if everything is copied. */
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
    boolean selects(String folder) {
        return only.stream().anyMatch(name -> name.equals(folder) || name.startsWith(folder + "/"));
    }

    /**
     * The entries of {@code saved} to copy, under their new paths.
     *
     * @param source the name of the saved state in errors
     * @throws IllegalArgumentException listing every name that is no entry, and every path that two entries would get
     */
    State apply(State saved, String source) {
        List<String> problems = new ArrayList<>();
        for (String name : joined(joined(only, without.toArray(String[]::new)), renames.keySet().toArray(String[]::new))) {
            if (saved.entries().keySet().stream().noneMatch(path -> in(name, path))) {
                problems.add(name + GAP + "no entry has this name; " + Spelling.hint(name, names(saved)));
            }
        }
        Map<String, Value> copied = new LinkedHashMap<>();
        saved.entries().forEach((path, value) -> {
            if (copies(path, saved) && copied.put(renamed(path), value) != null) {
                problems.add(path + GAP + "renamed to " + renamed(path)
                        + ", which is another entry's name; rename that entry too, or leave it out");
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("cannot copy from " + source + ": " + problems.size()
                    + (problems.size() == 1 ? " problem" : " problems") + lines(problems));
        }
        return State.of(copied);
    }

    private static String lines(List<String> problems) {
        int width = problems.stream().mapToInt(p -> p.indexOf(GAP)).max().orElse(1);
        return problems.stream().map(p -> String.format("%n  %-" + width + "s%s", p.substring(0, p.indexOf(GAP)),
                p.substring(p.indexOf(GAP))))
                .collect(Collectors.joining());
    }

    /** The new path of the entry at {@code path}: the first rename that matches applies. */
    String renamed(String path) {
        for (Map.Entry<String, String> rename : renames.entrySet()) {
            for (int start : new int[] {0, parameterStart(path)}) {
                if (begins(path.substring(start), rename.getKey())) {
                    return path.substring(0, start) + rename.getValue() + path.substring(start + rename.getKey().length());
                }
            }
        }
        return path;
    }

    /** Whether {@code path} is the number of updates that the vectors of a parameter have had. */
    static boolean isAge(String path) {
        return path.startsWith("optimizer/age/") || path.startsWith("average-age/");
    }

    /** The entries of {@code state} that the age at {@code path} belongs to. */
    static Stream<String> vectors(String path, State state) {
        String section = path.startsWith("optimizer/") ? "optimizer/" : "average/";
        String parameter = path.substring(parameterStart(path));
        return state.entries().keySet().stream().filter(other -> other.startsWith(section) && !isAge(other)
                && other.substring(parameterStart(other)).equals(parameter));
    }

    private static boolean in(String name, String path) {
        return begins(path, name) || begins(path.substring(parameterStart(path)), name);
    }

    private static boolean begins(String path, String name) {
        return path.startsWith(name) && (path.length() == name.length() || path.charAt(name.length()) == '/');
    }

    /**
     * Where the parameter's name begins: at {@code 0.dense/weight} in {@code model/0.dense/weight} and {@code optimizer/m/0.dense/weight}.
     */
    static int parameterStart(String path) {
        int first = path.indexOf('/') + 1;
        return path.startsWith("model/") || path.startsWith("average/") || path.startsWith("average-age/") ? first
                : path.startsWith("optimizer/") ? path.indexOf('/', first) + 1 : 0;
    }

    /** The names that a user may have meant: the sections of a state, and the layers of its model. */
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

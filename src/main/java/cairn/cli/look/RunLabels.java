package cairn.cli.look;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What tells runs apart: their names, and the settings in which their recipes differ. */
final class RunLabels {
    /** More settings are not named. */
    private static final int MOST = 3;

    private RunLabels() {
    }

    /**
     * A label for each run, such as {@code slower: optimizer.learning-rate 0.001}. No two are equal.
     *
     * @param names of the runs
     * @param settings of each run's recipe, by path
     */
    public static List<String> of(List<String> names, List<Map<String, String>> settings) {
        TreeSet<String> paths = new TreeSet<>();
        settings.forEach(s -> paths.addAll(s.keySet()));
        List<String> differing = paths.stream()
                .filter(path -> settings.stream().map(s -> s.getOrDefault(path, "none")).distinct().count() > 1)
                // How long a run was to be trained, and how often it is saved, changes no number.
                .filter(path -> !path.startsWith("run.")).toList();
        Map<String, Integer> seen = new LinkedHashMap<>();
        return IntStream.range(0, names.size()).mapToObj(i -> {
            List<String> words = new ArrayList<>(differing.stream().limit(MOST)
                    .map(path -> path + " " + settings.get(i).getOrDefault(path, "none")).toList());
            if (differing.size() > MOST) {
                words.add("and " + (differing.size() - MOST) + " more settings");
            }
            String label = names.get(i) + (words.isEmpty() ? "" : ": " + String.join(", ", words));
            int number = seen.merge(label, 1, Integer::sum);
            return number == 1 ? label : label + " (" + number + ")";
        }).toList();
    }
}

package cairn.cli.args;

import cairn.recipe.Recipe;
import java.util.List;
import picocli.CommandLine.Option;

/** Which checkpoints are kept, as a user says it. */
public final class KeepRules {
    @Option(names = "--keep", paramLabel = "RULES", order = 11, description = {
        "What to keep (default: as the recipe says). One or several joined by commas:",
        "  all              every one",
        "  last:N           the N newest",
        "  best:N           the N best by the monitored metric",
        "  best:N:max:NAME  the N best by another one; min or max",
        "  every:N          those whose step N divides",
        "  per:1h           the first of each hour; ms, s, m, h, d",
        "  log, log:B       fewer, the older: by powers of 2, or B",
        "  pinned           nothing more than what always stays",
        "  2GB              a limit for all files; the oldest go first",
        "Always stay: the newest, the newest finite one, the best, pinned ones, and (protected) the one resumed from."})
    private String keep;

    /** These rules, or those of the recipe where nothing was said. */
    public String over(Recipe.RunDefaults defaults) {
        return keep == null ? defaults.keep() : keep;
    }

    /** What was said, as words that say it again. */
    List<String> words() {
        return keep == null ? List.of() : List.of("--keep", keep);
    }
}

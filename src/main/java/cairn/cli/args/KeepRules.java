package cairn.cli.args;

import cairn.recipe.Recipe;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that says which checkpoints are kept. */
public final class KeepRules {
    @Option(names = "--keep", paramLabel = "RULES", order = 11, description = {
        "Which checkpoints to keep (default: as in the recipe). One rule, or several separated by commas:",
        "  all              every checkpoint",
        "  last:N           the N newest",
        "  best:N           the N best (monitored metric)",
        "  best:N:max:NAME  the N best by NAME; max or min",
        "  every:N          the steps that N divides",
        "  per:1h           the first in each hour",
        "  log              fewer old ones (powers of 2)",
        "  log:B            fewer old ones (powers of B)",
        "  pinned           only those that are always kept",
        "  2GB              at most 2 GB, the newest ones",
        "Units of time are ms, s, m, h and d.",
        "Always kept: the newest, the newest finite one, the best, pinned ones, and the one that the run was resumed from (protected)."})
    private String keep;

    /** These rules, or those of the recipe where none were given. */
    public String over(Recipe.RunDefaults defaults) {
        return keep == null ? defaults.keep() : keep;
    }

    /** The option that was given, as words of another command. */
    List<String> words() {
        return keep == null ? List.of() : List.of("--keep", keep);
    }
}

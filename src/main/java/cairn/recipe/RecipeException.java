package cairn.recipe;

import cairn.words.Printable;
import java.util.List;

/** A recipe cannot be used. Every problem is listed with its path in the recipe. Nothing was allocated or written. */
public final class RecipeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** One problem: where in the recipe, and what. */
    public record Problem(String path, String what) {
    }

    private final transient List<Problem> problems;
    private final boolean lacksOnlyParts;

    public RecipeException(String recipe, List<Problem> problems) {
        this(recipe, problems, false);
    }

    RecipeException(String recipe, List<Problem> problems, boolean lacksOnlyParts) {
        super(message(recipe, problems));
        this.problems = List.copyOf(problems);
        this.lacksOnlyParts = lacksOnlyParts;
    }

    /** Whether the only problem is that this program does not know parts which the recipe names; another program may. */
    public boolean lacksOnlyParts() {
        return lacksOnlyParts;
    }

    /** A recipe with one problem. */
    public static RecipeException of(String recipe, String path, String what) {
        return new RecipeException(recipe, List.of(new Problem(path, what)));
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String message(String recipe, List<Problem> problems) {
        int width = problems.stream().mapToInt(p -> p.path().length()).max().orElse(0);
        StringBuilder text = new StringBuilder("cannot use the recipe " + Printable.line(recipe) + ": " + problems.size()
                + (problems.size() == 1 ? " problem" : " problems"));
        for (Problem p : problems) {
            text.append(String.format("%n  %-" + Math.max(1, width) + "s   %s", Printable.line(p.path()), Printable.line(p.what())));
        }
        return text.toString();
    }
}

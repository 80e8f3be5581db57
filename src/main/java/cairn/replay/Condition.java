package cairn.replay;

import cairn.run.Series;
import cairn.words.Spelling;
import cairn.words.WordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A condition for a bad step, as text: {@code non-finite|loss>2.5|accuracy<0.9}. It holds if one of its terms holds.
 *
 * <table>
 *   <caption>The terms, joined by |</caption>
 *   <tr><td>{@code non-finite}</td><td>the loss or the gradient is not finite, so that the update was not made</td></tr>
 *   <tr><td>{@code loss>X}</td><td>the loss of the batch; also with {@code <}, {@code >=}, {@code <=}</td></tr>
 *   <tr><td>{@code gradient-norm>X}</td><td>the norm of the gradient before clipping</td></tr>
 *   <tr><td>{@code learning-rate<X}</td><td>the rate of the update</td></tr>
 *   <tr><td>{@code accuracy<X}, ...</td><td>any measure of the evaluations; {@code evaluation/loss>X} for the loss of evaluations</td></tr>
 * </table>
 */
public record Condition(List<Term> terms) {
    private static final String NON_FINITE = "non-finite";
    /** The names for the numbers of a step, and their series in the journal. */
    private static final Map<String, String> STEP_SERIES = Map.of("loss", Series.LOSS, "gradient-norm", Series.GRADIENT_NORM,
            "learning-rate", Series.LEARNING_RATE);

    /**
     * One comparison.
     *
     * @param series the series of the journal
     * @param relation {@code >}, {@code <}, {@code >=} or {@code <=}; empty for {@code non-finite}
     */
    record Term(String text, String series, String relation, double bound) {
        boolean holds(double value) {
            return switch (relation) {
                case ">" -> value > bound;
                case "<" -> value < bound;
                case ">=" -> value >= bound;
                case "<=" -> value <= bound;
                default -> !Double.isFinite(value);
            };
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public Condition {
        terms = List.copyOf(terms);
    }

    /**
     * The condition that {@code text} describes.
     *
     * @param measures the names of the measures of the run's evaluations
     * @throws IllegalArgumentException if a term cannot be read; it lists every such term
     */
    public static Condition parse(String text, Set<String> measures) {
        List<Term> terms = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (String part : text.split("\\|", -1)) {
            String term = part.strip();
            WordReader words = new WordReader(term);
            String name = words.name("._/-");
            String relation = words.spaces().takeOne(">=", "<=", ">", "<").orElse("");
            String bound = words.spaces().rest();
            if (term.equals(NON_FINITE)) {
                terms.add(new Term(term, Series.LOSS, "", 0));
            } else if (name.isEmpty() || relation.isEmpty() || bound.isEmpty()) {
                wrong.add("'" + term + "': expected non-finite, or NAME>NUMBER with one of > < >= <="
                        + Spelling.suggestion(term, List.of(NON_FINITE)));
            } else if (series(name, measures).isEmpty()) {
                Set<String> known = new TreeSet<>(STEP_SERIES.keySet());
                known.addAll(measures);
                wrong.add("'" + term + "': there is no '" + name + "'; " + Spelling.hint(name, known));
            } else {
                WordReader.real(bound).ifPresentOrElse(b -> terms.add(new Term(term, series(name, measures), relation, b)),
                        () -> wrong.add("'" + term + "': '" + bound + "' is no number"));
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("cannot read the condition '" + text + "':\n" + wrong.stream().map(w -> "  " + w)
                    .collect(Collectors.joining("\n")));
        }
        return new Condition(terms);
    }

    private static String series(String name, Set<String> measures) {
        String measure = Series.measure(name).orElse(name);
        return STEP_SERIES.containsKey(name) ? STEP_SERIES.get(name) : measures.contains(measure) ? Series.evaluation(measure) : "";
    }

    /** Whether a step that cannot be made is a bad one. */
    boolean includesFaults() {
        return terms.stream().anyMatch(t -> t.relation().isEmpty());
    }

    /** Whether the norm of the gradient must be computed. */
    boolean needsNorm() {
        return terms.stream().anyMatch(t -> t.series().equals(Series.GRADIENT_NORM));
    }

    @Override
    public String toString() {
        return terms.stream().map(Term::text).collect(Collectors.joining("|"));
    }
}

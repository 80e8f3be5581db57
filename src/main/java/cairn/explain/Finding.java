package cairn.explain;

import java.util.List;
import java.util.Optional;

/**
 * An illness of a training.
 *
 * @param certainty how sure it is
 * @param says one or two sentences: what is wrong and how that is seen
 * @param evidence the numbers, the strongest first
 * @param since the step after which it is seen; 0 if it was there before the first update
 * @param layer the layer that it is worst in, if it has one
 * @param rows training rows that are concerned, by their numbers in the data set that was read, at most {@link #MOST_ROWS}
 * @param figure what to look at to see it
 * @param decides what would cure it or, if it is uncertain, show whether it is the cause: one thing changed; empty if it
 *     follows from another finding, which is to be cured first
 * @param followsFrom the finding that explains this one, if there is one
 */
public record Finding(Illness illness, Certainty certainty, String says, List<Evidence> evidence, long since, Optional<String> layer,
        List<Integer> rows, List<Next> figure, List<Next> decides, Optional<Illness> followsFrom) {
    /** More rows than these are not named. */
    public static final int MOST_ROWS = 12;

    /** How sure a finding is. */
    public enum Certainty {
        /** The numbers leave no other reading. */
        CERTAIN,
        /** Other causes are possible and rare. */
        LIKELY,
        /** One of several causes. */
        POSSIBLE
    }

    public Finding {
        evidence = List.copyOf(evidence);
        rows = rows.size() > MOST_ROWS ? List.copyOf(rows.subList(0, MOST_ROWS)) : List.copyOf(rows);
        figure = List.copyOf(figure);
        decides = List.copyOf(decides);
    }

    static Finding of(Illness illness, Certainty certainty, long since, String says, List<Evidence> evidence) {
        return new Finding(illness, certainty, says, evidence, since, Optional.empty(), List.of(), List.of(), List.of(), Optional.empty());
    }

    Finding in(String place) {
        return new Finding(illness, certainty, says, evidence, since, Optional.of(place), rows, figure, decides, followsFrom);
    }

    Finding rows(List<Integer> concerned) {
        return new Finding(illness, certainty, says, evidence, since, layer, concerned, figure, decides, followsFrom);
    }

    Finding seenIn(Next... figures) {
        return new Finding(illness, certainty, says, evidence, since, layer, rows, List.of(figures), decides, followsFrom);
    }

    Finding decidedBy(Next... trials) {
        return new Finding(illness, certainty, says, evidence, since, layer, rows, figure, List.of(trials), followsFrom);
    }

    Finding followsFrom(Illness cause) {
        return new Finding(illness, certainty, says, evidence, since, layer, rows, figure, decides, Optional.of(cause));
    }
}

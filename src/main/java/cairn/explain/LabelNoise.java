package cairn.explain;

import cairn.explain.Finding.Certainty;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Label noise: labels that contradict both the model and the rows around them.
 *
 * <pre>
 *     b = the share of rows that both contradict: {@link LabelDoubt}     ill from 0.04
 *     n = the share of rows that the neighbours alone contradict        ill from 0.1, possible only
 * </pre>
 *
 * Northcutt, Athalye and Mueller, "Pervasive label errors in test sets" (2021) estimate 3.3 % in well-known sets, so less is usual. The
 * recipes of Cairn have up to 0.01. A small share may be rows between two classes, and not wrong: look at them.
 */
final class LabelNoise implements Rule {
    static final double BOTH = 0.04;
    static final double NEIGHBOURS = 0.1;

    @Override
    public Optional<Finding> find(Symptoms s) {
        if (s.doubt().isEmpty() || s.doubt().get().rows() < LabelDoubt.FEWEST_ROWS) {
            return Optional.empty();
        }
        LabelDoubt doubt = s.doubt().get();
        boolean isByBoth = doubt.byBoth() >= BOTH;
        if (!isByBoth && (doubt.byNeighbours() < NEIGHBOURS || s.left().orElse(0) < 0.2)) {
            return Optional.empty();
        }
        String share = String.format(Locale.ROOT, "%.0f %%", 100 * (isByBoth ? doubt.byBoth() : doubt.byNeighbours()));
        Finding found = Finding.of(Illness.LABEL_NOISE, isByBoth ? Certainty.LIKELY : Certainty.POSSIBLE, s.course().isEmpty() ? 0
                : s.course().first() - 1,
                isByBoth ? "About " + share + " of the labels contradict both the model, which is sure of another class, and the rows"
                        + " around them. They"
                        + " are wrong, or the features do not tell these classes apart."
                        : "About " + share + " of the labels contradict the rows around them, but not the model. They may be wrong, or"
                        + " the classes overlap.",
                List.of(Evidence.above("the share of labels that model and neighbours contradict, of " + doubt.rows() + " rows",
                        doubt.byBoth(), BOTH,
                                doubt.step()),
                        Evidence.above("the share of labels that the neighbours contradict", doubt.byNeighbours(), NEIGHBOURS,
                                doubt.step())));
        Next look = new Next.Rows(doubt.step(), "train", doubt.doubted().stream().limit(Finding.MOST_ROWS).toList(),
                "the rows with the most doubted labels");
        return Optional.of(found.rows(doubt.doubted()).seenIn(look).decidedBy(s.changed("smoothed", "loss.label-smoothing", "0.1",
                "the same training, which trusts each label less; if it is noise, the evaluated loss gets better"), look));
    }
}

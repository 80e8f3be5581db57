package cairn.explain;

import cairn.data.Normalization;
import cairn.explain.Finding.Certainty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The data is not normalized: numbers reach the network that are far from 1.
 *
 * <pre>
 *     f = the largest root mean square of a feature, as the network sees it           ill from 20
 *     q = the largest deviation of a feature of a table / the smallest one            ill from 1000
 *     t = the largest root mean square of a real target, as the loss sees it          ill from 20
 *     left = the share of the loss that is left to learn                              ill from 0.2
 * </pre>
 *
 * LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), section 4.3: mean 0, deviation 1. All recipes of Cairn standardize.
 */
final class NotNormalized implements Rule {
    static final double LARGE = 20;
    static final double SPREAD = 1000;
    static final double LEFT = 0.2;

    @Override
    public Optional<Finding> find(Symptoms s) {
        OptionalDouble left = s.left();
        if (s.inputs().isEmpty() || left.isEmpty() || left.getAsDouble() < LEFT || s.isShort() && s.fault().isEmpty()
                && s.course().stopped().values().stream().noneMatch(Broke::isFault)) {
            return Optional.empty();
        }
        Symptoms.Inputs in = s.inputs().get();
        boolean areFeatures = in.largest() >= LARGE || in.spread() >= SPREAD;
        if (!areFeatures && in.targets() < LARGE) {
            return Optional.empty();
        }
        List<Evidence> evidence = new ArrayList<>();
        if (in.largest() >= LARGE) {
            evidence.add(Evidence.above("the root mean square of " + in.largestName() + ", as the network sees it", in.largest(), LARGE,
                    0));
        }
        if (in.spread() >= SPREAD) {
            evidence.add(Evidence.above("the largest deviation of a feature relative to the smallest", in.spread(), SPREAD, 0));
        }
        if (in.targets() >= LARGE) {
            evidence.add(Evidence.above("the root mean square of a target, as the loss sees it", in.targets(), LARGE, 0));
        }
        evidence.add(Evidence.above("the share of the loss that is left to learn at the end", left.getAsDouble(), LEFT, s.course().last()));
        String setting = areFeatures ? "data.normalize" : "data.normalize-targets";
        return Optional.of(Finding.of(Illness.NOT_NORMALIZED, Certainty.LIKELY, s.isBranch() ? s.course().first() - 1 : 0,
                (areFeatures ? "The network sees features far from 1" : "The loss sees targets far from 1") + ", because " + setting
                        + " is "
                        + s.recipe().map(r -> areFeatures ? kind(r.data().normalize()) : "not set").orElse("not known")
                        + ". Initial weights and learning rates are made for numbers around 1.", evidence)
                .decidedBy(new Next.Retrain("normalized", Map.of(setting, "standardize"), "the same training with normalized "
                        + (areFeatures ? "features" : "targets"))));
    }

    private static String kind(Normalization.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}

package cairn.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The measures of a model on a set of rows: immutable, every number with a 95 % interval if one is known. */
public sealed interface Evaluation {

    /** How many rows were evaluated. */
    long rows();

    /**
     * The mean loss over the rows, with Student's interval of the rows' losses. The interval is symmetric, so it is cut off at 0
     * unless the loss of some row is negative.
     */
    Estimate loss();

    /** The numbers worth plotting, by name, loss first. */
    Map<String, Estimate> measures();

    /**
     * Of a classifier.
     *
     * @param accuracy the fraction of rows whose label has the highest score
     * @param k how many of the highest scores count for {@code topK}
     * @param topK the fraction of rows whose label is among the k highest scores
     * @param macroF1 the mean F1 of those classes that occur as label or as prediction; its interval by the delta method on its
     *     logit, unknown if it is 0 or 1, and too narrow with fewer than about 30 rows per class
     * @param classes by class index
     */
    record Classification(long rows, Estimate loss, Estimate accuracy, int k, Estimate topK, Estimate macroF1, List<OfClass> classes,
            ConfusionMatrix confusion) implements Evaluation {

        public Classification {
            classes = List.copyOf(classes);
        }

        /** {@code loss, accuracy, top-<k>} (for k above 1) and {@code macro-f1}. */
        @Override
        public Map<String, Estimate> measures() {
            Map<String, Estimate> m = new LinkedHashMap<>();
            m.put("loss", loss);
            m.put("accuracy", accuracy);
            if (k > 1) {
                m.put("top-" + k, topK);
            }
            m.put("macro-f1", macroF1);
            return m;
        }
    }

    /**
     * One class of a classifier. A fraction of no rows is 0 in [0, 1].
     *
     * @param support how many rows have this label
     * @param precision the fraction of the rows predicted as this class that are of it
     * @param recall the fraction of the rows of this class that are predicted as it
     * @param f1 their harmonic mean, 2 TP / (2 TP + FP + FN), 0 for a class that is neither label nor prediction of any row; its
     *     interval is Wilson's for J = TP / (TP + FP + FN), mapped by F1 = 2J / (1 + J)
     */
    record OfClass(int index, long support, Estimate precision, Estimate recall, Estimate f1) {}

    /**
     * Of a model with several labels that do not exclude each other, each of which a row has or has not. A label counts as predicted if its
     * probability is {@link MultiLabelEvaluator#THRESHOLD} or more, and a row has it if its target is.
     *
     * @param accuracy the fraction of right predictions among all rows and labels; the macro and the micro mean are the same. Wilson's interval
     *     for as many trials as rows, because the labels of a row may depend on each other; it is too wide if they do not
     * @param exactMatch the fraction of rows of which every label is predicted rightly
     * @param macroF1 the mean F1 of those labels that any row has or is predicted to have; its interval by the delta method on its logit,
     *     unknown if it is 0 or 1
     * @param microF1 2 TP / (2 TP + FP + FN), with the sums over all labels; its interval in the same way
     * @param labels by index
     */
    record MultiLabel(long rows, Estimate loss, Estimate accuracy, Estimate exactMatch, Estimate macroF1, Estimate microF1,
            List<OfLabel> labels) implements Evaluation {

        public MultiLabel {
            labels = List.copyOf(labels);
        }

        /** {@code loss, accuracy, exact-match, macro-f1, micro-f1}. */
        @Override
        public Map<String, Estimate> measures() {
            Map<String, Estimate> m = new LinkedHashMap<>();
            m.put("loss", loss);
            m.put("accuracy", accuracy);
            m.put("exact-match", exactMatch);
            m.put("macro-f1", macroF1);
            m.put("micro-f1", microF1);
            return m;
        }
    }

    /**
     * One of several labels. A fraction of no rows is 0 in [0, 1].
     *
     * @param support how many rows have it
     * @param accuracy the fraction of all rows for which it is predicted rightly
     * @param precision the fraction of the rows predicted to have it that have it
     * @param recall the fraction of the rows that have it that are predicted to
     * @param f1 as of a class
     */
    record OfLabel(int index, long support, Estimate accuracy, Estimate precision, Estimate recall, Estimate f1) {}

    /**
     * Of a model of real targets.
     *
     * @param meanAbsoluteError the mean over rows and outputs of |y - target|, with Student's interval of the rows' means,
     *     cut off at 0
     * @param rSquared see {@link RegressionEvaluator}; no interval is known for it
     * @param targets by index
     */
    record Regression(long rows, Estimate loss, Estimate meanAbsoluteError, Estimate rSquared, List<OfTarget> targets)
            implements Evaluation {

        public Regression {
            targets = List.copyOf(targets);
        }

        /** {@code loss, mean-absolute-error, r-squared}. */
        @Override
        public Map<String, Estimate> measures() {
            Map<String, Estimate> m = new LinkedHashMap<>();
            m.put("loss", loss);
            m.put("mean-absolute-error", meanAbsoluteError);
            m.put("r-squared", rSquared);
            return m;
        }
    }

    /** One of several real targets: the same two measures. */
    record OfTarget(int index, Estimate meanAbsoluteError, Estimate rSquared) {}
}

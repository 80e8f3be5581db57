package cairn.metrics;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures a model of several labels that do not exclude each other, batch by batch; how the rows are cut into batches does not matter, bit
 * for bit.
 *
 * <p>A row has a label if its target is at least {@link #THRESHOLD}, and is predicted to have it if the probability is. A probability that
 * is NaN predicts nothing: it is wrong, whatever the row has.
 */
public final class MultiLabelEvaluator {
    /** The least probability of a label that counts as predicted. */
    public static final double THRESHOLD = 0.5;

    /** Above this magnitude, the probability of a logit is not rounded to the threshold. */
    private static final float ROUNDED = 1e-12f;

    /** What came out for one label of one row. */
    private static final byte RIGHTLY_ABSENT = 0;
    private static final byte HIT = 1;
    private static final byte FALSE_ALARM = 2;
    private static final byte MISSED = 3;
    private static final byte NO_ANSWER = 4;
    private static final int OUTCOMES = 5;

    private final int labels;
    private final Means losses = new Means();
    /** By label and outcome. */
    private final long[][] counts;
    private long exact;
    /** The outcomes of all rows, row-major, because the error of a mean over labels depends on which of them occur together. */
    private final ByteArrayOutputStream outcomes = new ByteArrayOutputStream();

    /** For {@code labels} labels per row. */
    public MultiLabelEvaluator(int labels) {
        if (labels < 1) {
            throw new IllegalArgumentException("several labels are at least 1, found " + labels);
        }
        this.labels = labels;
        this.counts = new long[labels][OUTCOMES];
    }

    /**
     * Adds a batch. The arrays may be longer than {@code rows} rows; the rest is not read. A refused batch changes nothing.
     *
     * @param probabilities [rows, labels], row-major
     * @param targets from 0 to 1, [rows, labels], row-major
     * @param rowLosses the loss of each row, [rows]
     */
    public void add(double[] probabilities, float[] targets, double[] rowLosses, int rows) {
        long numbers = (long) rows * labels;
        if (rows < 0 || probabilities.length < numbers || targets.length < numbers || rowLosses.length < rows) {
            throw new IllegalArgumentException("cannot evaluate " + rows + " rows of " + labels + " labels: expected at least " + numbers
                    + " probabilities, " + numbers + " targets and " + rows + " losses, found " + probabilities.length + ", "
                    + targets.length + " and " + rowLosses.length);
        }
        for (int row = 0; row < rows; row++) {
            boolean isExact = true;
            for (int label = 0; label < labels; label++) {
                byte outcome = outcome(probabilities[row * labels + label], targets[row * labels + label] >= THRESHOLD);
                counts[label][outcome]++;
                outcomes.write(outcome);
                isExact &= isRight(outcome);
            }
            exact += isExact ? 1 : 0;
            losses.add(rowLosses[row]);
        }
    }

    private static byte outcome(double probability, boolean isThere) {
        if (Double.isNaN(probability)) {
            return isThere ? MISSED : NO_ANSWER;
        } else if (probability >= THRESHOLD) {
            return isThere ? HIT : FALSE_ALARM;
        }
        return isThere ? MISSED : RIGHTLY_ABSENT;
    }

    private static boolean isRight(int outcome) {
        return outcome == HIT || outcome == RIGHTLY_ABSENT;
    }

    /**
     * Whether a label is predicted rightly by its logit x, that is, by the probability 1 / (1 + e^-x); NaN is wrong. Leaves no garbage, so a
     * step of a training may ask.
     */
    public static boolean isRight(float logit, float target) {
        return isRight(outcome(probability(logit), target >= THRESHOLD));
    }

    /** Only the side of the threshold counts, and the sign tells it, except where the quotient rounds to the threshold itself. */
    private static double probability(float logit) {
        return Math.abs(logit) > ROUNDED ? logit > 0 ? 1 : 0 : 1 / (1 + StrictMath.exp(-logit));
    }

    /** What was measured so far; adding more does not change it. */
    public Evaluation.MultiLabel result() {
        long rows = losses.count();
        if (rows == 0) {
            throw new IllegalStateException("nothing was evaluated: the data set to evaluate on gave no row");
        }
        List<Evaluation.OfLabel> each = new ArrayList<>();
        long right = 0;
        for (int label = 0; label < labels; label++) {
            long[] n = counts[label];
            long support = n[HIT] + n[MISSED];
            long correct = n[HIT] + n[RIGHTLY_ABSENT];
            right += correct;
            each.add(new Evaluation.OfLabel(label, support, Estimate.proportion(correct, rows),
                    Estimate.proportion(n[HIT], n[HIT] + n[FALSE_ALARM]), Estimate.proportion(n[HIT], support),
                    FScores.of(n[HIT], concerned(n))));
        }
        double accuracy = (double) right / (rows * labels);
        return new Evaluation.MultiLabel(rows, losses.estimate(), Estimate.share(accuracy, Interval.wilson(accuracy, rows)),
                Estimate.proportion(exact, rows), macroF1(), microF1(), each);
    }

    /** 2 TP + FP + FN. */
    private static long concerned(long[] n) {
        return 2 * n[HIT] + n[FALSE_ALARM] + n[MISSED];
    }

    private Estimate macroF1() {
        int occurring = 0;
        double sum = 0;
        for (long[] n : counts) {
            occurring += concerned(n) > 0 ? 1 : 0;
            sum += concerned(n) > 0 ? 2.0 * n[HIT] / concerned(n) : 0;
        }
        double[][] slopes = new double[labels][];
        for (int label = 0; label < labels; label++) {
            slopes[label] = slopes(counts[label][HIT], concerned(counts[label]), occurring);
        }
        return occurring == 0 ? Estimate.share(0, Interval.UNKNOWN) : FScores.byLogit(sum / occurring, standardError(slopes));
    }

    private Estimate microF1() {
        long hits = 0;
        long all = 0;
        for (long[] n : counts) {
            hits += n[HIT];
            all += concerned(n);
        }
        double[][] slopes = new double[labels][];
        Arrays.fill(slopes, slopes(hits, all, 1));
        return all == 0 ? Estimate.share(0, Interval.UNKNOWN) : FScores.byLogit(2.0 * hits / all, standardError(slopes));
    }

    /** The derivatives of 2 TP / (2 TP + FP + FN), divided by {@code parts}, by the number of each outcome. */
    private static double[] slopes(long hits, long concerned, int parts) {
        double[] slopes = new double[OUTCOMES];
        if (concerned > 0) {
            double byConcerned = -2.0 * hits / ((double) concerned * concerned) / parts;
            slopes[HIT] = 2.0 / concerned / parts + 2 * byConcerned;
            slopes[FALSE_ALARM] = byConcerned;
            slopes[MISSED] = byConcerned;
        }
        return slopes;
    }

    /**
     * √Σ g², with g what a row adds to the score: the delta method with rows drawn independently. Σ g is 0, because an F1 has no scale.
     *
     * @param slopes by label and outcome
     */
    private double standardError(double[][] slopes) {
        byte[] all = outcomes.toByteArray();
        double sum = 0;
        for (int from = 0; from < all.length; from += labels) {
            double g = 0;
            for (int label = 0; label < labels; label++) {
                g += slopes[label][all[from + label]];
            }
            sum += g * g;
        }
        return Math.sqrt(sum);
    }
}

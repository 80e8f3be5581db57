package cairn.run;

import java.util.Optional;

/** The names of the series in the journal of a run. docs/FORMAT.md describes them. */
public final class Series {
    /** The mean over the rows of the batch of a step, before its update. */
    public static final String LOSS = "train/loss";
    /** The share of right answers for the batch of a step, before its update. */
    public static final String ACCURACY = "train/accuracy";
    /** "Train loss" at the end of each epoch: the mean over its rows. */
    public static final String EPOCH_LOSS = "train/epoch-loss";
    /** "Train accuracy" at the end of each epoch. */
    public static final String EPOCH_ACCURACY = "train/epoch-accuracy";
    /** "Train loss" at an evaluation within an epoch: the mean over its rows so far. */
    public static final String EPOCH_LOSS_SO_FAR = "train/epoch-loss-so-far";
    /** "Train accuracy" at an evaluation within an epoch. */
    public static final String EPOCH_ACCURACY_SO_FAR = "train/epoch-accuracy-so-far";
    /** The mean over the rows since the evaluation before, at each evaluation. */
    public static final String MEAN_LOSS = "train/mean-loss";
    public static final String LEARNING_RATE = "train/learning-rate";
    public static final String GRADIENT_NORM = "train/gradient-norm";

    public static final String DIGEST = "checkpoint/digest";
    /** Stands beside a digest of a state before its evaluation, which was cancelled. */
    static final String UNEVALUATED = "checkpoint/unevaluated";
    public static final String FAULT = "recovery/fault";
    /** A fault that did not come again. */
    public static final String PASSED = "recovery/passed";
    public static final String FAULT_VALUE = "recovery/value";
    public static final String BACK_TO = "recovery/back-to";
    public static final String RATE_FACTOR = "recovery/rate-factor";

    private static final String EVALUATION = "evaluation/";
    private static final String LOW = "evaluation-low/";
    private static final String HIGH = "evaluation-high/";
    private static final String STATISTICS = "watch/";

    private Series() {
    }

    /** The series of a measure of evaluations, such as {@code evaluation/accuracy}. */
    public static String evaluation(String measure) {
        return EVALUATION + measure;
    }

    /** The measure of a series, if it is a series of evaluations. */
    public static Optional<String> measure(String series) {
        return series.startsWith(EVALUATION) ? Optional.of(series.substring(EVALUATION.length())) : Optional.empty();
    }

    /** The lower end of the 95 % interval of a measure, where it is known. */
    public static String low(String measure) {
        return LOW + measure;
    }

    /** The upper end of the 95 % interval of a measure, where it is known. */
    public static String high(String measure) {
        return HIGH + measure;
    }

    /** Whether {@code series} is an end of the interval of a measure. */
    public static boolean isEndOfInterval(String series) {
        return series.startsWith(LOW) || series.startsWith(HIGH);
    }

    /** The series of a layer statistic, such as {@code watch/update-ratio/0.dense}. */
    public static String statistic(String name) {
        return STATISTICS + name;
    }

    /** The layer statistic of a series, such as {@code update-ratio/0.dense}, if it is one. */
    public static Optional<String> statisticOf(String series) {
        return series.startsWith(STATISTICS) ? Optional.of(series.substring(STATISTICS.length())) : Optional.empty();
    }
}

/**
 * How good predictions are: measures with confidence intervals, and tests of whether one model is better than another.
 *
 * <p><b>Purpose</b>: turn predictions and labels of rows into numbers that can be compared.
 * <br><b>Knows</b>: classes, predictions, losses of rows, intervals, tests. <b>Must not know</b>: arrays, models, training, files.
 * <br><b>Read in this order</b>: {@link cairn.metrics.Interval}, {@link cairn.metrics.Estimate}, {@link cairn.metrics.Means},
 * {@link cairn.metrics.ConfusionMatrix}, {@link cairn.metrics.FScores}, {@link cairn.metrics.Evaluation}, {@link cairn.metrics.Evaluator},
 * {@link cairn.metrics.RegressionEvaluator}; for two models {@link cairn.metrics.Scores}, {@link cairn.metrics.PairedTest}.
 */
package cairn.metrics;

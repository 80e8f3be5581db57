/**
 * Training: what happens at a step, and how good the result is.
 *
 * <p><b>Purpose</b>: put model, data, loss and rule together into a trainer, and measure it on rows it does not learn from.
 * <br><b>Knows</b>: steps, recipes, progress, events, metrics. <b>Must not know</b>: the terminal, HTML, argument parsing.
 * <br><b>Read</b>, for the metrics: {@link cairn.train.Interval}, {@link cairn.train.Estimate}, {@link cairn.train.ConfusionMatrix},
 * {@link cairn.train.Evaluation}, {@link cairn.train.Evaluator}, {@link cairn.train.RegressionEvaluator}, {@link cairn.train.PairedTest}, {@link cairn.train.Comparison}; for what one
 * training takes over from another: {@link cairn.train.Selection}, {@link cairn.train.Inheritance}, {@link cairn.train.Branch},
 * {@link cairn.train.Weights}.
 */
package cairn.train;

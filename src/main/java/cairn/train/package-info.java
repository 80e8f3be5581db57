/**
 * Training: what happens at a step.
 *
 * <p><b>Purpose</b>: put model, data, loss and rule together into a trainer, and keep what becomes of it.
 * <br><b>Knows</b>: steps, recipes, progress, events, runs. <b>Must not know</b>: the terminal, HTML, argument parsing.
 * <br><b>Read</b>: {@link cairn.train.Recipe}, {@link cairn.train.Trainer}, {@link cairn.train.StepUpdate}, {@link cairn.train.BatchGradient},
 * {@link cairn.train.Stride}, {@link cairn.train.Advance}, {@link cairn.train.TrainingLoop}, {@link cairn.train.Event}; then
 * {@link cairn.train.Run}, {@link cairn.train.Film}, {@link cairn.train.Playback}; for what one training takes over from another:
 * {@link cairn.train.Selection}, {@link cairn.train.Inheritance}, {@link cairn.train.Branch}, {@link cairn.train.Weights}.
 */
package cairn.train;

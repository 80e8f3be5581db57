/**
 * Training: what happens at a step.
 *
 * <p><b>Purpose</b>: put model, data, loss and rule together into a trainer, and keep what becomes of it.
 * <br><b>Knows</b>: steps, recipes, progress, events, runs. <b>Must not know</b>: the terminal, HTML, argument parsing.
 * <br><b>Read</b>: {@link cairn.recipe.Recipe}, {@link cairn.train.Trainer}, {@link cairn.train.StepUpdate}, {@link cairn.train.BatchGradient},
 * {@link cairn.train.SpeculativeSteps}, {@link cairn.train.Stepper}, {@link cairn.run.TrainingLoop}, {@link cairn.run.Event}; then
 * {@link cairn.run.Run}, {@link cairn.replay.Replay}, {@link cairn.replay.RunReplay}; for what one training takes over from another:
 * {@link cairn.transfer.StateFilter}, {@link cairn.transfer.StateTransfer}, {@link cairn.run.Branch}, {@link cairn.recipe.InitialWeights}.
 */
package cairn.train;

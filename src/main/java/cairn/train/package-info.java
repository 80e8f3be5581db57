/**
 * One training step and the state that it changes: model, data, loss and optimizer put together into a trainer.
 *
 * <p><b>Knows</b>: recipes, data, networks, optimizers, recovery, state transfer. <b>Must not know</b>: runs, journals, the terminal.
 * <br><b>Read</b>: Trainer, StepUpdate, BatchGradient, GradientTree, Evaluations, Progress, Stepper, Assembly, MemoryNeed, TrainingData,
 * RecipeFit, Findings, Predictor, LayerStatistics, Transfer, SelfTest; for a GPU: SpeculativeSteps, and the package {@code train.device}.
 */
package cairn.train;

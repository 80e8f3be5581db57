/**
 * Experiments in resume semantics.
 *
 * <p><b>Purpose</b>: train something, break one thing about its resume, and measure the effect; every number and sentence of a
 * report follows from the measurements.
 * <br><b>Knows</b>: recipes, trainings, states as values, charts. <b>Must not know</b>: the terminal, arguments, the clock.
 * <br><b>Read in this order</b>: {@link cairn.lab.Experiment}, {@link cairn.lab.Context}, {@link cairn.lab.Report},
 * {@link cairn.lab.Experiments}, {@link cairn.lab.WeightVector}, {@link cairn.lab.Course}, then the experiments, of which
 * {@link cairn.lab.Forget} shows best the use of a state that is a value; {@link cairn.lab.Pages} last.
 */
package cairn.lab;

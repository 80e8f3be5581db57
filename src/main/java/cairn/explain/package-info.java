/**
 * Why a training went wrong or badly: the likely cause, its evidence, and what to do next.
 *
 * <p><b>Knows</b> the course of a run (its journal), what a look into a few of its steps shows ({@link cairn.explain.Symptoms}), and for
 * each illness one {@link cairn.explain.Rule} with a formula, a threshold and the source of the threshold. A rule is a pure function of
 * the symptoms, so the same run gives the same findings.
 *
 * <p><b>Must not know</b> commands and the terminal: a finding names what to look at and what to try as values.
 *
 * <p><b>Read</b> Illness, Evidence, Next, Finding; Symptoms, Rule and the rules; Explanation; Course, Chance, Probe, LabelDoubt,
 * Examination.
 */
package cairn.explain;

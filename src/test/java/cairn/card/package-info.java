/**
 * The whole story of a build on the machine at hand, from {@code doctor} to a comparison with PyTorch, and one table of it: docs/GPU.md.
 *
 * <p>{@link cairn.card.Story} plays one {@link cairn.card.Part} after another, each on a {@link cairn.card.Stage} of its own, with a limit
 * of time; whatever computes is a {@link cairn.card.Program} in a process of its own, so that a card that hangs or a process that dies takes
 * one part with it and not the others. Reading order: {@link cairn.card.Row}, {@link cairn.card.Table}, {@link cairn.card.Place},
 * {@link cairn.card.Program}, {@link cairn.card.Stage}, {@link cairn.card.Part}, the parts ({@link cairn.card.DoctorPart},
 * {@link cairn.card.LawsPart}, {@link cairn.card.LossesPart}, {@link cairn.card.TrainingPart}, {@link cairn.card.ResumePart},
 * {@link cairn.card.StepsPart}, {@link cairn.card.CapturePart}), {@link cairn.card.Story}.
 */
package cairn.card;

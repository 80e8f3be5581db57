/**
 * The whole story of a build on the machine at hand, from {@code doctor} to a comparison with PyTorch, and one table of it: docs/GPU.md.
 *
 * <p>{@link cairn.gpu.DeviceReport} plays one {@link cairn.gpu.Check} after another, each on a {@link cairn.gpu.CheckContext} of its own, with a limit
 * of time; whatever computes is a {@link cairn.gpu.Program} in a process of its own, so that a card that hangs or a process that dies takes
 * one part with it and not the others. Reading order: {@link cairn.gpu.Row}, {@link cairn.gpu.Table}, {@link cairn.gpu.Place},
 * {@link cairn.gpu.Program}, {@link cairn.gpu.CheckContext}, {@link cairn.gpu.Check}, the parts ({@link cairn.gpu.DoctorCheck},
 * {@link cairn.gpu.LawsCheck}, {@link cairn.gpu.LossesCheck}, {@link cairn.gpu.TrainingCheck}, {@link cairn.gpu.ResumeCheck},
 * {@link cairn.gpu.StepsCheck}, {@link cairn.gpu.CaptureCheck}), {@link cairn.gpu.DeviceReport}.
 */
package cairn.card;

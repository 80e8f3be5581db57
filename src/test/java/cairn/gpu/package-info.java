/**
 * The device report of a build on one machine, from {@code doctor} to a comparison with PyTorch, with one table of results: docs/GPU.md.
 *
 * <p><b>Knows</b>: processes, the command line, the classes that a process runs. <b>Must not know</b>: ND4J. Each check has a time limit,
 * and all computing is done by a {@link cairn.gpu.Program} in its own process. So a device that hangs ends only one check.
 * <br><b>Read</b>: Row, Table, ReportOptions, Program, CheckContext, Check, DoctorCheck, LossesCheck, TrainingCheck, ResumeCheck,
 * CaptureCheck, StepsCheck, LawsCheck, DeviceReport.
 */
package cairn.gpu;

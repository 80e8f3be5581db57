/**
 * The two things in which a step on a GPU differs: how a batch gets into the program, and when the loss is read. On a GPU, updates are
 * speculative: several are made, and then their losses and gradients are checked together.
 *
 * <p><b>Knows</b>: programs, batches, arrays, which answers count as right. <b>Must not know</b>: trainers, runs.
 * <br><b>Read</b>: BatchFeed, HostBatchFeed, DeviceDataset, DeviceDatasets, RightAnswers, StepDiagnostics, HostDiagnostics, DeviceDiagnostics.
 */
package cairn.train.device;

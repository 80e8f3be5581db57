/**
 * The parts of a step that differ where arrays live on a device: how a batch gets there, and when its loss is read.
 *
 * <p><b>Knows</b>: programs, batches, arrays. <b>Must not know</b>: trainers, runs.
 * <br><b>Read</b>: BatchFeed, HostBatchFeed, DeviceDataset, DeviceDatasets, StepDiagnostics, HostDiagnostics, DeviceDiagnostics.
 * On a device, updates are speculative: several are made, and then their losses and gradients are checked together.
 */
package cairn.train.device;

/**
 * Where numbers lie: memory of the host or of a GPU, copies between them, and which backend computes.
 *
 * <p><b>Knows</b>: ND4J's memory and libraries. <b>Must not know</b>: operations, layers.
 * <br><b>Read</b>: ActiveBackend, Backend, Threads, FreeMemory, ArrayMemory, HostMemory, CudaMemory, SimulatedDevice, StagedCopy,
 * TransferCounters.
 */
package cairn.tensor.device;

/**
 * Where arrays lie and which backend computes: the memory of the host or of a GPU, the copies between them, the native library.
 *
 * <p><b>Knows</b>: ND4J's memory and libraries, the machine. <b>Must not know</b>: operations, layers, data, files.
 * <br><b>Read</b>: ActiveBackend, WaitingThreads, Device, ArrayMemory, HostMemory, StagedCopy, SimulatedDevice, CudaMemory; then Backend
 * with NativeLibraries and Cudnn, Threads, FreeMemory, TransferCounters; for audits NativeMemory, NativeArray.
 */
package cairn.tensor.device;

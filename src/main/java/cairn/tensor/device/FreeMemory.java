package cairn.tensor.device;

import cairn.state.ProcessMemory;

/** Free memory where arrays are made: on the device or on the host. */
public final class FreeMemory {
    /** A system property: how many bytes the simulated GPU has free, for tests of what does not fit. Without it, as many as the host. */
    public static final String SIMULATED_FREE = "cairn.simulated-gpu.free";

    private FreeMemory() {
    }

    /** Where arrays are made, in words. */
    public static String place() {
        return ActiveBackend.made().isOnGpu() ? "on the GPU" : "on this machine, or in its container";
    }

    /** The free memory in bytes. */
    public static long bytes() {
        if (ActiveBackend.made().isOnGpu()) {
            return Device.LIBRARY.getDeviceFreeMemory(0);
        }
        return ActiveBackend.made().isSimulatedGpu() ? Long.getLong(SIMULATED_FREE, ProcessMemory.free()) : ProcessMemory.free();
    }
}

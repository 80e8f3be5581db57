package cairn.gpu;

import cairn.machine.BackendChoice;
import java.nio.file.Path;
import java.util.List;

/**
 * What a device report is made of, and how much of it.
 *
 * @param backend the backend that every program must use: auto, cpu, cuda or simulated-gpu
 * @param choice the device that this chooses on this machine
 * @param folder for logs, runs and the table
 * @param isQuick whether to do less of everything, so that the whole report takes some minutes on a CPU
 * @param pythons commands that may start a Python with PyTorch, the best first
 */
record ReportOptions(String backend, BackendChoice choice, Path folder, boolean isQuick, List<String> pythons) {

    /** {@code quick} for a quick report, else {@code full}. */
    <T> T quickOr(T quick, T full) {
        return isQuick ? quick : full;
    }
}

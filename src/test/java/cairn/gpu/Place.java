package cairn.gpu;

import cairn.machine.BackendChoice;
import java.nio.file.Path;
import java.util.List;

/**
 * Where and how a story is told.
 *
 * @param backend what every program is asked for: auto, cpu, cuda or simulated-gpu
 * @param choice what that is here
 * @param folder for whatever the parts leave
 * @param isQuick whether to do less of everything, so that all of it takes some minutes on a processor
 * @param pythons commands that may be a Python with PyTorch, the best first
 */
record Place(String backend, BackendChoice choice, Path folder, boolean isQuick, List<String> pythons) {

    /** One of two, by how much is to be done. */
    <T> T quickOr(T quick, T full) {
        return isQuick ? quick : full;
    }
}

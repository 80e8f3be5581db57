package cairn.tensorboard;

import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/**
 * A run as a file of events, in a folder of its own.
 *
 * @param file the file that was written
 * @param events how many numbers, histograms, pictures and texts it holds
 * @param problems what could not be read, one line each
 */
public record RunExport(Path file, long events, List<String> problems) {
    private static final String WRITER = "cairn-export";

    public RunExport {
        problems = List.copyOf(problems);
    }

    /**
     * Writes the run in the folder {@code run} into {@code folder}, in place of an earlier export of it. The same run gives the same bytes.
     *
     * @throws FileSystemException if the folder has other files of events, because TensorBoard would show both as one run
     */
    public static RunExport write(Path run, Path folder, Disk disk) throws IOException {
        disk.createFolders(folder);
        for (String other : disk.list(folder)) {
            if (EventFile.isEvents(other) && !EventFile.isOf(other, WRITER) && !other.startsWith(AtomicWrite.PENDING)) {
                throw new FileSystemException(folder.toString(), null, "it has " + other + " already, which is no export of this program, and"
                        + " TensorBoard would mix the two. Nothing was written; name another folder, or move that file away");
            }
        }
        PastEvents past = PastEvents.of(run, disk);
        Path file = folder.resolve(EventFile.name(past.begin(), WRITER));
        AtomicWrite.replace(disk, file, output -> {
            try (EventFile events = new EventFile(output, past.begin())) {
                events.start(past.begin(), 0);
                past.to(events, Long.MAX_VALUE);
            }
        });
        for (Path earlier : EventFile.of(disk, folder, WRITER)) {
            if (!earlier.equals(file)) {
                disk.delete(earlier);
            }
        }
        return new RunExport(file, past.events(), past.problems());
    }
}

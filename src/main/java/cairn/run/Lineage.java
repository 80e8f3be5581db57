package cairn.run;

import java.nio.file.Path;
import java.util.List;

/**
 * The origin of a run: the state of its parent run at one step. It is recorded in {@code run.json}.
 *
 * @param run the name of the parent
 * @param path the folder of the parent relative to that of the run, such as {@code ../iris}, so that both can be moved together
 * @param step the step in the parent
 * @param digest the digest of the state at this step
 * @param changes what differs from the parent, one line each, such as {@code optimizer.learning-rate 0.01 -> 0.001}
 */
public record Lineage(String run, String path, long step, String digest, List<String> changes) {
    public Lineage {
        changes = List.copyOf(changes);
    }

    /** The run in {@code folder} as the parent of one in {@code child}. */
    public static Lineage of(Path folder, Path child, long step, String digest, List<String> changes) {
        Path from = child.toAbsolutePath().normalize();
        Path to = folder.toAbsolutePath().normalize();
        // On Windows, there is no relative path between two drives.
        String path = to.getRoot().equals(from.getRoot()) ? from.relativize(to).toString().replace('\\', '/') : to.toString();
        return new Lineage(to.getFileName().toString(), path, step, digest, changes);
    }
}

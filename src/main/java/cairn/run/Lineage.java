package cairn.run;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a run comes from: the state of another run, at one of its steps. It stands in {@code run.json}.
 *
 * @param run the name of that run
 * @param path its folder as seen from this run's, such as {@code ../iris}, so that both can be moved together
 * @param step how many steps were done
 * @param digest of the state there
 * @param changes what is different from then on, a line each, such as {@code optimizer.learning-rate 0.01 -> 0.001}
 */
public record Lineage(String run, String path, long step, String digest, List<String> changes) {
    public Lineage {
        changes = List.copyOf(changes);
    }

    /** The run in {@code folder} as the parent of one in {@code child}. */
    public static Lineage of(Path folder, Path child, long step, String digest, List<String> changes) {
        Path from = child.toAbsolutePath().normalize();
        Path to = folder.toAbsolutePath().normalize();
        // Two drives of Windows have no path from one to the other.
        String path = to.getRoot().equals(from.getRoot()) ? from.relativize(to).toString().replace('\\', '/') : to.toString();
        return new Lineage(to.getFileName().toString(), path, step, digest, changes);
    }
}

package cairn.run;

import cairn.data.source.DataFolders;
import cairn.disk.Disk;
import cairn.disk.RealDisk;

/**
 * What a run works with: where it writes, where it finds its data, and the time.
 *
 * @param disk the file system, or in a test one that fails
 * @param data the folders in which data sets are looked for
 */
public record Workspace(Disk disk, DataFolders data, Clocks clocks) {

    /** On the file system. */
    public static Workspace of(DataFolders data, Clocks clocks) {
        return new Workspace(new RealDisk(), data, clocks);
    }
}

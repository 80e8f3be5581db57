package cairn.run;

import cairn.data.source.DataFolders;
import cairn.disk.Disk;
import cairn.disk.RealDisk;

/**
 * Where a run writes, where it finds its data, and its clocks.
 *
 * @param disk the file system; in a test it may be one that fails
 * @param data the folders in which data sets are looked for
 */
public record Workspace(Disk disk, DataFolders data, Clocks clocks) {

    /** With the real file system. */
    public static Workspace of(DataFolders data, Clocks clocks) {
        return new Workspace(new RealDisk(), data, clocks);
    }
}

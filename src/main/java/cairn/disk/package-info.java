/**
 * The file operations of the store, behind one interface, so that tests can fail each of them.
 *
 * <p><b>Knows</b>: paths and bytes. <b>Must not know</b>: checkpoints, states.
 * <br><b>Read</b>: Disk, RealDisk, AtomicWrite, FolderInUseException.
 */
package cairn.disk;

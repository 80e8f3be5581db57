/**
 * The file operations of runs behind one interface, so that tests can fail each of them; and how a file is replaced whole.
 *
 * <p><b>Knows</b>: paths and bytes. <b>Must not know</b>: checkpoints, states, journals.
 * <br><b>Read</b>: Disk, RealDisk, DirectFile, FileIdentity, LockFile, GuardedDisk, AtomicWrite, FolderForce; the exceptions FolderInUseException,
 * FolderLostException, FileLostException, IrregularFileException.
 */
package cairn.disk;

/**
 * The files that TensorBoard reads: what a run has recorded, written after the training or while it goes on.
 *
 * <p><b>Purpose</b>: a file of events holds what the run is now. After a rollback or a resume it is written again, because TensorBoard's two
 * readers know what came to nothing in different ways, and the faster one does not know all of it.
 * <br><b>Knows</b>: curves, tensors and pictures of a run, its checkpoints and its journal. <b>Must not know</b>: the terminal, arrays, how a
 * training computes.
 * <br><b>Read</b>: Message, Item, EventFile, PastEvents, RunExport, LiveEvents.
 */
package cairn.tensorboard;

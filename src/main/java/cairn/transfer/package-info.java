/**
 * What one training copies from the state of another: for a branch, or as initial weights.
 *
 * <p><b>Knows</b>: states, recipes. <b>Must not know</b>: trainers, runs, the terminal.
 * <br><b>Read</b>: StateFilter, NamedEnd, StateTransfer, FileTransfer, InitialWeightsReader, FileExport.
 */
package cairn.transfer;

/**
 * The history of a run's numbers.
 *
 * <p><b>Purpose</b>: append rows to a file that survives kills, and read them back exactly.
 * <br><b>Knows</b>: rows, series, attempts. <b>Must not know</b>: what the numbers mean, the clock, checkpoints.
 * <br><b>Read in this order</b>: {@link cairn.journal.Row}, {@link cairn.journal.Journal}, {@link cairn.journal.JournalReader}.
 */
package cairn.journal;

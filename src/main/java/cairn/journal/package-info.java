/**
 * The history of a run's numbers: rows that are only appended, survive kills, and are read back exactly.
 *
 * <p><b>Knows</b>: rows, series, attempts. <b>Must not know</b>: what the numbers mean, the clock, checkpoints.
 * <br><b>Read</b>: Row, Journal, OpenJournal, SetAside, JournalTail, JournalReader, Numbers, Column, RecordedSeries, JournalFollower.
 */
package cairn.journal;

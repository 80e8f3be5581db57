/**
 * Downloads of data sets that do not come along: a catalogue with digests.
 *
 * <p><b>Knows</b>: files, HTTP. <b>Must not know</b>: rows, training.
 * <br><b>Read</b>: Catalogue, Download, Archive, Fetch.
 */
package cairn.data.fetch;

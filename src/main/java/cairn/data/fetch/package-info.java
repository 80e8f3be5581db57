/**
 * Fetching of data sets over HTTP.
 *
 * <p><b>Purpose</b>: get the files of a data set, checked against the lengths and checksums that the catalogue states.
 * <br><b>Knows</b>: addresses, lengths, checksums, archives. <b>Must not know</b>: what is in the files.
 * <br><b>Read in this order</b>: {@link cairn.data.fetch.Catalogue}, {@link cairn.data.fetch.Fetch}, then Download and Archive.
 */
package cairn.data.fetch;

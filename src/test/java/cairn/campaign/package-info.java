/**
 * Campaigns: tests that repeat one thing very often (kill, signal, fail, flip, fuzz) and count. This package has what they share.
 *
 * <p><b>Knows</b>: processes, files with counts. <b>Must not know</b>: what a campaign tests.
 * <br><b>Read</b>: {@link cairn.campaign.Campaign}, {@link cairn.campaign.Programs}, {@link cairn.campaign.Report}.
 */
package cairn.campaign;

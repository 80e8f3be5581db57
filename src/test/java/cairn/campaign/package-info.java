/**
 * What the campaigns share: tests that do one thing very often (kill, signal, fail, flip, fuzz) and count. Knows processes and files
 * of counts; knows nothing of what is tried. Reading order: {@link cairn.campaign.Campaign}, {@link cairn.campaign.Programs},
 * {@link cairn.campaign.Report}.
 */
package cairn.campaign;

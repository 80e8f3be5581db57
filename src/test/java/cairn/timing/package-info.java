/** Timing of several alternatives in turn, so that their ratio is meaningful on a busy machine. */
package cairn.timing;

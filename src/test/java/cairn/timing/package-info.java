/** Timing several ways to do a thing in turn, so that their ratio means something on a machine that does other things too. */
package cairn.timing;

/**
 * Small programs to read and to run.
 *
 * <p><b>Purpose</b>: show the library from outside, one idea in each file.
 * <br><b>Knows</b>: everything but the command line. <b>Must not know</b>: anything that is not public.
 * <br><b>Read in this order</b>: {@link cairn.examples.Xor}, {@link cairn.examples.RollBack}, {@link cairn.examples.OwnLayer}, {@link
 * cairn.examples.Pretrained}.
 */
package cairn.examples;

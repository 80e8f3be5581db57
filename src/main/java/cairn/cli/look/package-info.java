/**
 * The commands with which people look at runs.
 *
 * <p><b>Knows</b>: what a user can ask to see. <b>Must not know</b>: any arithmetic.
 * <br><b>Read</b>: in any order.
 */
package cairn.cli.look;

/**
 * What the commands that look at runs, or compute, begin with: the options that they share, and what these options lead to.
 *
 * <p><b>Knows</b>: runs, replay, data, the backend. <b>Must not know</b>: any single command.
 * <br><b>Read</b>: Session.
 */
package cairn.cli.session;

/**
 * The completeness law: all that can change in what an object reaches is in a slot, or marked as ephemeral with a reason.
 *
 * <p><b>Knows</b>: fields, classes, slots, memory; only here are objects looked at by reflection. <b>Must not know</b>: what the objects
 * are for, such as training, recipes, files.
 * <br><b>Read</b>: CompletenessAudit, Finding, Changeable, Reachable, SlotTrial.
 */
package cairn.audit;

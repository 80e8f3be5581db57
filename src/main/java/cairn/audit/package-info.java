/**
 * The completeness law: whatever can change in what an object reaches is in a slot, or declared ephemeral with a reason.
 *
 * <p><b>Purpose</b>: find the field that a snapshot would forget, before a resume does.
 * <br><b>Knows</b>: fields, classes, slots, memory; it is the one room that looks at objects from outside.
 * <br><b>Must not know</b>: what the objects are for: training, recipes, files.
 * <br><b>Read in this order</b>: {@link cairn.audit.CompletenessAudit}, {@link cairn.audit.Finding}, {@link cairn.audit.Reachable},
 * {@link cairn.audit.Changeable}, {@link cairn.audit.SlotTrial}.
 */
package cairn.audit;

package cairn.recovery;

/**
 * What a recovery rule did at a fault.
 *
 * @param fault the reason
 * @param backTo the step whose weights and optimizer vectors were restored
 * @param rateFactor from now on the scheduled learning rate is multiplied by this; it is the product of all actions
 * @param number the number of actions so far, including this one
 * @param atMost the number of actions that the rule allows
 */
public record RecoveryAction(Fault fault, long backTo, double rateFactor, int number, int atMost) {
}

package cairn.recovery;

/**
 * What a recovery rule did at a fault.
 *
 * @param fault why
 * @param backTo the step whose weights and optimizer vectors were restored
 * @param rateFactor what the scheduled learning rate is multiplied by from now on, because of all actions together
 * @param number how many actions that makes, of {@code atMost}
 */
public record RecoveryAction(Fault fault, long backTo, double rateFactor, int number, int atMost) {
}

package cairn.train.device;

/**
 * Training rows that do not fit beside the arrays on a card: their batches are made on the host and sent, which changes no number and
 * takes longer.
 *
 * @param bytes that they would take
 * @param room for them: half of what is free beside the arrays
 */
public record DatasetTooLarge(long bytes, long room) {
}

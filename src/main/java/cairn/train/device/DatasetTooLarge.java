package cairn.train.device;

/**
 * The training rows do not fit on the GPU beside the arrays. Their batches are made on the host and copied, which changes no number and
 * takes longer.
 *
 * @param bytes the memory that they would need
 * @param limit the memory that they may have: half of the memory that the arrays leave free
 */
public record DatasetTooLarge(long bytes, long limit) {
}

package cairn.state;

import java.util.Optional;

/**
 * What became of one entry from one state to another.
 *
 * @param before what it was, as {@link Value#describe}; {@code ""} if it was not there
 * @param after what it is; {@code ""} if it is not there any more
 * @param isEqual whether both are the same, bit for bit
 * @param distance how far it moved, of a tensor that has its type and shape on both sides
 */
public record Change(String path, String before, String after, boolean isEqual, Optional<Distance> distance) {
}

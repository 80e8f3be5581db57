package cairn.interop.file;

import cairn.nn.Layer;
import java.util.List;
import java.util.Map;

/**
 * A model that a file describes, in layers of here.
 *
 * @param row the shape of one row of its input
 * @param layers what it computes, one after the other
 * @param modules for each layer with tensors, by its path such as {@code 0.conv2d}, the name of its {@link FileModule}
 * @param notes what is said otherwise here, such as a softmax that the loss computes
 */
public record FileModel(long[] row, List<Layer> layers, Map<String, String> modules, List<String> notes) {
}

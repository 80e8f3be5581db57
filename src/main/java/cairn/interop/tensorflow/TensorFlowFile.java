package cairn.interop.tensorflow;

import cairn.disk.Disk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.PrefixModules;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TensorOrder;
import cairn.state.MemoryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a checkpoint of TensorFlow: {@code NAME.index} and {@code NAME.data-00000-of-00001}, as {@code tf.train.Checkpoint}, {@code
 * save_weights} of Keras 2 and the saver of TensorFlow 1 write them. It tells tensors and their layers, and no model.
 */
public final class TensorFlowFile {
    private static final String FORMAT = "TensorFlow checkpoint";

    private TensorFlowFile() {
    }

    /** Whether the file is the index of a checkpoint, by its last bytes. */
    public static boolean isIndex(FileBytes file) throws IOException {
        return IndexTable.is(file);
    }

    /**
     * The index of the checkpoint that {@code path} means: the index itself, a data file, what the names of both begin with, the file
     * {@code checkpoint} that names the newest, or its folder. Empty if it means none.
     *
     * @throws ForeignFileException if the file {@code checkpoint} names anything but a neighbour
     */
    public static Optional<Path> index(Path path, Disk disk) throws IOException {
        return IndexPaths.index(path, disk);
    }

    /**
     * Reads the checkpoint that {@code path} means.
     *
     * @throws ForeignFileException if it is damaged, or has what is not read here: partitioned variables, compressed blocks, big-endian
     *     numbers
     */
    public static TensorFile read(Path path, Disk disk) throws IOException {
        Optional<Path> index = index(path, disk);
        if (index.isEmpty()) {
            throw new ForeignFileException(path.toString(), "", "there is no index of a TensorFlow checkpoint beside it");
        }
        try {
            return read(index.get(), TensorBundle.read(index.get(), disk));
        } catch (MemoryException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ForeignFileException.because(index.get().toString(), FORMAT, e);
        }
    }

    private static TensorFile read(Path index, TensorBundle bundle) throws IOException {
        List<String> notes = new ArrayList<>(bundle.notes());
        Map<String, FileTensor> tensors = new LinkedHashMap<>();
        List<FileModule> modules;
        Optional<FileMoments> moments = Optional.empty();
        if (bundle.graph().isPresent()) {
            ObjectGraph graph = ObjectGraph.read(index.toString(), bundle.graph().get());
            GraphModules found = GraphModules.of(graph, bundle.tensors());
            tensors.putAll(found.tensors());
            modules = found.modules();
            moments = found.moments();
            notes.addAll(found.notes());
        } else {
            PrefixModules.sorted(bundle.tensors()).forEach((key, tensor) -> {
                String bare = GraphModules.bare(key);
                tensors.put(bundle.tensors().containsKey(bare) ? key : bare, tensor);
            });
            modules = PrefixModules.of(tensors, TensorOrder.CHANNELS_LAST);
        }
        notes.addAll(FileTensor.notes(tensors));
        return new TensorFile(FORMAT, "TensorFlow", tensors, Map.of(), modules, moments, Optional.empty(), List.copyOf(notes));
    }
}

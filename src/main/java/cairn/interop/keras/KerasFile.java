package cairn.interop.keras;

import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModule;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import cairn.state.MemoryException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the files of Keras: an archive {@code .keras} (a zip with metadata.json, config.json and model.weights.h5), the weights alone
 * ({@code .weights.h5}), and the older {@code .h5}, a whole model or its weights (keras.src.saving.saving_lib and
 * keras.src.legacy.saving.legacy_h5_format of 3.15). The three kinds of HDF5 file are told by what is in them.
 */
public final class KerasFile {
    /** The format of an archive with a model. */
    public static final String ARCHIVE = "Keras archive";
    /** The format of weights alone, as Keras 3 stores them: sorted by name. */
    public static final String STORED_WEIGHTS = "Keras weights (HDF5)";
    /** Names of entries of an archive. */
    static final String METADATA = "metadata.json";
    static final String CONFIG = "config.json";
    static final String WEIGHTS = "model.weights.h5";
    private static final long MOST_JSON = 64 << 20;

    private KerasFile() {
    }

    /** An HDF5 file. */
    public static TensorFile read(FileBytes file) throws IOException {
        return guarded(file.name(), () -> {
            HdfTree tree = HdfTree.of(HdfBytes.of(file));
            return LegacyWeights.are(tree) ? LegacyWeights.read(tree, file.name()) : StoredWeights.read(tree, file.name());
        });
    }

    /** An archive. */
    public static TensorFile read(FileBytes file, ZipParts parts) throws IOException {
        if (!parts.names().contains(WEIGHTS)) {
            throw new ForeignFileException(file.name(), "zip archive", "has no " + WEIGHTS,
                    parts.names().contains("model.weights.npz") ? "Save the model again without weights_format=\"npz\"." : "");
        }
        return guarded(file.name(), () -> {
            JsonNode metadata = json(file, parts, METADATA);
            JsonNode config = json(file, parts, CONFIG);
            HdfTree tree = HdfTree.of(HdfBytes.of(file.name() + ": " + WEIGHTS, parts.read(WEIGHTS, Long.MAX_VALUE)));
            return StoredWeights.read(tree, file.name(), metadata, config);
        });
    }

    /** Something to read from a file. */
    interface Reading<T, E extends IOException> {
        T read() throws E;
    }

    /** What the checks of values find, such as a size that no tensor can have, is a fault of the file. */
    static <T, E extends IOException> T guarded(String file, Reading<T, E> reading) throws E, ForeignFileException {
        try {
            return reading.read();
        } catch (MemoryException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ForeignFileException.because(file, "", e);
        } catch (StackOverflowError e) {
            throw new ForeignFileException(file, "", "its parts stand too deep in each other");
        }
    }

    private static JsonNode json(FileBytes file, ZipParts parts, String name) throws IOException {
        if (!parts.names().contains(name)) {
            throw new ForeignFileException(file.name(), "zip archive", "has no " + name);
        }
        return KerasLayer.json(StandardCharsets.UTF_8.decode(parts.read(name, MOST_JSON)).toString(), file.name(), name);
    }

    /** What the readers of both ways to store weights end in. */
    static TensorFile file(String format, String version, Map<String, FileTensor> tensors, Map<String, String> facts,
            List<FileModule> modules, Optional<FileMoments> moments, Optional<TensorFile.Description> model, List<String> notes) {
        List<String> all = new ArrayList<>();
        Map<FileTensor.Type, Integer> widened = new LinkedHashMap<>();
        tensors.values().stream().filter(t -> t.dtype().widens()).forEach(t -> widened.merge(t.dtype(), 1, Integer::sum));
        widened.forEach((type, count) -> all.add(count + " tensors of " + type.label() + " are read as " + type.own().label()));
        all.addAll(notes);
        return new TensorFile(format, version.isEmpty() ? "Keras" : "Keras " + version, tensors, facts, modules, moments, model, all);
    }
}

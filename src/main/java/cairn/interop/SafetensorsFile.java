package cairn.interop;

import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.PrefixModules;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ForeignFileException;
import cairn.state.MemoryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a safetensors file of another program. */
public final class SafetensorsFile {
    static final String FORMAT = "safetensors";

    private SafetensorsFile() {
    }

    /** Whether the file begins as a safetensors file does. */
    public static boolean is(FileBytes file) throws IOException {
        return SafetensorsHeader.is(file);
    }

    /**
     * All of its tensors; its metadata are the facts.
     *
     * @throws ForeignFileException if it is no sound safetensors file, or has elements of a type that is not read here, such as F8_E4M3
     */
    public static TensorFile read(FileBytes file) throws IOException {
        Map<String, FileTensor> tensors = new LinkedHashMap<>();
        Map<String, String> facts = tensors(file, tensors);
        return file(FORMAT, tensors, facts);
    }

    /** Adds the tensors of a file to {@code tensors}, and returns its metadata. */
    static Map<String, String> tensors(FileBytes file, Map<String, FileTensor> tensors) throws IOException {
        try {
            SafetensorsHeader header = SafetensorsHeader.read(file);
            for (Map.Entry<String, SafetensorsHeader.Place> e : header.places().entrySet()) {
                SafetensorsHeader.Place place = e.getValue();
                tensors.put(e.getKey(), FileTensor.of(place.type(), place.shape(), file.read(header.begin() + place.from(),
                        place.to() - place.from(), e.getKey())));
            }
            return header.metadata();
        } catch (MemoryException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ForeignFileException.because(file.name(), FORMAT, e);
        }
    }

    /** The writers sort tensors by type and name, so the order of the layers is only in the names. */
    static TensorFile file(String format, Map<String, FileTensor> tensors, Map<String, String> facts) {
        NamedLayers layers = NamedLayers.of(PrefixModules.sorted(tensors), facts);
        List<String> notes = new ArrayList<>(layers.notes());
        notes.addAll(FileTensor.notes(tensors));
        return new TensorFile(format, NamedLayers.program(facts), layers.tensors(), facts, layers.modules(), Optional.empty(),
                Optional.empty(), List.copyOf(notes));
    }
}

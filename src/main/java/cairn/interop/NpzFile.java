package cairn.interop;

import cairn.checkpoint.format.HeaderText;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import cairn.state.MemoryException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the arrays of a NumPy archive: a zip of {@code NAME.npy}. An array of one text {@code __metadata__} that is a JSON object of
 * texts, as this program writes it, becomes the facts.
 */
public final class NpzFile {
    static final String FORMAT = "NumPy archive";
    private static final String ENDING = ".npy";

    private NpzFile() {
    }

    /** Whether the archive holds arrays, and nothing else. */
    public static boolean is(ZipParts zip) {
        return !zip.names().isEmpty() && zip.names().stream().allMatch(name -> name.endsWith(ENDING));
    }

    /**
     * All of its arrays of numbers, in the order of the archive; arrays of texts are left out.
     *
     * @throws ForeignFileException if an array holds objects of Python, or elements of a type that is not read here
     */
    public static TensorFile read(FileBytes file, ZipParts zip) throws IOException {
        Map<String, FileTensor> tensors = new LinkedHashMap<>();
        Map<String, String> facts = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        for (String entry : zip.names()) {
            if (!entry.endsWith(ENDING)) {
                left.add(entry + " is left out, because it is no array");
                continue;
            }
            String name = entry.substring(0, entry.length() - ENDING.length());
            try {
                NpyArray array = NpyArray.read(file.name(), name, zip.read(entry, Integer.MAX_VALUE));
                if (!array.isText()) {
                    tensors.put(name, array.tensor(file.name(), name));
                } else if (name.equals(HeaderText.METADATA)) {
                    facts.putAll(facts(file.name(), array.text(file.name(), name)));
                } else {
                    left.add(name + " is left out, because it holds texts");
                }
            } catch (MemoryException e) {
                throw e;
            } catch (RuntimeException e) {
                throw ForeignFileException.because(file.name(), name, e);
            }
        }
        NamedLayers layers = NamedLayers.of(tensors, facts);
        List<String> notes = new ArrayList<>(layers.notes());
        notes.addAll(FileTensor.notes(tensors));
        notes.addAll(left);
        String program = NamedLayers.program(facts);
        return new TensorFile(FORMAT, program.isEmpty() ? "NumPy" : program, layers.tensors(), facts, layers.modules(),
                Optional.empty(), Optional.empty(), List.copyOf(notes));
    }

    private static Map<String, String> facts(String file, String json) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        try (JsonParser p = HeaderText.JSON.createParser(json)) {
            boolean isTexts = p.nextToken() == JsonToken.START_OBJECT;
            while (isTexts && p.nextToken() == JsonToken.FIELD_NAME) {
                String key = p.currentName();
                isTexts = p.nextToken() == JsonToken.VALUE_STRING && facts.put(key, p.getText()) == null;
            }
            if (!isTexts || p.currentToken() != JsonToken.END_OBJECT) {
                throw new ForeignFileException(file, HeaderText.METADATA, "is no JSON object of texts, each with its own name");
            }
        } catch (JsonProcessingException e) {
            throw new ForeignFileException(file, HeaderText.METADATA, "is no JSON: " + e.getOriginalMessage());
        }
        return facts;
    }
}

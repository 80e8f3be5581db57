package cairn.interop.file;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of another program, read: its tensors, and what it says of them.
 *
 * @param format such as {@code PyTorch zip archive}
 * @param program that wrote it, with its version, as far as the file tells; may be empty
 * @param tensors in the file's order, by their names in the file
 * @param facts whatever else it says, as texts: metadata, numbers that are no tensors
 * @param modules the layers that its tensors belong to, in the file's order of layers
 * @param moments what its optimizer keeps, if it has that
 * @param model what it says of the model, if it does; reading it gives an exception that names the part that is unknown here
 * @param notes what was left out, widened or taken to be
 */
public record TensorFile(String format, String program, Map<String, FileTensor> tensors, Map<String, String> facts, List<FileModule> modules,
        Optional<FileMoments> moments, Optional<Description> model, List<String> notes) {

    /** The fact that an export of Cairn says in every format that has a place for it. */
    public static final String STATE_DIGEST = "state-digest";

    /** Whether Cairn wrote it, in whatever form. */
    public boolean isOwn() {
        return program.startsWith("Cairn") || facts.containsKey(STATE_DIGEST);
    }

    /** The file without what its optimizer keeps. */
    public TensorFile withoutMoments() {
        return new TensorFile(format, program, tensors, facts, modules, Optional.empty(), model, notes);
    }

    /** A model that is read when it is asked for, because weights can be read also if the model cannot. */
    public interface Description {
        /** @throws ForeignFileException listing every part that is unknown here, with its place */
        FileModel read() throws ForeignFileException;
    }
}

package cairn.interop.torch;

import cairn.interop.file.FileBytes;
import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.TorchModules;
import cairn.interop.file.ZipParts;
import cairn.interop.torch.Pickled.Dict;
import cairn.interop.torch.Pickled.View;
import cairn.state.MemoryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what {@code torch.save} writes since PyTorch 1.6: a zip archive with one folder; in it {@code data.pkl}, a pickle of protocol 2,
 * {@code data/0}, {@code data/1}... with the numbers of the tensors, and {@code byteorder} in newer ones. Source of the format:
 * {@code torch/serialization.py}. Entries that are not known are ignored.
 */
public final class TorchFile {
    private static final String PICKLE = "data.pkl";
    private static final int LONGEST_PICKLE = 32 << 20;
    /** The first pickle of a file of PyTorch before 1.6: protocol 2, and the number 0x1950a86a20f9469cfc6c in 10 bytes. */
    private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a,
        (byte) 0xa8, 0x50, 0x19};
    private static final String ADVICE = "Save the model's state_dict() by torch.save of a current PyTorch.";

    private TorchFile() {
    }

    /** Whether these first bytes of a file are those of PyTorch's format before version 1.6. */
    public static boolean isLegacy(byte[] first) {
        return first.length >= LEGACY.length && Arrays.equals(first, 0, LEGACY.length, LEGACY, 0, LEGACY.length);
    }

    /** Refuses a file whose first bytes {@linkplain #isLegacy are those of the old format}, with what the user can do. */
    public static ForeignFileException legacy(String file) {
        return new ForeignFileException(file, "", "it is a PyTorch file of the form before version 1.6, which is not a zip archive",
                "Load it in PyTorch and save it again: torch.save(torch.load(OLD, weights_only=True), NEW).");
    }

    /** Whether an archive with entries of these names is one of PyTorch. */
    public static boolean is(ZipParts zip) {
        return zip.names().stream().anyMatch(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE));
    }

    /** The file's tensors; those of a model in it as {@link StateDict} finds them. */
    public static TensorFile read(FileBytes file, ZipParts zip) throws IOException {
        return read(file, zip, "");
    }

    /**
     * The file's tensors.
     *
     * @param key the names of the dicts that lead to the model's one, put together with {@code /}, such as {@code generator} or
     *     {@code ema/state_dict}, or {@code /} alone for all that was saved; empty to find it
     * @throws ForeignFileException if the file is damaged, or holds anything else than tensors, numbers, texts, lists and dicts
     */
    public static TensorFile read(FileBytes file, ZipParts zip, String key) throws IOException {
        try {
            return parsed(file, zip, key);
        } catch (MemoryException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw ForeignFileException.because(file.name(), "", e);
        }
    }

    private static TensorFile parsed(FileBytes file, ZipParts zip, String key) throws IOException {
        String folder = folder(file.name(), zip);
        if (zip.names().contains(folder + "byteorder")) {
            String order = text(zip.read(folder + "byteorder", 64));
            if (!order.equals("little")) {
                throw new ForeignFileException(file.name(), folder + "byteorder", "expected little, found " + order,
                        "Save it again on a machine of Intel, AMD or ARM.");
            }
        }
        Object root = Unpickler.read(file.name(), zip.read(folder + PICKLE, LONGEST_PICKLE));
        StateDict dict = new StateDict(file.name(), root, key);
        Storages storages = new Storages(file, zip, folder);
        List<String> notes = new ArrayList<>(dict.notes());
        Map<String, FileTensor> raw = new LinkedHashMap<>();
        for (Map.Entry<String, View> e : dict.tensors().entrySet()) {
            raw.put(e.getKey(), storages.tensor(e.getKey(), e.getValue()));
        }
        String widened = Storages.widened(raw.values());
        if (!widened.isEmpty()) {
            notes.add(widened);
        }
        TorchModules modules = TorchModules.of(raw);
        notes.addAll(modules.notes());
        Map<String, String> facts = new LinkedHashMap<>();
        for (Map.Entry<String, Object> e : dict.others().entrySet()) {
            String text = e.getValue() instanceof View view ? shown(storages, e.getKey(), view) : Tree.shown(e.getValue());
            if (!text.isEmpty()) {
                facts.put(e.getKey(), text);
            }
        }
        String lightning = facts.getOrDefault("pytorch-lightning_version", "");
        Optional<FileMoments> moments = moments(dict, modules.tensors(), storages, notes);
        return new TensorFile("PyTorch zip archive", (zip.names().contains(folder + TorchWriter.WRITER) ? "Cairn, for PyTorch" : "PyTorch") + (lightning.isEmpty() ? "" : " with Lightning " + lightning),
                modules.tensors(), Collections.unmodifiableMap(facts), modules.modules(), moments, Optional.empty(), List.copyOf(notes));
    }

    private static String folder(String file, ZipParts zip) throws ForeignFileException {
        List<String> pickles = zip.names().stream().filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE)).toList();
        if (pickles.size() != 1) {
            throw new ForeignFileException(file, "zip archive", "expected one entry named */" + PICKLE + ", found " + pickles.size(),
                    ADVICE);
        }
        String folder = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
        if (zip.names().contains(folder + "constants.pkl")) {
            throw new ForeignFileException(file, folder + "constants.pkl", "it is TorchScript, a program and not only tensors",
                    "Load it in PyTorch and save torch.jit.load(FILE).state_dict().");
        }
        return folder;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    /** A single number, or the type and shape of a tensor that is not one of the model's. */
    private static String shown(Storages storages, String name, View view) throws IOException {
        if (view.shape().length > 0) {
            return "a tensor of " + view.type().label() + " " + Arrays.toString(view.shape());
        }
        FileTensor tensor = storages.tensor(name, view);
        double number = tensor.value().get(0);
        return number == Math.rint(number) && Math.abs(number) < 1e15 ? Long.toString((long) number) : Double.toString(number);
    }

    private static Optional<FileMoments> moments(StateDict dict, Map<String, FileTensor> tensors, Storages storages, List<String> notes)
            throws IOException {
        if (dict.optimizers().size() > 1) {
            notes.add("the file has " + dict.optimizers().size() + " optimizers (" + String.join(", ", dict.optimizers().keySet())
                    + "); none of them is taken, because nothing says which trains the model");
        }
        if (dict.optimizers().size() != 1) {
            return Optional.empty();
        }
        Dict state = dict.optimizers().values().iterator().next();
        return new TorchMoments(state, dict.tensors(), tensors, storages, notes).read();
    }
}

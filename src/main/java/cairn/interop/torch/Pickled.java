package cairn.interop.torch;

import cairn.interop.file.FileTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle of tensors holds. Numbers, truth values and texts are Java's own ({@link Long}, {@link Double}, {@link Boolean},
 * {@link String}); the rest is here. Objects are compared by identity, because a list of a file can contain itself.
 */
sealed interface Pickled {

    /** Python's None. */
    enum Nothing implements Pickled {
        NONE
    }

    /** A list, a tuple or a set. */
    final class Items implements Pickled {
        final List<Object> items = new ArrayList<>();
        final boolean grows;

        /** @param grows whether it is a list, to which is appended */
        Items(List<Object> items, boolean grows) {
            this.items.addAll(items);
            this.grows = grows;
        }
    }

    /** A dict, in its order. A key that is neither number, truth value nor text is named by its number. */
    final class Dict implements Pickled {
        final Map<Object, Object> entries = new LinkedHashMap<>();

        void put(Object key, Object value) {
            boolean isSimple = key instanceof String || key instanceof Long || key instanceof Double || key instanceof Boolean;
            entries.put(isSimple ? key : "entry " + entries.size(), value);
        }
    }

    /** A class or a function of the fixed table. */
    record Global(Globals.Kind kind, String name, FileTensor.Type type) implements Pickled {
    }

    /**
     * The bytes of one or more tensors.
     *
     * @param key the name of its entry in the archive
     * @param type empty list if the tensor says it, otherwise one type
     * @param size the number of its elements, of bytes if it has no type
     */
    record Storage(String key, List<FileTensor.Type> type, long size) implements Pickled {
    }

    /** A tensor: an element of index (i, j, ...) is number {@code offset + i·strides[0] + j·strides[1] + ...} of the storage. */
    record View(Storage storage, FileTensor.Type type, long offset, long[] shape, long[] strides) implements Pickled {
    }

    /** Something else that is only shown, such as a device. */
    record Shown(String text) implements Pickled {
    }
}

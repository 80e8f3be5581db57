package cairn.interop.torch;

import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.FileTensor.Type;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.ZipParts;
import cairn.interop.torch.Pickled.Storage;
import cairn.interop.torch.Pickled.View;
import cairn.state.StateMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The tensors of an archive, each a view of a storage. A storage is read once. A tensor whose numbers stand one after the other shares its
 * memory; another one is copied into that order.
 */
final class Storages {
    private static final int MOST_DIMENSIONS = 64;
    /**
     * A stride of 0 lets a tensor of any size stand on one number. A real one has been expanded over a batch or the heads of an attention,
     * up to some dozens; a small one may be larger than its storage by any factor.
     */
    private static final int MOST_EXPANSION = 64;
    private static final long SMALL = 1 << 16;

    private final FileBytes file;
    private final ZipParts zip;
    private final String folder;
    private final Map<String, ByteBuffer> read = new HashMap<>();
    private final Map<View, FileTensor> tensors = new IdentityHashMap<>();
    private long copied;

    /** @param folder the names of the archive's entries begin with it */
    Storages(FileBytes file, ZipParts zip, String folder) {
        this.file = file;
        this.zip = zip;
        this.folder = folder;
    }

    /**
     * The tensor that {@code view} describes.
     *
     * @param name its name, for messages
     */
    FileTensor tensor(String name, View view) throws IOException {
        FileTensor tensor = tensors.get(view);
        if (tensor == null) {
            try {
                ByteBuffer numbers = numbers(view);
                if (view.type().widens()) {
                    countCopy((long) numbers.remaining() / view.type().bytes() * view.type().own().bytes());
                }
                tensor = FileTensor.of(view.type(), view.shape(), numbers);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw ForeignFileException.because(file.name(), "tensor " + name, e);
            }
            tensors.put(view, tensor);
        }
        return tensor;
    }

    private ByteBuffer numbers(View view) throws IOException {
        long[] shape = view.shape();
        long[] strides = view.strides();
        int width = view.type().bytes();
        if (shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("has " + shape.length + " dimensions and " + strides.length + " strides");
        }
        long size = 1;
        long last = view.offset();
        boolean inOrder = true;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] < 0 || strides[i] < 0) {
                throw new IllegalArgumentException("has a negative size or stride");
            }
            inOrder &= shape[i] == 1 || strides[i] == size;
            last = Math.addExact(last, Math.multiplyExact(Math.max(shape[i] - 1, 0), strides[i]));
            size = Math.multiplyExact(size, shape[i]);
        }
        if (size == 0) {
            return ByteBuffer.allocate(0);
        }
        ByteBuffer bytes = storage(view.storage());
        long there = bytes.remaining() / width;
        if (view.offset() < 0 || last >= there) {
            throw new IllegalArgumentException("its numbers are " + view.offset() + " to " + last + " of a storage of " + there);
        } else if (inOrder) {
            return bytes.slice((int) view.offset() * width, Math.toIntExact(size * width));
        } else if (size > SMALL && size > MOST_EXPANSION * there) {
            throw new IllegalArgumentException("its strides expand " + there + " numbers to " + size + "; at most " + MOST_EXPANSION
                    + " times as many are read");
        }
        return copy(bytes, view, Math.multiplyExact(size, width));
    }

    private ByteBuffer copy(ByteBuffer from, View view, long size) {
        countCopy(size);
        int width = view.type().bytes();
        ByteBuffer to = StateMemory.allocate(Math.toIntExact(size));
        long[] shape = view.shape();
        long[] index = new long[shape.length];
        long at = view.offset();
        for (int done = 0; done < to.capacity(); done += width) {
            int place = (int) at * width;
            switch (width) {
                case 8 -> to.putLong(done, from.order(to.order()).getLong(place));
                case 4 -> to.putInt(done, from.order(to.order()).getInt(place));
                case 2 -> to.putShort(done, from.order(to.order()).getShort(place));
                default -> to.put(done, from.get(place));
            }
            for (int i = shape.length - 1; i >= 0; i--) {
                at += view.strides()[i];
                if (++index[i] < shape[i]) {
                    break;
                }
                at -= shape[i] * view.strides()[i];
                index[i] = 0;
            }
        }
        return to.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Views of one storage could be copied, or widened, again and again. */
    private void countCopy(long size) {
        copied = Math.addExact(copied, size);
        if (copied > MOST_EXPANSION * (file.size() + SMALL)) {
            throw new IllegalArgumentException("copies of the views up to this one take " + copied + " bytes, more than " + MOST_EXPANSION
                    + " times the file");
        }
        StateMemory.requireRoom("cannot read " + file.name(), size, 0);
    }

    private ByteBuffer storage(Storage storage) throws IOException {
        String name = folder + "data/" + storage.key();
        long size = Math.multiplyExact(storage.size(), storage.type().isEmpty() ? 1 : storage.type().get(0).bytes());
        ByteBuffer bytes = read.get(name);
        if (bytes == null) {
            if (!zip.names().contains(name)) {
                throw new IllegalArgumentException("the archive has no entry " + name);
            }
            bytes = zip.read(name, size);
            read.put(name, bytes);
        }
        if (bytes.remaining() != size) {
            throw new IllegalArgumentException("its storage " + name + " has " + bytes.remaining() + " bytes, not " + size);
        }
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether two views show the same numbers in the same way, as tied weights do. */
    static boolean areSame(View a, View b) {
        return a.storage().key().equals(b.storage().key()) && a.offset() == b.offset() && a.type() == b.type()
                && Arrays.equals(a.shape(), b.shape()) && Arrays.equals(a.strides(), b.strides());
    }

    /** The types of which there is none here, widened ones, in words; empty if none is widened. */
    static String widened(Iterable<FileTensor> tensors) {
        Map<Type, Integer> counts = new EnumMap<>(Type.class);
        for (FileTensor tensor : tensors) {
            if (tensor.dtype().widens()) {
                counts.merge(tensor.dtype(), 1, Integer::sum);
            }
        }
        StringBuilder text = new StringBuilder();
        counts.forEach((type, n) -> text.append(text.length() == 0 ? "" : ", ").append(n).append(n == 1 ? " tensor of " : " tensors of ")
                .append(type.label()).append(" read as ").append(type.own().label()));
        return text.toString();
    }
}

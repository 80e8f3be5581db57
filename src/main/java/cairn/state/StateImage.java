package cairn.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Memory for all tensors of a state, one after the other without holes, as they stand in a file: those with the widest elements first, and
 * within an element type in the order of the state. It begins at a page, so the system can take whole pages from it. A state of more than a
 * gigabyte takes several pieces, each of which goes on at the place within a page at which the one before has ended.
 */
final class StateImage {
    private static final int PAGE = 4096;
    private static final long MOST_PIECE = 1L << 30;

    /** A tensor that takes a place. */
    record Slot(String path, ElementType type, int bytes) {
    }

    /** In the order of the memory. */
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final List<ByteBuffer> pieces = new ArrayList<>();

    private StateImage() {
    }

    /** Memory for these tensors, which come in the order of the state. */
    static StateImage of(List<Slot> slots) {
        return of(slots, MOST_PIECE);
    }

    /** As {@link #of(List)}, in pieces of at most {@code mostPiece} bytes, or of one tensor. */
    static StateImage of(List<Slot> slots, long mostPiece) {
        StateImage image = new StateImage();
        List<Slot> piece = new ArrayList<>();
        long begin = 0;
        long end = 0;
        for (ElementType type : ElementType.values()) {
            for (Slot slot : slots) {
                if (slot.type == type) {
                    if (!piece.isEmpty() && end + slot.bytes - begin > mostPiece) {
                        image.add(piece, begin, end);
                        piece.clear();
                        begin = end;
                    }
                    piece.add(slot);
                    end += slot.bytes;
                }
            }
        }
        if (!piece.isEmpty()) {
            image.add(piece, begin, end);
        }
        return image;
    }

    private void add(List<Slot> slots, long begin, long end) {
        int from = (int) (begin % PAGE);
        // Two pages more, because Java gives memory from any address on, and cuts it at both ends.
        ByteBuffer memory = StateMemory.allocate(Math.toIntExact(from + end - begin + 2 * PAGE)).alignedSlice(PAGE);
        ByteBuffer piece = memory.slice(from, (int) (end - begin));
        pieces.add(piece);
        int at = 0;
        for (Slot slot : slots) {
            places.put(slot.path, new Place(piece.slice(at, slot.bytes)));
            at += slot.bytes;
        }
    }

    /** The place of a tensor; none, if no tensor of this path and size has one. */
    Place place(String path, int bytes) {
        Place place = places.get(path);
        return place == null || place.bytes().remaining() != bytes ? null : place;
    }

    /** All tensors, in few pieces. */
    List<ByteBuffer> pieces() {
        return pieces.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
    }

    /** Whether these tensors, all of them and in this order, are what lies here. */
    boolean holds(List<String> paths) {
        return List.copyOf(places.keySet()).equals(paths);
    }

    long bytes() {
        return pieces.stream().mapToLong(ByteBuffer::capacity).sum();
    }
}

package cairn.tensor;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.Ephemeral;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where named tensors lie in one flat array: names, shapes, offsets. Immutable. The parameters, their gradients and each vector of an
 * optimizer share one layout, so tensors that belong together have the same last part of their state path.
 */
public final class Layout {

    /**
     * One tensor's place.
     *
     * @param name its path below that of the vector
     * @param offset the number of elements before it
     * @param decays whether weight decay applies to it
     */
    public record Place(String name, @Ephemeral(value = "a shape", kind = FIXED) long[] shape, long offset, boolean decays) {
        public Place {
            shape = shape.clone();
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }

        /** The number of elements. */
        public long size() {
            return Array.size(shape);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place that && name.equals(that.name) && Arrays.equals(shape, that.shape)
                    && offset == that.offset && decays == that.decays;
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return name + Arrays.toString(shape).replace(" ", "") + "@" + offset;
        }
    }

    @Ephemeral(value = "built once", kind = FIXED)
    private final Map<String, Place> places;
    private final long size;

    private Layout(Map<String, Place> places, long size) {
        this.places = places;
        this.size = size;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The places in the order of their offsets. */
    public List<Place> places() {
        return List.copyOf(places.values());
    }

    /** The place of {@code name}. */
    public Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("no tensor '" + name + "' in " + places.keySet());
        }
        return place;
    }

    /** The number of elements of all tensors together. */
    public long size() {
        return size;
    }

    /**
     * The part of a flat array of this layout in which the tensors from number {@code first} to before number {@code after} lie: a view, or
     * the array itself if they are all.
     */
    public Array part(Array whole, int first, int after) {
        List<Place> part = places().subList(first, after);
        long count = part.stream().mapToLong(Place::size).sum();
        return count == size ? whole : whole.view(part.get(0).offset(), count);
    }

    /** Puts one tensor after the other. */
    public static final class Builder {
        private final Map<String, Place> places = new LinkedHashMap<>();
        private long size;

        public Builder add(String name, long[] shape, boolean decays) {
            if (places.putIfAbsent(name, new Place(name, shape, size, decays)) != null) {
                throw new IllegalArgumentException("two tensors are named '" + name + "'");
            }
            size = Math.addExact(size, Array.size(shape));
            return this;
        }

        public Layout build() {
            return new Layout(new LinkedHashMap<>(places), size);
        }
    }
}

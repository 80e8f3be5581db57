package cairn.tensor;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import java.util.LinkedHashMap;
import java.util.Map;

/** One flat array with named views of a shape: parameters, gradients, running statistics, or one vector of an optimizer. */
public final class ParameterVector implements Snapshottable {
    private final Layout layout;
    private final Array flat;
    @Ephemeral(value = "views of the vector, which is in slots", kind = WIRING)
    private final Map<String, Array> views = new LinkedHashMap<>();

    /** A vector of zeros. */
    public ParameterVector(Layout layout, ElementType type) {
        this.layout = layout;
        this.flat = Array.zeros(type, Math.max(1, layout.size()));
        for (Layout.Place p : layout.places()) {
            views.put(p.name(), flat.view(p.offset(), p.shape()));
        }
    }

    /** The first tensors of {@code whole}, as {@code leading} lays them out, in the same memory. */
    private ParameterVector(Layout leading, ParameterVector whole) {
        this.layout = leading;
        this.flat = leading.size() == 0 ? Array.zeros(whole.flat.type(), 1) : whole.flat.view(0, leading.size());
        for (Layout.Place p : leading.places()) {
            if (!p.equals(whole.layout.place(p.name()))) {
                throw new IllegalArgumentException(p + " is not where the whole vector has " + whole.layout.place(p.name()));
            }
            views.put(p.name(), whole.views.get(p.name()));
        }
    }

    /** The tensors of {@code first}, which are the first ones of this vector, as a vector of their own in the same memory. */
    public ParameterVector leading(Layout first) {
        return new ParameterVector(first, this);
    }

    public Layout layout() {
        return layout;
    }

    /** All tensors as one vector. If there are none, it has one unused element, because ND4J has no arrays of length 0. */
    public Array flat() {
        return flat;
    }

    /** The tensor {@code name}, a view of the flat vector. */
    public Array view(String name) {
        layout.place(name);
        return views.get(name);
    }

    @Override
    public void slots(Slots s) {
        views.forEach((name, array) -> s.tensor(name, array.type(), array.shape(), array));
    }
}

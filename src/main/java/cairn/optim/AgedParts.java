package cairn.optim;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import cairn.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/**
 * One prepared update for each run of neighbouring parameters that have the same age. As a rule all have, and there is one update of the
 * whole vectors. A state with other ages needs other parts; they are prepared when it is first trained on.
 *
 * @param <U> a prepared update
 */
public final class AgedParts<U> {

    /** Prepares the update of a part. */
    @FunctionalInterface
    public interface Wiring<U> {
        /** The update of the parameters from number {@code first} to before number {@code after} of the layout. */
        U wire(int first, int after);
    }

    private record Part<U>(int first, int after, U update) {
    }

    private final int size;
    private final Optional<Ages> ages;
    private final Wiring<U> wiring;
    @Ephemeral(value = "prepared for the ages in the state", kind = WIRING)
    private List<Part<U>> parts;

    /**
     * Prepares the update of vectors that begin now.
     *
     * @param ages empty if the update does not depend on them: then all parameters are one part
     */
    public AgedParts(Layout layout, Optional<Ages> ages, Wiring<U> wiring) {
        this.size = layout.places().size();
        this.ages = ages;
        this.wiring = wiring;
        this.parts = prepared();
    }

    /**
     * Makes the update of every part. It is given its number, counted from 1: that of the part's vectors, or without ages that of the training.
     *
     * @param training the number of the update in the training
     */
    public void apply(long training, ObjLongConsumer<U> update) {
        if (!fit()) {
            parts = prepared();
        }
        for (int i = 0; i < parts.size(); i++) {
            Part<U> part = parts.get(i);
            update.accept(part.update(), ages.isPresent() ? age(part.first()) + 1 : training);
        }
        ages.ifPresent(Ages::advance);
    }

    /** The prepared updates. */
    public List<U> updates() {
        return parts.stream().map(Part::update).toList();
    }

    /** Whether neighbours lie in the same part if and only if they have the same age. */
    private boolean fit() {
        for (int i = 0; i < parts.size(); i++) {
            Part<U> part = parts.get(i);
            if (end(part.first()) != part.after()) {
                return false;
            }
        }
        return true;
    }

    private List<Part<U>> prepared() {
        List<Part<U>> prepared = new ArrayList<>();
        for (int first = 0; first < size; first = end(first)) {
            prepared.add(new Part<>(first, end(first), wiring.wire(first, end(first))));
        }
        return List.copyOf(prepared);
    }

    /** Where the run of equal ages that begins at {@code first} ends. */
    private int end(int first) {
        int end = first + 1;
        while (end < size && age(end) == age(first)) {
            end++;
        }
        return end;
    }

    private long age(int place) {
        return ages.isPresent() ? ages.get().of(place) : 0;
    }
}

package cairn.state;

/**
 * My future depends on my past only through these slots.
 *
 * <p>Laws, for every implementation:
 * <ul>
 *   <li>round trip: {@code s.into(x)} followed by {@code State.of(x)} gives {@code s}, bit for bit;</li>
 *   <li>no alias: capturing changes nothing, and nothing that happens later changes an earlier capture;</li>
 *   <li>fixed schema: paths, kinds and shapes are the same at every call.</li>
 * </ul>
 */
@FunctionalInterface
public interface Snapshottable {
    /** Declares every piece of state, always the same ones in the same order. */
    void slots(Slots s);
}

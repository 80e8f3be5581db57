package cairn.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The whole of a computation as one immutable value: an ordered map from path to {@link Value}.
 *
 * <p>Equality is bitwise and ignores order; {@link #digest} is equal exactly if the states are. Restoring is strict:
 * {@link #into} compares everything, writes only if nothing differs, and otherwise names every difference. Leniency is
 * arithmetic on values: {@code fresh.overlay(saved.select("model/").rename("0.dense", "1.dense"))}, then the strict restore.
 */
public final class State {
    private final Map<String, Value> entries;
    /** Where the tensors lie, if they were captured into memory for all of them. */
    private final Optional<StateImage> image;

    State(Map<String, Value> entries) {
        this.entries = Collections.unmodifiableMap(entries);
        this.image = Optional.empty();
    }

    State(Map<String, Value> entries, StateImage image) {
        this.entries = Collections.unmodifiableMap(entries);
        this.image = Optional.of(image);
    }

    /** The state with these entries, in the map's order. */
    public static State of(Map<String, ? extends Value> entries) {
        Map<String, Value> copy = new LinkedHashMap<>();
        entries.forEach((path, value) -> copy.put(StatePath.require(path), Objects.requireNonNull(value, path)));
        return new State(copy);
    }

    /** A capture of {@code part}: private copies, which nothing that happens later can change. */
    public static State of(Snapshottable part) {
        return new State(Walk.capture(part));
    }

    /** This state in memory of its own: a capture that is kept longer than its {@link CaptureBuffers} are valid is copied so. */
    public State copy() {
        Map<String, Value> copies = new LinkedHashMap<>();
        entries.forEach((path, value) -> copies.put(path, value instanceof Value.Tensor t ? t.copy() : value));
        return new State(copies);
    }

    /**
     * Restores this state into {@code part}: all of it, or nothing.
     *
     * @throws RestoreException if any path, kind, shape or constant differs, listing all of them, or if the component itself
     *     refuses a value; in both cases {@code part} is left as it was
     */
    public void into(Snapshottable part) {
        List<Difference> misfits = Walk.misfits(part, entries);
        if (!misfits.isEmpty()) {
            throw RestoreException.because("this state", misfits);
        }
        // Only numbers and texts are kept for the way back, because the tensors, which may be large, are written when nothing can refuse.
        Map<String, Value.Scalar> before = Walk.scalars(part);
        try {
            Walk.setScalars(part, entries);
        } catch (RuntimeException refusal) {
            Walk.setScalars(part, before);
            throw new RestoreException("cannot restore this state: " + refusal.getMessage()
                    + "\nNothing was changed.", refusal);
        }
        Walk.setTensors(part, entries);
    }

    /** Everything that keeps this state from being restored into {@code part}; empty if it fits. */
    public List<Difference> misfits(Snapshottable part) {
        return Walk.misfits(part, entries);
    }

    /** The entries whose path is {@code prefix} itself or begins with {@code prefix} as whole segments. */
    public State select(String prefix) {
        String folder = prefix.endsWith("/") ? prefix : prefix + "/";
        return new State(entries.entrySet().stream()
                .filter(e -> e.getKey().equals(prefix) || e.getKey().startsWith(folder))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new)));
    }

    /**
     * The same values under new paths.
     *
     * @throws IllegalArgumentException if two entries would get one path
     */
    public State rename(UnaryOperator<String> names) {
        Map<String, Value> renamed = new LinkedHashMap<>();
        entries.forEach((path, value) -> {
            String name = StatePath.require(names.apply(path));
            if (renamed.put(name, value) != null) {
                throw new IllegalArgumentException("two entries would be named '" + name + "'");
            }
        });
        return new State(renamed);
    }

    /** The same values, with the run of segments {@code from} in each path replaced by {@code to}. */
    public State rename(String from, String to) {
        Pattern segments = Pattern.compile("(?<=^|/)" + Pattern.quote(from) + "(?=/|$)");
        return rename(path -> segments.matcher(path).replaceFirst(java.util.regex.Matcher.quoteReplacement(to)));
    }

    /** This state with every entry of {@code over} put in the place of, or added to, its own. */
    public State overlay(State over) {
        Map<String, Value> merged = new LinkedHashMap<>(entries);
        merged.putAll(over.entries);
        return new State(merged);
    }

    /** Every difference from {@code other} (the "saved" side), content included, in path order. */
    public List<Difference> diff(State other) {
        return Difference.between(this, other);
    }

    /** SHA-256 in hexadecimal over sorted paths with kind, shape and the digests of the blocks; docs/FORMAT.md writes the bytes down. */
    public String digest() {
        return StateDigest.of(entries);
    }

    /** The paths of the tensors in the order of a file: widest elements first, so that each is aligned; then in the order of the state. */
    public List<String> fileOrder() {
        List<String> paths = new ArrayList<>();
        for (ElementType type : ElementType.values()) {
            entries.forEach((path, value) -> {
                if (value instanceof Value.Tensor t && t.type() == type) {
                    paths.add(path);
                }
            });
        }
        return paths;
    }

    /** The bytes of all tensors in {@link #fileOrder}: in very few pieces if they were captured into {@link CaptureBuffers}. */
    public List<ByteBuffer> fileBytes() {
        List<String> order = fileOrder();
        return image.filter(i -> i.holds(order)).map(StateImage::pieces)
                .orElseGet(() -> order.stream().map(path -> tensor(path).bytes()).toList());
    }

    /** The entries in declaration order. */
    public Map<String, Value> entries() {
        return entries;
    }

    public long integer(String path) {
        return ((Value.Int) require(path, Value.Int.class)).value();
    }

    public double real(String path) {
        return ((Value.Real) require(path, Value.Real.class)).value();
    }

    public String text(String path) {
        return ((Value.Text) require(path, Value.Text.class)).value();
    }

    /** The text at {@code path}; empty if there is none. */
    public String textOrEmpty(String path) {
        return entries.get(path) instanceof Value.Text text ? text.value() : "";
    }

    public Value.Tensor tensor(String path) {
        return (Value.Tensor) require(path, Value.Tensor.class);
    }

    private Value require(String path, Class<? extends Value> kind) {
        Value value = entries.get(path);
        if (!kind.isInstance(value)) {
            throw new IllegalArgumentException("no " + kind.getSimpleName().toLowerCase(java.util.Locale.ROOT) + " at '" + path
                    + "'; found " + (value == null ? "nothing" : value.describe()));
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return "State of " + entries.size() + " entries, digest " + digest().substring(0, 12);
    }
}

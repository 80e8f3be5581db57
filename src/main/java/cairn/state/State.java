package cairn.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
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

    private State(Map<String, Value> entries) {
        this.entries = Collections.unmodifiableMap(entries);
    }

    /** The state with these entries, in the map's order. */
    public static State of(Map<String, ? extends Value> entries) {
        Map<String, Value> copy = new LinkedHashMap<>();
        entries.forEach((path, value) -> {
            copy.put(requirePath(path), Objects.requireNonNull(value, path));
        });
        return new State(copy);
    }

    /** A capture of {@code part}: private copies, which nothing that happens later can change. */
    public static State of(Snapshottable part) {
        return captured(Walk.capture(part));
    }

    /** The same state in memory of its own, for whoever keeps a capture beyond the life of its {@link CaptureBuffers}. */
    public State copy() {
        Map<String, Value> copies = new LinkedHashMap<>();
        entries.forEach((path, value) -> copies.put(path, value instanceof Value.Tensor t ? t.copy() : value));
        return new State(copies);
    }

    static State captured(Map<String, Value> entries) {
        return new State(entries);
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
        Map<String, Value> before = Walk.capture(part);
        try {
            Walk.restore(part, entries);
        } catch (RuntimeException refusal) {
            Walk.restore(part, before);
            throw new RestoreException("cannot restore this state: " + refusal.getMessage()
                    + "\nNothing was changed.", refusal);
        }
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
            String name = requirePath(names.apply(path));
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
        List<Difference> found = new ArrayList<>();
        TreeSet<String> paths = new TreeSet<>(entries.keySet());
        paths.addAll(other.entries.keySet());
        for (String path : paths) {
            Value live = entries.get(path);
            Value saved = other.entries.get(path);
            if (saved == null) {
                found.add(new Difference(Difference.Kind.MISSING, path, live.describe(), ""));
            } else if (live == null) {
                found.add(new Difference(Difference.Kind.UNEXPECTED, path, "", saved.describe()));
            } else if (!live.schema().equals(saved.schema())) {
                found.add(new Difference(Difference.Kind.MISMATCHED, path, live.describe(), saved.describe()));
            } else if (!live.equals(saved)) {
                found.add(new Difference(Difference.Kind.DIFFERENT, path, live.describe(), saved.describe()));
            }
        }
        return found;
    }

    /** What became of every entry from this state to a {@code later} one, equal ones included, in path order. */
    public List<Change> changes(State later) {
        TreeSet<String> paths = new TreeSet<>(entries.keySet());
        paths.addAll(later.entries.keySet());
        return paths.stream().map(path -> change(path, Optional.ofNullable(entries.get(path)), Optional.ofNullable(later.entries.get(path))))
                .toList();
    }

    /** How far all tensors of this state together are from those of a {@code later} one; nothing if paths or shapes differ. */
    public Optional<Distance> distance(State later) {
        List<Distance> parts = new ArrayList<>();
        for (Map.Entry<String, Value> e : entries.entrySet()) {
            if (e.getValue() instanceof Value.Tensor t) {
                if (!(later.entries.get(e.getKey()) instanceof Value.Tensor other) || !other.schema().equals(t.schema())) {
                    return Optional.empty();
                }
                parts.add(Distance.between(t, other));
            }
        }
        return parts.size() == later.entries.values().stream().filter(Value.Tensor.class::isInstance).count()
                ? Optional.of(Distance.together(parts)) : Optional.empty();
    }

    private static Change change(String path, Optional<Value> before, Optional<Value> after) {
        Optional<Distance> distance = before.isPresent() && after.isPresent()
                && before.get() instanceof Value.Tensor a && after.get() instanceof Value.Tensor b && a.schema().equals(b.schema())
                ? Optional.of(Distance.between(a, b)) : Optional.empty();
        return new Change(path, before.map(Value::describe).orElse(""), after.map(Value::describe).orElse(""), before.equals(after), distance);
    }

    /** SHA-256 in hexadecimal over sorted paths with kind, shape and bytes; docs/FORMAT.md writes the bytes down. */
    public String digest() {
        return StateDigest.of(entries);
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

    /** Whether {@code path} is well formed: segments of {@code a-z 0-9 . _ -} joined by {@code /}, none of them {@code .} or {@code ..}. */
    public static boolean isPath(String path) {
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '/') {
                if (!isSegment(path, start, i)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    /** A loop and not a regular expression: paths come from files too, and a long one must not exhaust the stack. */
    private static boolean isSegment(String path, int start, int end) {
        int dots = 0;
        for (int i = start; i < end; i++) {
            char c = path.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')) {
                return false;
            }
            dots += c == '.' ? 1 : 0;
        }
        return start < end && !(dots == end - start && dots <= 2);
    }

    static String requirePath(String path) {
        if (!isPath(path)) {
            throw new IllegalArgumentException("'" + path + "' is no state path: expected segments of a-z 0-9 . _ - joined by /");
        }
        return path;
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

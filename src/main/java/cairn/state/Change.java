package cairn.state;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What became of one entry from one state to another.
 *
 * @param before what it was, as {@link Value#describe}; {@code ""} if it was not there
 * @param after what it is; {@code ""} if it is not there any more
 * @param isEqual whether both are the same, bit for bit
 * @param distance how far it moved, of a tensor that has its type and shape on both sides
 */
public record Change(String path, String before, String after, boolean isEqual, Optional<Distance> distance) {

    /** What became of every entry from one state to a later one, equal ones included, in path order. */
    public static List<Change> between(State before, State after) {
        TreeSet<String> paths = new TreeSet<>(before.entries().keySet());
        paths.addAll(after.entries().keySet());
        return paths.stream().map(path -> of(path, Optional.ofNullable(before.entries().get(path)),
                Optional.ofNullable(after.entries().get(path)))).toList();
    }

    private static Change of(String path, Optional<Value> before, Optional<Value> after) {
        Optional<Distance> distance = before.isPresent() && after.isPresent()
                && before.get() instanceof Value.Tensor a && after.get() instanceof Value.Tensor b && a.schema().equals(b.schema())
                ? Optional.of(Distance.between(a, b)) : Optional.empty();
        return new Change(path, before.map(Value::describe).orElse(""), after.map(Value::describe).orElse(""), before.equals(after),
                distance);
    }
}

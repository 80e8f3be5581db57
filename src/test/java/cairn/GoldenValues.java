package cairn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The golden reference values of {@code src/test/resources/golden}, by dotted name: {@code GoldenValues.of("optimizers")
 * .rows("adam.fixed.theta")}. A number as a segment is an index into a list. Every file says in its {@code provenance} which
 * tool wrote it; {@code make_golden.py} beside the files is that script.
 */
public final class GoldenValues {
    private final String name;
    private final JsonNode node;

    private GoldenValues(String name, JsonNode node) {
        this.name = name;
        this.node = node;
    }

    /** The file {@code golden/<file>.json}. */
    public static GoldenValues of(String file) {
        String resource = "/golden/" + file + ".json";
        try (InputStream in = GoldenValues.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no golden file " + resource + " on the test class path; there are: layers, losses, "
                        + "masks, metrics, optimizers, schedules. Run src/test/resources/golden/make_golden.py to write them.");
            }
            return new GoldenValues(file, new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read golden file " + resource, e);
        }
    }

    /** What stands below {@code path}, with names relative to it. */
    public GoldenValues under(String path) {
        return new GoldenValues(name + "." + path, find(path));
    }

    /** The names of the cases at this level, in the order of the file: what is an object, without the provenance. */
    public List<String> cases() {
        List<String> names = new ArrayList<>();
        node.properties().forEach(e -> {
            if (e.getValue().isObject() && !e.getKey().equals("provenance")) {
                names.add(e.getKey());
            }
        });
        return names;
    }

    public boolean has(String path) {
        JsonNode at = node;
        for (String segment : path.split("\\.")) {
            at = child(at, segment);
        }
        return !at.isMissingNode();
    }

    public double number(String path) {
        JsonNode found = find(path);
        if (!found.isNumber()) {
            throw wrong(path, "a number", found);
        }
        return found.doubleValue();
    }

    public int integer(String path) {
        JsonNode found = find(path);
        if (!found.isInt()) {
            throw wrong(path, "an integer", found);
        }
        return found.intValue();
    }

    public boolean flag(String path) {
        JsonNode found = find(path);
        if (!found.isBoolean()) {
            throw wrong(path, "true or false", found);
        }
        return found.booleanValue();
    }

    public String text(String path) {
        JsonNode found = find(path);
        if (!found.isTextual()) {
            throw wrong(path, "a text", found);
        }
        return found.textValue();
    }

    /** All numbers of a tensor of any rank, row-major. */
    public double[] flat(String path) {
        List<Double> into = new ArrayList<>();
        collect(path, find(path), into);
        return into.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** As {@link #flat}, rounded to float. */
    public float[] floats(String path) {
        double[] wide = flat(path);
        float[] narrow = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
            narrow[i] = (float) wide[i];
        }
        return narrow;
    }

    /** As {@link #flat}, where every number is an integer. */
    public int[] integers(String path) {
        double[] wide = flat(path);
        int[] exact = new int[wide.length];
        for (int i = 0; i < wide.length; i++) {
            exact[i] = (int) wide[i];
            if (exact[i] != wide[i]) {
                throw new IllegalArgumentException(at(path) + " holds " + wide[i] + " at flat index " + i + ", which is no integer");
            }
        }
        return exact;
    }

    /** A list of numbers (rank 1). */
    public double[] vector(String path) {
        requireRank(path, 1);
        return flat(path);
    }

    /** A list of lists of numbers (rank 2), all of one length. */
    public double[][] rows(String path) {
        requireRank(path, 2);
        long[] shape = shape(path);
        double[] flat = flat(path);
        double[][] rows = new double[(int) shape[0]][(int) shape[1]];
        for (int i = 0; i < flat.length; i++) {
            rows[i / rows[0].length][i % rows[0].length] = flat[i];
        }
        return rows;
    }

    /** The shape of a tensor; it is an error if its lists are ragged. */
    public long[] shape(String path) {
        List<Long> sizes = new ArrayList<>();
        for (JsonNode at = find(path); at.isArray(); at = at.path(0)) {
            sizes.add((long) at.size());
        }
        long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
        requireShape(path, find(path), shape, 0);
        return shape;
    }

    private void requireRank(String path, int rank) {
        long[] shape = shape(path);
        if (shape.length != rank) {
            throw new IllegalArgumentException(at(path) + " has rank " + shape.length + ", expected " + rank + ": use flat and shape");
        }
    }

    private void requireShape(String path, JsonNode at, long[] shape, int depth) {
        boolean fits = depth == shape.length ? at.isNumber() : at.isArray() && at.size() == shape[depth];
        if (!fits) {
            throw new IllegalArgumentException(at(path) + " is no tensor: its lists are not all of one length, or hold other things"
                    + " than numbers (at depth " + depth + ")");
        }
        if (depth < shape.length) {
            at.forEach(each -> requireShape(path, each, shape, depth + 1));
        }
    }

    private void collect(String path, JsonNode at, List<Double> into) {
        if (at.isNumber()) {
            into.add(at.doubleValue());
        } else if (at.isArray()) {
            at.forEach(each -> collect(path, each, into));
        } else {
            throw wrong(path, "numbers", at);
        }
    }

    private JsonNode find(String path) {
        JsonNode at = node;
        String walked = name;
        for (String segment : path.split("\\.")) {
            JsonNode next = child(at, segment);
            if (next.isMissingNode()) {
                throw new IllegalArgumentException("no golden value '" + segment + "' in " + walked + nearest(at, segment));
            }
            at = next;
            walked = walked + "." + segment;
        }
        return at;
    }

    private static JsonNode child(JsonNode at, String segment) {
        return at.isArray() && segment.matches("\\d{1,9}") ? at.path(Integer.parseInt(segment)) : at.path(segment);
    }

    private static String nearest(JsonNode at, String segment) {
        if (at.isArray()) {
            return ": it is a list of " + at.size() + ", give an index from 0 to " + (at.size() - 1);
        }
        List<String> there = StreamSupport.stream(((Iterable<String>) at::fieldNames).spliterator(), false).toList();
        if (there.isEmpty()) {
            return ": nothing stands below it";
        }
        String best = there.get(0);
        for (String candidate : there) {
            if (distance(segment, candidate) < distance(segment, best)) {
                best = candidate;
            }
        }
        return "; did you mean '" + best + "'? There are: " + String.join(", ", there);
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private String at(String path) {
        return "golden value " + name + "." + path;
    }

    private IllegalArgumentException wrong(String path, String expected, JsonNode found) {
        return new IllegalArgumentException(at(path) + " is not " + expected + " but " + found.getNodeType());
    }
}

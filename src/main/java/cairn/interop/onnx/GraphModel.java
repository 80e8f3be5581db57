package cairn.interop.onnx;

import cairn.interop.file.FileModel;
import cairn.interop.file.ForeignFileException;
import cairn.interop.onnx.Layouts.Order;
import cairn.interop.onnx.NodeLayers.Step;
import cairn.nn.Layer;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A graph read as a chain of layers, with residual blocks where ways part and are added again. First all nodes are looked at, so that
 * everything that is not known here is named at once; then the ways are followed from the input to the output.
 */
final class GraphModel {
    private static final int MOST_NODES = 20_000;
    private static final int MOST_DEPTH = 64;
    private static final int MOST_NAMED = 30;
    /** Operators of which functions of single numbers, normalizations and residual blocks are made. */
    private static final Set<String> PARTS = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Exp", "Log", "Erf", "Abs", "Neg", "Max",
            "Min", "Sum", "Greater", "Where");

    private final String file;
    private final OnnxGraph graph;
    private final Layouts layouts;
    private final ShapeValues shapes;
    private final NodeLayers layers;
    private final DataPaths paths;
    private final String output;
    private final Map<String, List<NormPattern>> norms = new HashMap<>();
    private final Map<String, String> modules = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private GraphModel(String file, OnnxGraph graph, Layouts layouts, WeightNodes weights) {
        this.file = file;
        this.graph = graph;
        this.layouts = layouts;
        this.shapes = new ShapeValues(graph);
        this.layers = new NodeLayers(graph, layouts, weights, shapes);
        this.output = graph.outputs().get(0).name();
        this.paths = DataPaths.of(graph, graph.inputs().get(0).name(), output);
        for (GraphNode node : paths.nodes()) {
            weights.pattern(node).ifPresent(pattern -> norms.computeIfAbsent(pattern.start(), v -> new ArrayList<>()).add(pattern));
        }
    }

    /** See {@link cairn.interop.file.TensorFile.Description#read()}. */
    static FileModel read(String file, OnnxGraph graph, Layouts layouts, WeightNodes weights) throws ForeignFileException {
        if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
            throw new ForeignFileException(file, "graph", "expected one input and one output, found " + graph.inputs().size() + " and "
                    + graph.outputs().size());
        } else if (graph.nodes().size() > MOST_NODES) {
            throw new ForeignFileException(file, "graph", "has " + graph.nodes().size() + " nodes; expected at most " + MOST_NODES);
        }
        try {
            return new GraphModel(file, graph, layouts, weights).model();
        } catch (RuntimeException | StackOverflowError e) {
            throw ForeignFileException.because(file, "graph", e);
        }
    }

    private FileModel model() throws ForeignFileException {
        OnnxGraph.GraphValue input = graph.inputs().get(0);
        long[] sizes = input.sizes();
        if (sizes.length < 2 || LongStream.of(sizes).skip(1).anyMatch(s -> s < 1 || s > Integer.MAX_VALUE)) {
            throw problem("input " + input.name(), "expected a batch and then sizes that are numbers, found "
                    + Arrays.toString(sizes) + " (-1 is open)");
        }
        requireKnown();
        long[] there = Arrays.copyOfRange(sizes, 1, sizes.length);
        boolean isFirst = layouts.of(input.name()) == Order.CHANNELS_FIRST;
        long[] row = isFirst ? Place.channelsLast(there) : there;
        if (isFirst) {
            notes.add("images are channels first there, and channels last here: a row is " + Arrays.toString(row));
        }
        List<Layer> all = new ArrayList<>();
        Place end = chain(new Place(input.name(), row, false, false), output, Optional.empty(), "", 0, all);
        if (!problems.isEmpty()) {
            throw all();
        } else if (end.isMixed()) {
            throw problem("output " + output, "is a flattened image with its numbers channels first; here they would stand otherwise");
        } else if (end.isPooled()) {
            all.add(Reshape.of(1, 1, Math.toIntExact(end.row()[0])));
        }
        if (layouts.of(output) == Order.CHANNELS_FIRST && end.row().length > 1) {
            notes.add("outputs are channels first there, and channels last here");
        }
        return new FileModel(row, List.copyOf(all), modules, List.copyOf(notes));
    }

    /** An exception that names this problem and all that were found before. */
    private ForeignFileException problem(String where, String problem) {
        problems.add(where + ": " + problem);
        return all();
    }

    private ForeignFileException all() {
        return new ForeignFileException(file, "graph", named(problems, "; "));
    }

    private static String named(List<String> parts, String between) {
        return String.join(between, parts.subList(0, Math.min(MOST_NAMED, parts.size())))
                + (parts.size() > MOST_NAMED ? between + (parts.size() - MOST_NAMED) + " more" : "");
    }

    /** All that is no operator of any layer here, at once. */
    private void requireKnown() throws ForeignFileException {
        List<String> unknown = paths.nodes().stream().filter(n -> !NodeLayers.DIRECT.contains(n.op()) && !PARTS.contains(n.op()))
                .map(GraphNode::describe).toList();
        if (!unknown.isEmpty()) {
            throw new ForeignFileException(file, "graph", "not known here: " + named(unknown, ", "),
                    unknown.stream().anyMatch(n -> n.endsWith("(LogSoftmax)"))
                            ? "Leave the LogSoftmax out of the model that is saved: the loss computes it here." : "");
        } else if (paths.nodes().stream().noneMatch(n -> n.outputs().contains(output)) && !graph.inputs().get(0).name().equals(output)) {
            throw problem("output " + output, "is not computed from the input by nodes that stand in the order in which they compute");
        }
    }

    /**
     * Adds the layers that lead from a place to the value {@code end}.
     *
     * @param inside the nodes of this way, by what they compute; all if empty
     * @param prefix of the names of the layers
     */
    private Place chain(Place start, String end, Optional<Set<String>> inside, String prefix, int depth, List<Layer> into)
            throws ForeignFileException {
        if (depth > MOST_DEPTH) {
            throw problem("value " + start.value(), "blocks lie in each other more than " + MOST_DEPTH + " deep");
        }
        Place place = start;
        while (!place.value().equals(end)) {
            String value = place.value();
            shapes.put(value, place.sizes(layouts.of(value)));
            List<GraphNode> users = paths.users(value).stream().filter(n -> inside.isEmpty() || inside.get().contains(n.output())).toList();
            if (users.isEmpty()) {
                throw problem("value " + value, "leads nowhere");
            }
            try {
                Optional<Step> step = step(place, users, inside);
                if (step.isPresent()) {
                    place = add(step.get(), prefix, into);
                } else {
                    place = residual(place, users, prefix, depth, into);
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                place = beyond(place, users, e.getMessage());
            }
        }
        return place;
    }

    /** Notes what a node does otherwise than any layer here, and goes on after it where the shape is known, to find what else there is. */
    private Place beyond(Place place, List<GraphNode> users, String problem) throws ForeignFileException {
        GraphNode node = users.get(0);
        ForeignFileException soFar = problem(node.describe(), problem);
        Optional<Place> next = users.size() == 1 ? layers.beyond(node, place) : Optional.empty();
        if (next.isEmpty() || problems.size() > MOST_NAMED) {
            throw soFar;
        }
        return next.get();
    }

    private Place add(Step step, String prefix, List<Layer> into) {
        into.addAll(step.layers());
        step.module().ifPresent(module -> modules.put(prefix + (into.size() - 1) + "." + into.get(into.size() - 1).kind(), module.name()));
        return step.after();
    }

    /** What is no residual block. */
    private Optional<Step> step(Place place, List<GraphNode> users, Optional<Set<String>> inside) {
        GraphNode first = users.get(0);
        Optional<NormPattern> norm = norms.getOrDefault(place.value(), List.of()).stream().filter(p -> isAll(p, users)).findFirst();
        if (norm.isPresent()) {
            return Optional.of(layers.norm(norm.get(), place));
        } else if (users.size() == 1 && NodeLayers.DIRECT.contains(first.op())) {
            return Optional.of(layers.step(first, place));
        }
        return KnownFunctions.step(graph, paths, place, users, inside).or(() -> scaling(place, users));
    }

    /** Whether a normalization is all that these nodes lead to. */
    private boolean isAll(NormPattern norm, List<GraphNode> users) {
        return users.stream().allMatch(n -> norm.inside().contains(n.output()))
                && norm.inside().stream().flatMap(v -> paths.users(v).stream())
                        .allMatch(n -> n == norm.end() || norm.inside().contains(n.output()));
    }

    /**
     * Numbers are scaled before the first layer, or, in a file of Cairn's, after the last one. That is no layer here: the data is scaled.
     * In another program's file a last sum may as well be a bias, so it is refused.
     */
    private Optional<Step> scaling(Place place, List<GraphNode> users) {
        GraphNode node = users.get(0);
        boolean isScaling = users.size() == 1 && Set.of("Add", "Sub", "Mul", "Div").contains(node.op()) && paths.isConstant(node.input(1));
        boolean isFirst = place.value().equals(graph.inputs().get(0).name()) || notes.contains(scaled("inputs", place.value()));
        if (!isScaling || !isFirst && !(graph.producer().equals(OnnxWriter.PRODUCER) && leadsOut(node))) {
            return Optional.empty();
        }
        notes.add(scaled(isFirst ? "inputs" : "outputs", node.output()));
        return Optional.of(Step.nothing(place.at(node.output())));
    }

    private static String scaled(String what, String value) {
        return "the file scales its " + what + " up to " + value + "; here the data has to be scaled so";
    }

    /** Whether only scalings come after a node. */
    private boolean leadsOut(GraphNode node) {
        GraphNode at = node;
        Set<String> seen = new HashSet<>();
        while (!at.output().equals(output) && seen.add(at.output())) {
            List<GraphNode> users = paths.users(at.output());
            if (users.size() != 1 || !Set.of("Add", "Sub", "Mul", "Div").contains(users.get(0).op())
                    || !paths.isConstant(users.get(0).input(1))) {
                return false;
            }
            at = users.get(0);
        }
        return true;
    }

    private Place residual(Place start, List<GraphNode> users, String prefix, int depth, List<Layer> into) throws ForeignFileException {
        GraphNode sum = paths.join(users).orElseThrow(() -> new IllegalArgumentException("ways part here and do not join again"));
        List<String> terms = paths.dataInputs(sum);
        boolean isSum = (sum.op().equals("Add") || sum.op().equals("Sum")) && terms.size() == 2 && sum.inputs().size() == 2;
        if (!isSum) {
            throw problem(users.get(0).describe(), "no layer here computes what is computed from value " + start.value() + " to "
                    + sum.describe());
        }
        boolean isSwapped = terms.get(0).equals(start.value());
        String block = prefix + into.size() + ".residual/";
        List<Layer> body = new ArrayList<>();
        List<Layer> projection = new ArrayList<>();
        String one = terms.get(isSwapped ? 1 : 0);
        String other = terms.get(isSwapped ? 0 : 1);
        Place through = chain(start, one, Optional.of(paths.between(start.value(), one)), block + "body/", depth + 1, body);
        Place beside = chain(start, other, Optional.of(paths.between(start.value(), other)), block + "projection/", depth + 1, projection);
        boolean isAlike = Arrays.equals(through.row(), beside.row()) && through.isMixed() == beside.isMixed()
                && through.isPooled() == beside.isPooled() && (through.row().length == 1 || layouts.of(one) == layouts.of(other));
        NodeLayers.require(isAlike, sum.describe() + " adds values of different shapes or orders");
        if (body.isEmpty()) {
            // A block has a body; this one hands its input on.
            body.add(new Dropout(0));
        }
        into.add(new Residual(body, projection));
        return through.at(sum.output());
    }
}

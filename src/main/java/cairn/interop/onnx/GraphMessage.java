package cairn.interop.onnx;

import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.onnx.OnnxGraph.GraphValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From the bytes of a {@code ModelProto} to a graph and what the file says beside it. Graphs within nodes are not read. */
final class GraphMessage {
    /** Nodes, names, attributes and tensors together. */
    private static final int MOST_PARTS = 1_000_000;

    private final String file;
    private final List<GraphNode> nodes = new ArrayList<>();
    private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
    private final List<GraphValue> inputs = new ArrayList<>();
    private final List<GraphValue> outputs = new ArrayList<>();
    private final Set<String> values = new HashSet<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private String producer = "";
    private String version = "";
    private long operatorSet;
    private long parts;
    private int graphs;

    private GraphMessage(String file) {
        this.file = file;
    }

    /** What a file holds. */
    record Contents(OnnxGraph graph, String program, Map<String, String> facts, List<String> notes) {
    }

    static Contents read(FileBytes bytes) throws IOException {
        GraphMessage message = new GraphMessage(bytes.name());
        message.model(Fields.of(bytes, "ONNX model"));
        if (message.graphs != 1) {
            throw new ForeignFileException(bytes.name(), "", "expected an ONNX model with one graph, found " + message.graphs + " graphs");
        }
        return message.contents();
    }

    private Contents contents() {
        // An old file lists tensors among its inputs.
        List<GraphValue> given = inputs.stream().filter(v -> !tensors.containsKey(v.name())).toList();
        OnnxGraph graph = new OnnxGraph(List.copyOf(nodes), tensors, given, List.copyOf(outputs), producer, operatorSet);
        return new Contents(graph, (producer + " " + version).strip(), facts, notes);
    }

    private void model(Fields f) throws IOException {
        while (f.next()) {
            switch (f.field()) {
                case 1 -> facts.put("ir_version", Long.toString(f.integer()));
                case 2 -> producer = f.text();
                case 3 -> version = f.text();
                case 4 -> facts.put("domain", f.text());
                case 5 -> facts.put("model_version", Long.toString(f.integer()));
                case 6 -> facts.put("doc_string", f.text());
                case 7 -> {
                    graphs++;
                    graph(f.message("graph"));
                }
                case 8 -> operators(f.message("opset_import"));
                case 14 -> fact(f.message("metadata_props"));
                case 25 -> note("functions that the model defines are not read");
                default -> { }
            }
        }
    }

    private void operators(Fields f) throws IOException {
        String domain = "";
        long number = 0;
        while (f.next()) {
            if (f.field() == 1) {
                domain = f.text();
            } else if (f.field() == 2) {
                number = f.integer();
            }
        }
        if (GraphNode.isOwn(domain)) {
            operatorSet = number;
        }
        count();
        facts.put("opset" + (domain.isEmpty() ? "" : " " + domain), Long.toString(number));
    }

    private void fact(Fields f) throws IOException {
        String key = "";
        String value = "";
        while (f.next()) {
            if (f.field() == 1) {
                key = f.text();
            } else if (f.field() == 2) {
                value = f.text();
            }
        }
        count();
        facts.put(key, value);
    }

    private void graph(Fields f) throws IOException {
        while (f.next()) {
            switch (f.field()) {
                case 1 -> node(f.message("node " + nodes.size()));
                case 2 -> facts.put("graph", f.text());
                case 5 -> tensor(f, "");
                case 11 -> inputs.add(value(f.message("input")));
                case 12 -> outputs.add(value(f.message("output")));
                case 15 -> note("sparse tensors are left out");
                default -> { }
            }
        }
    }

    /** Adds the tensor in this field, under {@code otherwise} if it has no name. */
    private void tensor(Fields f, String otherwise) throws IOException {
        count();
        TensorMessage.Named read = TensorMessage.read(file, f.message("tensor"), f.message("tensor"));
        String name = otherwise.isEmpty() ? read.name() : otherwise;
        define(name);
        if (read.tensor().isEmpty()) {
            note("the tensor " + name + " is left out: its numbers are of " + read.type() + ", which is not known here");
            return;
        }
        tensors.put(name, read.tensor().get());
        String dtype = read.type();
        if (dtype.endsWith("float16")) {
            note("numbers of " + dtype + " are read as float32");
        }
    }

    private void note(String note) {
        if (!notes.contains(note) && notes.size() < 100) {
            notes.add(note);
        }
    }

    /** A value has one definition. */
    private void define(String name) throws IOException {
        if (!values.add(name)) {
            throw new ForeignFileException(file, "graph", "two tensors or nodes give the value " + name);
        }
    }

    private void count() throws IOException {
        if (++parts > MOST_PARTS) {
            throw new ForeignFileException(file, "graph", "has more than " + MOST_PARTS + " nodes, names, attributes and tensors");
        }
    }

    private void node(Fields f) throws IOException {
        int before = nodes.size();
        GraphNode node = GraphNode.read(file, f, "node " + before, this::count);
        Optional<FileTensor> constant = node.op().equals("Constant") ? node.constant() : Optional.empty();
        for (String value : node.outputs()) {
            if (!value.isEmpty()) {
                define(value);
            }
        }
        if (constant.isPresent() && !node.outputs().isEmpty()) {
            tensors.put(node.output(), constant.get());
        } else if (!node.outputs().isEmpty() && !node.output().isEmpty()) {
            nodes.add(node);
        }
    }

    private GraphValue value(Fields f) throws IOException {
        count();
        String name = "";
        int type = 0;
        List<Long> sizes = new ArrayList<>();
        while (f.next()) {
            if (f.field() == 1) {
                name = f.text();
            } else if (f.field() == 2) {
                for (Fields kinds = f.message("type of " + name); kinds.next();) {
                    if (kinds.field() == 1) {
                        type = tensorType(kinds.message("tensor type"), sizes);
                    }
                }
            }
        }
        return new GraphValue(name, type, sizes.stream().mapToLong(Long::longValue).toArray());
    }

    private int tensorType(Fields f, List<Long> sizes) throws IOException {
        int type = 0;
        while (f.next()) {
            if (f.field() == 1) {
                type = (int) Math.max(-1, Math.min(f.integer(), Short.MAX_VALUE));
            } else if (f.field() == 2) {
                for (Fields shape = f.message("shape"); shape.next();) {
                    if (shape.field() == 1) {
                        count();
                        sizes.add(size(shape.message("dimension")));
                    }
                }
            }
        }
        return type;
    }

    private static long size(Fields f) throws IOException {
        long size = -1;
        while (f.next()) {
            if (f.field() == 1) {
                size = f.integer();
            }
        }
        return size;
    }
}

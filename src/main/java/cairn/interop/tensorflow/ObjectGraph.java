package cairn.interop.tensorflow;

import cairn.interop.file.ForeignFileException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The objects that were saved, each with its children by name, from the root on ({@code TrackableObjectGraph} of
 * tensorflow/core/protobuf/trackable_object_graph.proto). The key of a variable is one of the paths that lead to it, whichever
 * TensorFlow found first; the graph tells the others, such as the one through its layer.
 */
final class ObjectGraph {
    static final String KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";
    private static final int MOST_NODES = 200_000;
    private static final int LONGEST_PATH = 500;

    /**
     * An object.
     *
     * @param children numbers of objects, by the names that this one has for them
     * @param key of its value, if it is a variable
     * @param slots what an optimizer keeps for variables
     */
    record Node(Map<String, Integer> children, Optional<String> key, List<Slot> slots) {
    }

    /** A vector that an optimizer keeps for a variable: numbers of objects, and what the optimizer calls it. */
    record Slot(int variable, String name, int vector) {
    }

    private final String file;
    private final List<Node> nodes = new ArrayList<>();

    private ObjectGraph(String file) {
        this.file = file;
    }

    static ObjectGraph read(String file, ByteBuffer bytes) throws ForeignFileException {
        ObjectGraph graph = new ObjectGraph(file);
        Message m = new Message(file, KEY, bytes);
        for (int field = m.next(); field != 0; field = m.next()) {
            if (field == 1) {
                graph.nodes.add(graph.node(m.message()));
            }
            if (graph.nodes.size() > MOST_NODES) {
                throw new ForeignFileException(file, KEY, "has more than " + MOST_NODES + " objects");
            }
        }
        for (Node node : graph.nodes) {
            for (int child : node.children.values()) {
                graph.require(child);
            }
            for (Slot slot : node.slots) {
                graph.require(slot.variable);
                graph.require(slot.vector);
            }
        }
        return graph;
    }

    private void require(int number) throws ForeignFileException {
        if (number < 0 || number >= nodes.size()) {
            throw new ForeignFileException(file, KEY, "it names object " + number + " of " + nodes.size());
        }
    }

    private Node node(Message m) throws ForeignFileException {
        Map<String, Integer> children = new LinkedHashMap<>();
        Optional<String> key = Optional.empty();
        List<Slot> slots = new ArrayList<>();
        for (int field = m.next(); field != 0; field = m.next()) {
            if (field == 1) {
                Message child = m.message();
                int number = 0;
                String name = "";
                for (int f = child.next(); f != 0; f = child.next()) {
                    number = f == 1 ? whole(child.number()) : number;
                    name = f == 2 ? child.text() : name;
                }
                children.put(name, number);
            } else if (field == 2) {
                Message attribute = m.message();
                for (int f = attribute.next(); f != 0; f = attribute.next()) {
                    key = f == 3 ? Optional.of(attribute.text()) : key;
                }
            } else if (field == 3) {
                slots.add(slot(m.message()));
            }
        }
        return new Node(children, key, slots);
    }

    private static Slot slot(Message m) throws ForeignFileException {
        int variable = 0;
        String name = "";
        int vector = 0;
        for (int f = m.next(); f != 0; f = m.next()) {
            variable = f == 1 ? whole(m.number()) : variable;
            name = f == 2 ? m.text() : name;
            vector = f == 3 ? whole(m.number()) : vector;
        }
        return new Slot(variable, name, vector);
    }

    /** A number that is too large for an int becomes one that no object has. */
    private static int whole(long number) {
        return number == (int) number ? (int) number : -1;
    }

    List<Node> nodes() {
        return nodes;
    }

    /**
     * The shortest path from the root to each object that is reached without an optimizer. They are in the order in which the program
     * defined them: each object before its children, and these in their order. No object is looked at twice, so a circle of objects ends.
     */
    Map<Integer, String> paths() {
        Map<Integer, String> shortest = new HashMap<>();
        Map<Integer, List<Integer>> below = new HashMap<>();
        Deque<Integer> open = new ArrayDeque<>();
        if (!nodes.isEmpty()) {
            shortest.put(0, "");
            open.add(0);
        }
        while (!open.isEmpty()) {
            int number = open.remove();
            String path = shortest.get(number);
            nodes.get(number).children.forEach((name, child) -> {
                String longer = path.isEmpty() ? name : path + "/" + name;
                if (longer.length() <= LONGEST_PATH && !isOptimizer(nodes.get(child)) && shortest.putIfAbsent(child, longer) == null) {
                    below.computeIfAbsent(number, n -> new ArrayList<>()).add(child);
                    open.add(child);
                }
            });
        }
        Map<Integer, String> inOrder = new LinkedHashMap<>();
        if (!nodes.isEmpty()) {
            open.add(0);
        }
        while (!open.isEmpty()) {
            int number = open.removeLast();
            inOrder.put(number, shortest.get(number));
            List<Integer> children = below.getOrDefault(number, List.of());
            for (int i = children.size() - 1; i >= 0; i--) {
                open.addLast(children.get(i));
            }
        }
        return inOrder;
    }

    /** Optimizers of TensorFlow and Keras keep vectors of variables, or a number of updates. */
    static boolean isOptimizer(Node node) {
        return !node.slots.isEmpty() || node.children.containsKey("_iterations") || node.children.containsKey("iter")
                || node.children.containsKey("_momentums");
    }
}

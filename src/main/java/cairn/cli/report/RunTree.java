package cairn.cli.report;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.Ranking;
import cairn.cli.args.StoredRun;
import cairn.run.Lineage;
import cairn.run.Run;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The runs of a folder, each below its parent. */
public final class RunTree {

    /**
     * A run, read from its small files and the headers of its checkpoints.
     *
     * @param parent the run and step it comes from, if it comes from another run
     * @param newest its newest checkpoint, if it has one
     * @param best its best checkpoint by {@code metric}, if the metric was measured
     * @param unreadable checkpoint files that cannot be read
     */
    public record Node(StoredRun run, Optional<Lineage> parent, int checkpoints, Optional<CheckpointInfo> newest,
            Optional<CheckpointInfo> best,
            String metric, List<CheckpointException> unreadable) {

        public static Node of(StoredRun run) throws IOException {
            Ranking ranking = run.summary().evaluate().ranking();
            try (DirectoryStore store = run.store()) {
                CheckpointStore.Listing listing = store.listing();
                List<CheckpointInfo> all = listing.checkpoints();
                Optional<CheckpointInfo> newest = all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
                return new Node(run, Run.parent(run.folder()), all.size(), newest, ranking.best(all), ranking.metric(),
                        listing.unreadable());
            }
        }

        private Path place() {
            return run.folder().toAbsolutePath().normalize();
        }

        /** Empty also if no file system can have this path. */
        private Optional<Path> parentPlace() {
            try {
                return parent.map(p -> place().resolve(p.path()).normalize());
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }
    }

    /** A node and its place: for each ancestor below the root, and for the node, whether it is the last child. */
    public record Line(Node node, List<Boolean> lasts) {
    }

    private final List<Node> nodes;

    public RunTree(List<Node> nodes) {
        this.nodes = nodes;
    }

    /** Every run. Parents come before children, and children are ordered by the step at which they start. */
    public List<Line> lines() {
        Map<Path, List<Node>> children = new LinkedHashMap<>();
        Set<Path> here = new LinkedHashSet<>();
        nodes.forEach(n -> here.add(n.place()));
        List<Node> roots = new ArrayList<>();
        for (Node n : nodes) {
            Optional<Path> parent = n.parentPlace().filter(here::contains);
            parent.ifPresentOrElse(p -> children.computeIfAbsent(p, k -> new ArrayList<>()).add(n), () -> roots.add(n));
        }
        children.values().forEach(c -> c.sort(Comparator.comparingLong((Node n) -> n.parent().orElseThrow().step())
                .thenComparing(n -> n.run().name())));
        List<Line> lines = new ArrayList<>();
        Set<Path> seen = new LinkedHashSet<>();
        roots.forEach(n -> add(n, children, lines, seen));
        // The rest are runs that descend from themselves, which only edited files can say.
        nodes.forEach(n -> add(n, children, lines, seen));
        return lines;
    }

    /** Adds a node and everything below it. A loop, because there may be more generations than calls fit on the stack. */
    private static void add(Node root, Map<Path, List<Node>> children, List<Line> lines, Set<Path> seen) {
        Deque<Line> open = new ArrayDeque<>(List.of(new Line(root, List.of())));
        while (!open.isEmpty()) {
            Line line = open.pop();
            if (!seen.add(line.node().place())) {
                continue;
            }
            lines.add(line);
            List<Node> below = children.getOrDefault(line.node().place(), List.of());
            for (int i = below.size() - 1; i >= 0; i--) {
                List<Boolean> deeper = new ArrayList<>(line.lasts());
                deeper.add(i == below.size() - 1);
                open.push(new Line(below.get(i), deeper));
            }
        }
    }

    /** The lines of the tree in front of a name. */
    public static String branches(List<Boolean> lasts, boolean isPlain) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lasts.size(); i++) {
            boolean last = lasts.get(i);
            if (i < lasts.size() - 1) {
                text.append(last ? "    " : isPlain ? "|   " : "\u2502   ");
            } else if (isPlain) {
                text.append(last ? "`-- " : "|-- ");
            } else {
                text.append(last ? "\u2514\u2500\u2500 " : "\u251c\u2500\u2500 ");
            }
        }
        return text.toString();
    }
}

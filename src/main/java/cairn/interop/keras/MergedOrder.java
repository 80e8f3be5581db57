package cairn.interop.keras;

import cairn.interop.file.FileModule;
import cairn.interop.file.FileTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The order of layers of different kinds, if an optimizer's vectors tell it: within a kind the order is known, and the vectors stand in the
 * order of all layers. So the shapes of the vectors are one sequence into which the sequences of the kinds are merged.
 */
final class MergedOrder {
    private static final int MOST_TRIES = 100_000;

    private final List<List<FileModule>> kinds;
    private final Map<String, FileTensor> tensors;
    private final List<long[]> shapes;
    private final List<FileModule> found = new ArrayList<>();
    private int solutions;
    private int tries;

    private MergedOrder(List<List<FileModule>> kinds, Map<String, FileTensor> tensors, List<long[]> shapes) {
        this.kinds = kinds;
        this.tensors = tensors;
        this.shapes = shapes;
    }

    /** The modules in the only order that fits; empty if several do, or none. */
    static List<FileModule> of(List<FileModule> modules, Map<String, FileTensor> tensors, List<FileTensor> optimizer) {
        int count = modules.stream().mapToInt(m -> trained(m).size()).sum();
        List<long[]> shapes = shapes(optimizer, count);
        Map<String, List<FileModule>> kinds = new LinkedHashMap<>();
        for (FileModule module : modules) {
            kinds.computeIfAbsent(module.name().replaceAll("_\\d+$", ""), key -> new ArrayList<>()).add(module);
        }
        if (optimizer.isEmpty() || count == 0) {
            return List.of();
        } else if (shapes.isEmpty()) {
            return kinds.size() == 1 ? modules : List.of();
        }
        MergedOrder order = new MergedOrder(List.copyOf(kinds.values()), tensors, shapes);
        order.merge(new int[kinds.size()], 0, new ArrayList<>());
        return order.solutions == 1 && order.tries < MOST_TRIES ? order.found : List.of();
    }

    static List<String> trained(FileModule module) {
        return module.tensors().entrySet().stream().filter(t -> !t.getKey().startsWith("running-")).map(Map.Entry::getValue).toList();
    }

    /** The shapes of the trained tensors as the optimizer's variables have them; empty if they are not so many. */
    private static List<long[]> shapes(List<FileTensor> optimizer, int count) {
        int from = optimizer.size() > 1 && optimizer.get(1).shape().length == 0 ? 2 : 1;
        List<long[]> all = optimizer.stream().skip(from).map(FileTensor::shape).toList();
        if (all.size() < count) {
            return List.of();
        }
        boolean arePairs = all.size() >= 2 * count;
        for (int i = 0; arePairs && i < count; i++) {
            arePairs = Arrays.equals(all.get(2 * i), all.get(2 * i + 1));
        }
        List<long[]> shapes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            shapes.add(all.get(arePairs ? 2 * i : i));
        }
        return shapes;
    }

    private void merge(int[] taken, int at, List<FileModule> order) {
        if (++tries > MOST_TRIES || solutions > 1) {
            return;
        } else if (at == shapes.size() && Arrays.stream(taken).sum() == kinds.stream().mapToInt(List::size).sum()) {
            solutions++;
            found.clear();
            found.addAll(order);
            return;
        }
        for (int i = 0; i < kinds.size(); i++) {
            if (taken[i] < kinds.get(i).size() && fits(kinds.get(i).get(taken[i]), at)) {
                FileModule next = kinds.get(i).get(taken[i]++);
                order.add(next);
                merge(taken, at + trained(next).size(), order);
                order.remove(order.size() - 1);
                taken[i]--;
            }
        }
    }

    private boolean fits(FileModule module, int at) {
        List<String> own = trained(module);
        for (int i = 0; i < own.size(); i++) {
            if (at + i >= shapes.size() || !Arrays.equals(shapes.get(at + i), tensors.get(own.get(i)).shape())) {
                return false;
            }
        }
        return true;
    }
}

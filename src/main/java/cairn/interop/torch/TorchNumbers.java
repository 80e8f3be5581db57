package cairn.interop.torch;

import cairn.interop.file.FileTensor;
import cairn.interop.torch.Pickled.Dict;
import cairn.interop.torch.Pickled.Items;
import cairn.interop.torch.Pickled.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors of the model the numbers in the state dict of an optimizer are.
 *
 * <p>Only newer files say names, and only if the optimizer was given them. So the tensors are numbered here as {@code model.parameters()}
 * does: in the order of the model, without buffers. If it trains fewer tensors than the model has, they are those whose shapes fit in this
 * order, if only one choice of them does. What does not fit in count and shapes is not taken.
 */
final class TorchNumbers {
    private static final List<String> BUFFERS = List.of("running_mean", "running_var", "num_batches_tracked");

    private final List<Dict> groups;
    private final Map<Long, Dict> states;
    private final Map<String, View> views;
    private final Map<String, FileTensor> tensors;

    /**
     * @param states what is kept, by the numbers
     * @param views the model's tensors as they stand in the file
     * @param tensors the same tensors in the same order, by the names that they have here
     */
    TorchNumbers(List<Dict> groups, Map<Long, Dict> states, Map<String, View> views, Map<String, FileTensor> tensors) {
        this.groups = groups;
        this.states = states;
        this.views = views;
        this.tensors = tensors;
    }

    /**
     * The names of the tensors by their numbers.
     *
     * @param more to which is added how they are known
     * @throws IllegalArgumentException if they are not known
     */
    Map<Long, String> names(List<String> more) {
        Map<String, String> own = new LinkedHashMap<>();
        List<String> bare = List.copyOf(tensors.keySet());
        for (String name : views.keySet()) {
            own.put(name, bare.get(own.size()));
        }
        List<List<Long>> numbers = new ArrayList<>();
        int count = 0;
        Map<Long, String> names = new LinkedHashMap<>();
        for (Dict group : groups) {
            List<Long> ofGroup = ((Items) group.entries.get("params")).items.stream().map(n -> (Long) n).toList();
            numbers.add(ofGroup);
            count += ofGroup.size();
            if (group.entries.get("param_names") instanceof Items given) {
                for (int i = 0; i < ofGroup.size(); i++) {
                    String name = (String) given.items.get(i);
                    names.put(ofGroup.get(i), own.getOrDefault(name, name));
                }
            }
        }
        if (names.size() != count) {
            List<String> trained = trained(count);
            names = trained.size() == count ? numbered(numbers, trained) : chosen(numbers, trained, count, more);
            List<String> shapes = names.values().stream().map(name -> Arrays.toString(tensors.get(name).shape())).toList();
            if (!states.isEmpty() && Set.copyOf(shapes).size() < shapes.size()) {
                more.add("the file numbers the tensors of the optimizer; they are taken in the order of the model");
            }
        }
        names.forEach(this::requireShape);
        return names;
    }

    /** The names of the tensors that an optimizer of {@code count} tensors has; if there are more, those that could be trained. */
    private List<String> trained(int count) {
        List<String> trained = new ArrayList<>();
        List<String> untied = new ArrayList<>();
        List<View> seen = new ArrayList<>();
        List<String> bare = List.copyOf(tensors.keySet());
        int i = 0;
        for (View view : views.values()) {
            String name = bare.get(i++);
            if (tensors.get(name).dtype().label().contains("float") && !BUFFERS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                trained.add(name);
                if (seen.size() < 10_000 && seen.stream().noneMatch(other -> Storages.areSame(other, view))) {
                    untied.add(name);
                    seen.add(view);
                }
            }
        }
        List<String> fitting = trained.size() == count ? trained : untied;
        if (fitting.size() < count) {
            throw new IllegalArgumentException(counts(count, trained.size()) + "; which belong together is not said");
        }
        return fitting;
    }

    private static String counts(int count, int ofModel) {
        return "it trains " + count + " tensors, and the model has " + ofModel + " that could be trained";
    }

    /** Fewer tensors than the model has: in each group the only ones whose shapes fit in the order of the model. */
    private Map<Long, String> chosen(List<List<Long>> groupNumbers, List<String> trained, int count, List<String> more) {
        if (groupNumbers.size() > 1) {
            groupsByShape(groupNumbers);
        }
        Map<Long, String> names = new LinkedHashMap<>();
        for (List<Long> numbers : groupNumbers) {
            List<String> first = earliest(numbers, trained);
            List<String> last = reversed(earliest(reversed(numbers), reversed(trained)));
            if (first.size() < numbers.size()) {
                throw new IllegalArgumentException(counts(count, trained.size()) + "; no choice of them has these shapes in this order");
            } else if (!first.equals(last)) {
                // Every other choice lies between these two.
                throw new IllegalArgumentException(counts(count, trained.size())
                        + "; more than one choice of them has these shapes, and which belong together is not said");
            }
            for (int i = 0; i < numbers.size(); i++) {
                names.put(numbers.get(i), first.get(i));
            }
        }
        more.add("it trains " + count + " of the model's " + trained.size() + " tensors; they are known by their shapes, which no other "
                + "choice of " + count + " has in this order");
        return names;
    }

    /** For each number the next name whose shape it can have; fewer names if there are not enough. */
    private List<String> earliest(List<Long> numbers, List<String> names) {
        List<String> found = new ArrayList<>();
        for (String name : names) {
            if (found.size() < numbers.size()) {
                Dict state = states.get(numbers.get(found.size()));
                String shape = state == null ? "" : shape(state);
                if (shape.isEmpty() || shape.equals(Arrays.toString(tensors.get(name).shape()))) {
                    found.add(name);
                }
            }
        }
        return found;
    }

    private static <T> List<T> reversed(List<T> list) {
        List<T> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    /**
     * Of several groups each has tensors in the order of the model. Which group a tensor is in is told by its shape, if the groups have no
     * shape in common.
     */
    private Map<Long, String> numbered(List<List<Long>> groupNumbers, List<String> trained) {
        Map<Long, String> names = new LinkedHashMap<>();
        if (groupNumbers.size() == 1) {
            for (int i = 0; i < trained.size(); i++) {
                names.put(groupNumbers.get(0).get(i), trained.get(i));
            }
            return names;
        }
        Map<String, Integer> groupOf = groupsByShape(groupNumbers);
        int[] next = new int[groupNumbers.size()];
        for (String name : trained) {
            Integer group = groupOf.get(Arrays.toString(tensors.get(name).shape()));
            if (group == null || next[group] == groupNumbers.get(group).size()) {
                throw new IllegalArgumentException("its shapes are not those of the model");
            }
            names.put(groupNumbers.get(group).get(next[group]++), name);
        }
        return names;
    }

    /** The group of each shape. */
    private Map<String, Integer> groupsByShape(List<List<Long>> groupNumbers) {
        Map<String, Integer> groupOf = new LinkedHashMap<>();
        for (int g = 0; g < groupNumbers.size(); g++) {
            for (long number : groupNumbers.get(g)) {
                String shape = states.containsKey(number) ? shape(states.get(number)) : "";
                Integer other = groupOf.put(shape, g);
                if (shape.isEmpty() || other != null && other != g) {
                    throw new IllegalArgumentException("it has " + groupNumbers.size()
                            + " groups of tensors without names, and the shapes do not tell which tensor is in which "
                            + "group; give the optimizer model.named_parameters()");
                }
            }
        }
        return groupOf;
    }

    /** The shape of the vectors of a tensor; empty if it has none. */
    private static String shape(Dict state) {
        for (Object value : state.entries.values()) {
            if (value instanceof View view && view.shape().length > 0) {
                return Arrays.toString(view.shape());
            }
        }
        return "";
    }

    private void requireShape(long number, String name) {
        FileTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("it trains " + name + ", which the model does not have");
        }
        String shape = states.containsKey(number) ? shape(states.get(number)) : "";
        if (!shape.isEmpty() && !shape.equals(Arrays.toString(tensor.shape()))) {
            throw new IllegalArgumentException("its tensor " + number + " has the shape " + shape + ", and " + name + " of the model has "
                    + Arrays.toString(tensor.shape()));
        }
    }
}

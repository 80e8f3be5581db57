package cairn.interop.torch;

import cairn.interop.file.FileMoments;
import cairn.interop.file.FileTensor;
import cairn.interop.torch.Pickled.Dict;
import cairn.interop.torch.Pickled.Items;
import cairn.interop.torch.Pickled.View;
import cairn.state.StateMemory;
import cairn.state.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the state dict of an optimizer: {@code param_groups}, a list of dicts with settings and the numbers of tensors in {@code params},
 * and {@code state}, by these numbers, a dict of vectors and a count {@code step} ({@code torch/optim/optimizer.py}).
 *
 * <p>Only newer files say names, and only if the optimizer was given them. So the tensors are numbered here as {@code model.parameters()}
 * does: in the order of the model, without buffers. If it trains fewer tensors than the model has, they are those whose shapes fit in this
 * order, if only one choice of them does. What does not fit in count and shapes is not taken.
 */
final class TorchMoments {
    private static final List<String> BUFFERS = List.of("running_mean", "running_var", "num_batches_tracked");
    /** Above this a count in float32 leaves out numbers. */
    private static final double EXACT_COUNT = 1 << 24;

    private final Dict optimizer;
    private final Map<String, View> views;
    private final Map<String, FileTensor> tensors;
    private final Storages storages;
    private final List<String> notes;
    private final List<Dict> groups = new ArrayList<>();
    private final Map<Long, Dict> states = new LinkedHashMap<>();

    /**
     * @param views the model's tensors as they stand in the file
     * @param tensors the same tensors in the same order, by the names that they have here
     * @param notes to which is added why nothing is taken
     */
    TorchMoments(Dict optimizer, Map<String, View> views, Map<String, FileTensor> tensors, Storages storages, List<String> notes) {
        this.optimizer = optimizer;
        this.views = views;
        this.tensors = tensors;
        this.storages = storages;
        this.notes = notes;
    }

    /** Empty if it cannot be taken; the reason is a note then. */
    Optional<FileMoments> read() throws IOException {
        String reason;
        try {
            return Optional.of(taken());
        } catch (IllegalArgumentException e) {
            reason = e.getMessage();
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            reason = "it is not built as torch.optim builds it";
        }
        notes.add("the state of the optimizer is not taken: " + reason);
        return Optional.empty();
    }

    private FileMoments taken() throws IOException {
        for (Object group : ((Items) optimizer.entries.get("param_groups")).items) {
            groups.add((Dict) group);
        }
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("it has no group of tensors");
        }
        ((Dict) optimizer.entries.get("state")).entries.forEach((key, state) -> {
            if (!(key instanceof Long)) {
                throw new IllegalArgumentException("its tensors are known by " + key
                        + " and not by numbers, as with FullyShardedDataParallel");
            }
            states.put((Long) key, (Dict) state);
        });
        List<String> more = new ArrayList<>();
        TorchRule rule = TorchRule.of(settings(more), states.values().stream().findFirst().map(state -> state.entries.keySet())
                .orElse(Set.of()), more);
        Map<Long, String> names = names(more);
        Map<String, FileMoments.Vectors> byTensor = new LinkedHashMap<>();
        int without = 0;
        for (Map.Entry<Long, String> e : names.entrySet()) {
            Dict state = states.get(e.getKey());
            if (state == null) {
                without++;
            } else {
                byTensor.put(e.getValue(), vectors(rule, e.getValue(), state, more));
            }
        }
        if (!rule.slots().isEmpty() && without > 0) {
            more.add(without + " of its tensors have no state yet, because they have had no gradient");
        }
        return new FileMoments(rule.name(), rule.rules(), rule.settings(), byTensor, List.copyOf(more));
    }

    /** The settings of all groups; where they differ, those of the first. */
    private Map<String, Object> settings(List<String> more) throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>();
        for (Map.Entry<Object, Object> e : groups.get(0).entries.entrySet()) {
            String name = String.valueOf(e.getKey());
            List<Object> values = new ArrayList<>();
            for (Dict group : groups) {
                values.add(plain(group.entries.get(e.getKey())));
            }
            settings.put(name, values.get(0));
            if (!name.startsWith("param") && values.stream().distinct().count() > 1) {
                String texts = String.join(", ", values.stream().map(String::valueOf).toList());
                more.add("its " + groups.size() + " groups differ in " + name + ": " + texts + "; the first is taken");
            }
        }
        return settings;
    }

    /** A number that can also be a tensor, or two numbers. */
    private Object plain(Object setting) throws IOException {
        if (setting instanceof View view && view.shape().length == 0) {
            return storages.tensor("of the optimizer's settings", view).value().get(0);
        } else if (setting instanceof Items items && items.items.size() == 2) {
            return List.of(plain(items.items.get(0)), plain(items.items.get(1)));
        }
        return setting instanceof Long n ? (Object) n.doubleValue() : setting;
    }

    /** The names of the tensors by their numbers. */
    private Map<Long, String> names(List<String> more) {
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

    private FileMoments.Vectors vectors(TorchRule rule, String name, Dict state, List<String> more) throws IOException {
        Object step = plain(state.entries.getOrDefault("step", 0L));
        double updates = (Double) step;
        if (updates < 0 || updates > 1e15 || updates != Math.rint(updates)) {
            throw new IllegalArgumentException("the step of " + name + " is " + updates);
        } else if (updates >= EXACT_COUNT && more.stream().noneMatch(note -> note.startsWith("the step of"))) {
            more.add("the step of " + name + " is " + (long) updates + ", at which float32 does not count any more");
        }
        Map<String, FileTensor> vectors = new LinkedHashMap<>();
        for (Map.Entry<String, String> slot : rule.slots().entrySet()) {
            if (state.entries.get(slot.getKey()) instanceof View view) {
                vectors.put(slot.getValue(), storages.tensor(name + " " + slot.getKey(), view));
            } else if (!rule.beginsAtZero()) {
                throw new IllegalArgumentException(name + " has no " + slot.getKey());
            } else {
                FileTensor tensor = tensors.get(name);
                vectors.put(slot.getValue(), zeros(tensor));
            }
        }
        if (state.entries.containsKey("mu_product")) {
            rule.checkProduct(name, (Double) plain(state.entries.get("mu_product")), (long) updates, more);
        }
        return new FileMoments.Vectors((long) updates, vectors);
    }

    private static FileTensor zeros(FileTensor like) {
        int bytes = like.value().bytes().remaining();
        return new FileTensor(like.dtype(), new Value.Tensor(like.value().type(), like.shape(),
                StateMemory.allocate(bytes)));
    }
}

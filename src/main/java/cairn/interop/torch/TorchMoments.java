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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the state dict of an optimizer: {@code param_groups}, a list of dicts with settings and the numbers of tensors in {@code params},
 * and {@code state}, by these numbers, a dict of vectors and a count {@code step} ({@code torch/optim/optimizer.py}).
 * {@link TorchNumbers} tells whose the numbers are. What does not fit is not taken.
 */
final class TorchMoments {
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
        Map<Long, String> names = new TorchNumbers(groups, states, views, tensors).names(more);
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

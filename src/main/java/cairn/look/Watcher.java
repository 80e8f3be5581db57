package cairn.look;

import cairn.nn.Activation;
import cairn.nn.Parameter;
import cairn.nn.Program;
import cairn.replay.ForwardingListener;
import cairn.replay.Proof;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.state.CaptureBuffers;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.train.StepHook;
import cairn.train.Trainer;
import cairn.words.Spelling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Trains steps of a run again, and takes numbers of its layers on the way: {@link #watch}. It changes no number and writes nothing. */
public final class Watcher {
    /** So many steps further a recorded digest is looked for, or as many as are watched. */
    private static final long FURTHER = 50;

    private final Trainer trainer;
    private final Set<Watched.Kind> kinds;
    private final Optional<String> name;
    private final List<String> parameters;
    private final Set<String> known = new LinkedHashSet<>();
    private final CaptureBuffers memory = new CaptureBuffers();
    private final Map<Long, Map<Watched.Kind, Map<String, Summary>>> taken = new TreeMap<>();

    private Watcher(Trainer trainer, Set<Watched.Kind> kinds, Optional<String> name) {
        this.trainer = trainer;
        this.kinds = kinds;
        this.name = name;
        this.parameters = trainer.recipe().network().parameters(trainer.data().splits().train().shape()).stream().map(Parameter::name).toList();
        parameters.forEach(p -> known.addAll(List.of(layer(p), p)));
    }

    /**
     * Watches the steps {@code first} to {@code last}: the updates that led to them, and the weights that these made. No update led to the
     * first step that can be reached, so it has only weights.
     *
     * @param name the path of a layer or of one of its tensors; empty for every layer
     * @throws IllegalArgumentException if the run never made these steps, or has no layer of this name
     */
    public static Watched watch(RunReplay replay, long first, long last, Set<Watched.Kind> kinds, Optional<String> name,
            ReplayListener listener) throws IOException {
        Watcher watcher = new Watcher(replay.trainer(), kinds, name);
        watcher.requireName(!kinds.contains(Watched.Kind.ACTIVATIONS));
        boolean isBeginning = first <= replay.oldest();
        if (isBeginning && kinds.contains(Watched.Kind.WEIGHTS) && first <= last) {
            replay.goTo(first, listener);
            watcher.takeWeights(first, watcher.model());
        }
        long from = isBeginning ? first : first - 1;
        // The state after the last of these steps may be recorded only a little later; then its digest proves them all.
        long proven = replay.nextRecorded(last, last + Math.max(FURTHER, last - from)).orElse(last);
        Proof proof = replay.prove(from, proven, watcher.listener(first, last, listener));
        watcher.requireName(true);
        return new Watched(proof, watcher.samples());
    }

    private void requireName(boolean isAllKnown) {
        if (isAllKnown && name.isPresent() && known.stream().noneMatch(this::isAsked)) {
            throw new IllegalArgumentException("the model has no layer '" + name.get() + "'; " + Spelling.hint(name.get(), known));
        }
    }

    /** Whether {@code path} is the layer, lies in it, or is its tensor. */
    private boolean isAsked(String path) {
        return name.isEmpty() || path.equals(name.get()) || path.startsWith(name.get() + "/");
    }

    private static String layer(String parameter) {
        return parameter.substring(0, Math.max(0, parameter.lastIndexOf('/')));
    }

    /** The name under which the numbers of a parameter count; empty if nobody asked for it. */
    private Optional<String> group(String parameter) {
        return name.filter(parameter::equals).or(() -> Optional.of(layer(parameter)).filter(this::isAsked));
    }

    private ReplayListener listener(long first, long last, ReplayListener listener) {
        return new ForwardingListener(listener) {
            @Override
            public StepHook hook(long step) {
                return step < first || step > last ? StepHook.NONE : new Hook(step);
            }
        };
    }

    private State model() {
        return memory.capture(trainer).select("model");
    }

    private void take(long step, Watched.Kind kind, String group, Summary numbers) {
        taken.computeIfAbsent(step, s -> new EnumMap<>(Watched.Kind.class)).computeIfAbsent(kind, k -> new LinkedHashMap<>())
                .merge(group, numbers, Summary::and);
    }

    private void takeWeights(long step, State model) {
        for (String parameter : parameters) {
            group(parameter).ifPresent(group -> take(step, Watched.Kind.WEIGHTS, group, Summary.of(numbers(model, parameter))));
        }
    }

    private static double[] numbers(State model, String parameter) {
        Value.Tensor tensor = model.tensor("model/" + parameter);
        double[] numbers = new double[Math.toIntExact(tensor.size())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = tensor.get(i);
        }
        return numbers;
    }

    private List<Watched.Sample> samples() {
        List<Watched.Sample> samples = new ArrayList<>();
        taken.forEach((step, ofKinds) -> ofKinds.forEach((kind, ofNames) ->
                ofNames.forEach((group, numbers) -> samples.add(new Watched.Sample(step, kind, group, numbers)))));
        return samples;
    }

    /** Takes the numbers of one step. A second computation of its batch replaces those of the first. */
    private final class Hook implements StepHook {
        private final long step;
        private final Map<String, double[]> before = new LinkedHashMap<>();

        Hook(long step) {
            this.step = step;
        }

        @Override
        public void begin() {
            taken.remove(step);
            if (kinds.contains(Watched.Kind.UPDATES)) {
                State model = model();
                parameters.stream().filter(p -> group(p).isPresent()).forEach(p -> before.put(p, numbers(model, p)));
            }
        }

        @Override
        public void forward(Program microBatch) {
            for (Activation a : microBatch.activations()) {
                known.add(a.path());
                if (kinds.contains(Watched.Kind.ACTIVATIONS) && !a.path().isEmpty() && isAsked(a.path())) {
                    take(step, Watched.Kind.ACTIVATIONS, a.path(), Summary.of(a.y().toDoubles()));
                }
            }
        }

        @Override
        public void gradient(ParameterVector gradient) {
            if (!kinds.contains(Watched.Kind.GRADIENTS)) {
                return;
            }
            for (Layout.Place p : gradient.layout().places()) {
                group(p.name()).ifPresent(group ->
                        take(step, Watched.Kind.GRADIENTS, group, Summary.of(gradient.view(p.name()).toDoubles())));
            }
        }

        @Override
        public void updated() {
            State model = model();
            before.forEach((parameter, old) -> {
                double[] change = numbers(model, parameter);
                for (int i = 0; i < change.length; i++) {
                    change[i] -= old[i];
                }
                take(step, Watched.Kind.UPDATES, group(parameter).orElseThrow(), Summary.of(change));
            });
            if (kinds.contains(Watched.Kind.WEIGHTS)) {
                takeWeights(step, model);
            }
        }
    }
}

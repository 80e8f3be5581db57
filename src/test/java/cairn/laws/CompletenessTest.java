package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.data.DataSource;
import cairn.nn.Dense;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.Array;
import cairn.tensor.Elementwise;
import cairn.train.Recipe;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Completeness: whatever can change in what is reachable from a trainer is in a slot, or it is on the list of {@link Ephemerals}
 * and what that list says of it is true.
 */
class CompletenessTest {

    static List<Subject> subjects() {
        return Subjects.wide();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void whateverCanChangeIsInASlotOrDeclared(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            Subject.run(trainer, 4);
            State before = trainer.snapshot();
            Completeness completeness = Completeness.of(trainer);
            assertThat(completeness.undeclared(Ephemerals.places())).as("in no slot and not declared in Ephemerals").isEmpty();
            assertThat(completeness.memoryHalfInSlots()).isEmpty();
            assertThat(trainer.snapshot()).as("after the audit").isEqualTo(before);
        }
    }

    /**
     * Native memory that is in no slot and changes is overwritten with NaN before every step, and so is what is declared scratch:
     * if any of it reached the next step, the numbers would differ. What is declared fixed does not change.
     */
    @ParameterizedTest
    @MethodSource("subjects")
    void whatIsInNoSlotIsNeverReadInALaterStep(Subject subject) throws IOException {
        long steps = 12;
        try (Trainer trainer = subject.fresh()) {
            State start = trainer.snapshot();
            Map<Object, Integer> fixed = new IdentityHashMap<>();
            Map<Audit.Memory, BitSet> changing = changingMemory(trainer, steps, fixed);
            fixed.forEach((array, hash) -> assertThat(hash(array)).as("a fixed %s", array.getClass()).isEqualTo(hash));
            trainer.restore(start);
            assertThat(poisoned(trainer, steps, changing)).as("%d pieces of memory", changing.size()).isEqualTo(subject.unbroken(steps));
            assertThat(changing).hasSizeGreaterThan(5);
        }
    }

    /** Trains, and gives the memory in no slot that changed, but for what is declared to be derived; remembers what is fixed. */
    private static Map<Audit.Memory, BitSet> changingMemory(Trainer trainer, long steps, Map<Object, Integer> fixed) throws IOException {
        Map<Audit.Memory, byte[]> first = new HashMap<>();
        Map<Audit.Memory, BitSet> changing = new HashMap<>();
        for (long k = 0; k <= steps; k++) {
            Subject.run(trainer, k);
            Completeness completeness = Completeness.of(trainer);
            completeness.audit().arrays().forEach((array, places) -> {
                if (Ephemerals.are(Ephemerals.Kind.FIXED, places)) {
                    fixed.putIfAbsent(array, hash(array));
                }
            });
            Map<Audit.Memory, Set<String>> free = completeness.memoryInNoSlot();
            free.values().removeIf(places -> Ephemerals.isAny(Ephemerals.Kind.DERIVED, places));
            Completeness.contents(free.keySet()).forEach((memory, bytes) -> {
                Completeness.mark(memory, first.computeIfAbsent(memory, m -> bytes), bytes,
                        changing.computeIfAbsent(memory, m -> new BitSet()));
            });
        }
        changing.values().removeIf(BitSet::isEmpty);
        return changing;
    }

    /** The digest of a training before whose every step, and evaluation, these pieces of memory are made useless. */
    private static String poisoned(Trainer trainer, long steps, Map<Audit.Memory, BitSet> memories) throws IOException {
        for (long k = 1; k <= steps; k++) {
            memories.forEach(Completeness::poison);
            Audit.of(trainer).arrays().forEach((array, places) -> {
                if (array instanceof float[] floats && Ephemerals.are(Ephemerals.Kind.SCRATCH, places)) {
                    Arrays.fill(floats, Float.NaN);
                }
            });
            trainer.step();
            if (trainer.evaluationDue()) {
                memories.forEach(Completeness::poison);
                trainer.observe();
            }
        }
        return trainer.snapshot().digest();
    }

    private static int hash(Object array) {
        if (array instanceof Object[] objects) {
            return Arrays.stream(objects).mapToInt(System::identityHashCode).reduce(1, (a, b) -> 31 * a + b);
        } else if (array instanceof long[] longs) {
            return Arrays.hashCode(longs);
        } else if (array instanceof int[] ints) {
            return Arrays.hashCode(ints);
        } else if (array instanceof double[] doubles) {
            return Arrays.hashCode(doubles);
        } else if (array instanceof float[] floats) {
            return Arrays.hashCode(floats);
        } else if (array instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        }
        return java.lang.reflect.Array.getLength(array);
    }

    @Test
    void nothingStandsOnTheListThatIsNotThereAnyMore() throws IOException {
        Set<String> there = new TreeSet<>();
        for (Subject subject : List.of(Subjects.get("everything"), Subjects.get("own"), Subjects.get("iris"), Subjects.get("mnist-mlp"),
                Subjects.of("lion", Subjects.get("iris").recipe().with(List.of("optimizer={rule: lion, learning-rate: 0.01}"))))) {
            try (Trainer trainer = subject.fresh()) {
                Subject.run(trainer, 4);
                Audit audit = Audit.of(trainer);
                there.addAll(audit.changeable().keySet());
                audit.memories().values().forEach(there::addAll);
            }
        }
        assertThat(there).containsAll(Ephemerals.places());
        assertThat(Ephemerals.places()).allSatisfy(place -> assertThat(Ephemerals.reason(place)).isNotBlank());
    }

    // --- would it notice?

    private static class Forgetful {
        int inherited;
    }

    /** One field in a slot, and one of each kind that is not. */
    private static final class Leaky extends Forgetful implements Snapshottable {
        private int remembered;
        private int forgotten;
        private final int[] cells = {0};
        private final List<String> names = new ArrayList<>();
        private final Map<String, Integer> counts = new HashMap<>();
        private final AtomicLong total = new AtomicLong();
        private final java.util.Random chance = new java.util.Random(1);
        private final Runnable counting = counting(new long[1]);
        private final Leaky other;
        private final List<String> fine = List.of("a");
        private final State value = State.of(Map.of());

        Leaky(Leaky other) {
            this.other = other;
        }

        private static Runnable counting(long[] count) {
            return () -> count[0]++;
        }

        @Override
        public void slots(Slots s) {
            s.integer("remembered", () -> remembered, v -> remembered = (int) v);
        }
    }

    @Test
    void aForgottenFieldOfAnyFormIsNoticed() {
        String leaky = Leaky.class.getName();
        assertThat(Completeness.of(new Leaky(null)).undeclared(Set.of())).containsOnlyKeys(leaky + ".forgotten", leaky + ".cells",
                leaky + ".names", leaky + ".counts", leaky + ".total", leaky + ".chance", leaky + " lambda long[]",
                Forgetful.class.getName() + ".inherited");
    }

    /** The slot of one object does not speak for the same field of another. */
    @Test
    void aFieldThatIsInASlotOfOneObjectOnlyIsNoticed() {
        assertThat(Completeness.of(new Leaky(new Leaky(null))).undeclared(Set.of())).containsKey(Leaky.class.getName() + ".remembered");
    }

    /** y = (1 + calls / 1000) · x: a layer that counts its calls where no slot is. */
    record Counting() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            int[] calls = {0};
            t.forward(key -> calls[0]++, Elementwise.scale(t.x(), 1, t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()));
        }
    }

    /** y = x + mean, with the mean of what it saw kept in scratch memory instead of in a buffer. */
    record Hoarding() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            Array mean = t.scratch(t.x().shape());
            t.forward(Elementwise.scale(mean, 0.9, mean), Elementwise.axpy(0.1, t.x(), mean, mean), Elementwise.add(t.x(), mean, t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()));
        }
    }

    private static Subject with(Layer layer) {
        return Subjects.of(layer.kind(), Recipe.named(layer.kind()).data(new DataSource.Moons(150, 0.1, 1)).batchSize(13)
                .model(Dense.of(4), layer, Dense.of(2)).build());
    }

    @Test
    void aLayerOfOnesOwnThatCountsIsNoticed() throws IOException {
        try (Trainer trainer = with(new Counting()).fresh()) {
            assertThat(Completeness.of(trainer).undeclared(Ephemerals.places())).containsOnlyKeys(Counting.class.getName() + " lambda int[]");
        }
    }

    @Test
    void aLayerOfOnesOwnThatHoardsInScratchMemoryIsNoticed() throws IOException {
        Subject subject = with(new Hoarding());
        try (Trainer trainer = subject.fresh()) {
            State start = trainer.snapshot();
            Map<Audit.Memory, BitSet> changing = changingMemory(trainer, 5, new IdentityHashMap<>());
            trainer.restore(start);
            try {
                assertThat(poisoned(trainer, 5, changing)).isNotEqualTo(subject.unbroken(5));
            } catch (cairn.train.NonFiniteLossException noticed) {
                assertThat(noticed).hasMessageContaining("NaN");
            }
        }
    }
}

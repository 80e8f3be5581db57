package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.audit.CompletenessAudit;
import cairn.data.source.BuiltInData;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.recipe.OwnComponents;
import cairn.recipe.Recipe;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.Array;
import cairn.tensor.device.NativeMemory;
import cairn.tensor.op.Elementwise;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Completeness: everything that is reachable from a trainer and can change is in a slot or is declared {@link Ephemeral}. The test checks
 * the declarations too: it overwrites such values, and the training must not change.
 */
class CompletenessTest {

    static List<Subject> subjects() {
        return Subjects.wide();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void everythingThatCanChangeIsInASlotOrDeclared(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            Subject.run(trainer, 4);
            State before = trainer.snapshot();
            CompletenessAudit.of(trainer).requireComplete();
            assertThat(trainer.snapshot()).as("after the audit").isEqualTo(before);
        }
    }

    /**
     * Native memory that is in no slot and changes is overwritten with NaN before every step, and so is declared scratch memory. If a later
     * step read it, the numbers would differ. Memory that is declared fixed does not change.
     */
    @ParameterizedTest
    @MethodSource("subjects")
    void memoryInNoSlotIsNeverReadInALaterStep(Subject subject) throws IOException {
        long steps = 12;
        try (Trainer trainer = subject.fresh()) {
            State start = trainer.snapshot();
            Map<Object, Integer> fixed = new IdentityHashMap<>();
            Map<NativeMemory, BitSet> changing = changingMemory(trainer, steps, fixed);
            fixed.forEach((array, hash) -> assertThat(hash(array)).as("a fixed %s", array.getClass()).isEqualTo(hash));
            assertThat(fixed).isNotEmpty();
            trainer.restore(start);
            assertThat(trainedWithNaN(trainer, steps, changing)).as("%d pieces of memory", changing.size())
                    .isEqualTo(subject.unbroken(steps));
            assertThat(changing).hasSizeGreaterThan(5);
        }
    }

    /** Trains; returns the memory in no slot that changed and is not declared derived, and adds the fixed arrays to {@code fixed}. */
    private static Map<NativeMemory, BitSet> changingMemory(Trainer trainer, long steps, Map<Object, Integer> fixed) throws IOException {
        Map<NativeMemory, byte[]> first = new HashMap<>();
        Map<NativeMemory, BitSet> changing = new HashMap<>();
        for (long k = 0; k <= steps; k++) {
            Subject.run(trainer, k);
            CompletenessAudit audit = CompletenessAudit.of(trainer);
            audit.declaredArrays().forEach((array, declarations) -> {
                if (declarations.stream().allMatch(d -> d.kind() == Ephemeral.Kind.FIXED)) {
                    fixed.putIfAbsent(array, hash(array));
                }
            });
            Map<String, Ephemeral> declared = audit.declared();
            audit.memoryInNoSlot().forEach((memory, places) -> {
                boolean isDerived = places.stream().map(declared::get).filter(Objects::nonNull)
                        .anyMatch(d -> d.kind() == Ephemeral.Kind.DERIVED);
                if (!isDerived) {
                    byte[] bytes = memory.contents();
                    mark(memory, first.computeIfAbsent(memory, m -> bytes), bytes, changing.computeIfAbsent(memory, m -> new BitSet()));
                }
            });
        }
        changing.values().removeIf(BitSet::isEmpty);
        return changing;
    }

    /** Adds the numbers that differ. Single numbers, because the border of zeros around an image is fixed while the image changes. */
    private static void mark(NativeMemory memory, byte[] one, byte[] other, BitSet numbers) {
        for (int i = 0; i < one.length; i++) {
            if (one[i] != other[i]) {
                numbers.set(i / memory.elementBytes());
            }
        }
    }

    /**
     * Overwrites these numbers with NaN, so that every result computed from them is NaN. Integers are the row numbers of a batch; they
     * become 0, which is a valid row.
     */
    private static void overwrite(NativeMemory memory, BitSet numbers) {
        ByteBuffer contents = ByteBuffer.wrap(memory.contents()).order(ByteOrder.LITTLE_ENDIAN);
        numbers.stream().forEach(i -> {
            if (!memory.holdsReals()) {
                contents.putInt(Integer.BYTES * i, 0);
            } else if (memory.elementBytes() == Float.BYTES) {
                contents.putFloat(Float.BYTES * i, Float.NaN);
            } else {
                contents.putDouble(Double.BYTES * i, Double.NaN);
            }
        });
        memory.overwrite(contents.array());
    }

    /** The digest of a training in which this memory is overwritten before every step and every evaluation. */
    private static String trainedWithNaN(Trainer trainer, long steps, Map<NativeMemory, BitSet> memories) throws IOException {
        for (long k = 1; k <= steps; k++) {
            memories.forEach(CompletenessTest::overwrite);
            CompletenessAudit.of(trainer).declaredArrays().forEach((array, declarations) -> {
                if (array instanceof float[] floats && declarations.stream().allMatch(d -> d.kind() == Ephemeral.Kind.SCRATCH)) {
                    Arrays.fill(floats, Float.NaN);
                }
            });
            trainer.step();
            if (trainer.isEvaluationDue()) {
                memories.forEach(CompletenessTest::overwrite);
                trainer.evaluateAndRecord();
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
    void everyDeclaredFieldCanChangeAndHasAReason() throws IOException {
        for (Subject subject : List.of(Subjects.get("everything"), Subjects.get("own"), Subjects.get("mnist-mlp"))) {
            try (Trainer trainer = subject.fresh()) {
                Subject.run(trainer, 4);
                CompletenessAudit audit = CompletenessAudit.of(trainer);
                assertThat(audit.idleDeclarations()).as("declared ephemeral although it cannot change").isEmpty();
                assertThat(audit.declared().values()).hasSizeGreaterThan(30).allSatisfy(d -> assertThat(d.value()).isNotBlank());
                assertThat(audit.classes()).containsEntry(Trainer.class.getName(), 1).hasSizeGreaterThan(30);
            }
        }
    }

    // --- does the audit find mistakes?

    private static class Forgetful {
        int inherited;
    }

    /** One field in a slot, and fields of every form that are in no slot. */
    private static final class Leaky extends Forgetful implements Snapshottable {
        private int remembered;
        private int forgotten;
        private final int[] cells = {0};
        private final List<String> names = new ArrayList<>();
        private final Map<String, Integer> counts = new HashMap<>();
        private final AtomicLong total = new AtomicLong();
        private final java.util.Random random = new java.util.Random(1);
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
    void aForgottenFieldOfAnyFormIsFound() {
        String leaky = Leaky.class.getName();
        assertThat(forgotten(new Leaky(null))).containsExactlyInAnyOrder(leaky + ".forgotten", leaky + ".cells",
                leaky + ".names", leaky + ".counts", leaky + ".total", leaky + ".random", leaky + " lambda long[]",
                Forgetful.class.getName() + ".inherited");
    }

    private static List<String> forgotten(Snapshottable component) {
        return CompletenessAudit.of(component).findings().stream()
                .map(f -> f.type() + (f.field().startsWith("lambda") ? " " : ".") + f.field()).toList();
    }

    /** A field can be in a slot of one object and in no slot of another object of the same class. */
    @Test
    void aFieldThatIsInASlotOfOnlyOneObjectIsFound() {
        assertThat(forgotten(new Leaky(new Leaky(null)))).contains(Leaky.class.getName() + ".remembered");
    }

    /** y = x, with a number of calls that is in no slot. */
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

    private static Subject with(Layer layer) {
        return Subjects.of(layer.kind(), Recipe.named(layer.kind()).data(new BuiltInData.Moons(150, 0.1, 1)).batchSize(13)
                .model(Dense.of(4), layer, Dense.of(2)).build());
    }

    @Test
    void aLayerThatCountsItsCallsIsFound() throws IOException {
        try (Trainer trainer = with(new Counting()).fresh()) {
            assertThat(forgotten(trainer)).containsExactly(Counting.class.getName() + " lambda int[]");
        }
    }

    @Test
    void aLayerThatKeepsAValueInScratchMemoryIsFound() throws IOException {
        Subject subject = with(new OwnComponents.Remembering());
        try (Trainer trainer = subject.fresh()) {
            State start = trainer.snapshot();
            Map<NativeMemory, BitSet> changing = changingMemory(trainer, 5, new IdentityHashMap<>());
            trainer.restore(start);
            try {
                assertThat(trainedWithNaN(trainer, 5, changing)).isNotEqualTo(subject.unbroken(5));
            } catch (cairn.recovery.TrainingFaultException noticed) {
                assertThat(noticed).hasMessageContaining("NaN");
            }
        }
    }
}

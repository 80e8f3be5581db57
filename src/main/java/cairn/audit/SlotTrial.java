package cairn.audit;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.Value;
import cairn.tensor.device.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Which of the things that can change are reached by a component's slots. This is found by trial: each slot gets a different value, and
 * what changes with it is in that slot; then the slot gets its own value back.
 */
final class SlotTrial {
    private final Map<Changeable, BitSet> reached = new IdentityHashMap<>();
    private final Map<Changeable, Integer> parts = new IdentityHashMap<>();
    private final Map<NativeMemory, Integer> bytesReached = new HashMap<>();

    /** Tries every slot of {@code part}; afterwards its state is what it was. */
    static SlotTrial of(Snapshottable part, Collection<Changeable> candidates, Set<NativeMemory> memories) {
        SlotTrial trial = new SlotTrial();
        Attempts attempts = new Attempts();
        part.slots(attempts);
        attempts.scalars.forEach(a -> trial.watch(candidates, a));
        trial.watch(candidates, new Attempt(() -> {
            Map<NativeMemory, byte[]> before = contents(memories);
            attempts.tensors.forEach(a -> a.change().run());
            trial.compare(before, contents(memories));
        }, () -> attempts.tensors.forEach(a -> a.back().run())));
        return trial;
    }

    /** Whether slots reach all of it. */
    boolean reaches(Changeable c) {
        return reached.containsKey(c) && reached.get(c).cardinality() == parts.get(c);
    }

    /** Whether slots reach a part of it and not the rest. */
    boolean reachesHalf(Changeable c) {
        return reached.containsKey(c) && !reaches(c);
    }

    /** How many bytes of each piece of native memory slots reach; without those that they do not reach at all. */
    Map<NativeMemory, Integer> bytesReached() {
        return bytesReached;
    }

    private void watch(Collection<Changeable> candidates, Attempt attempt) {
        Map<Changeable, List<Object>> before = new IdentityHashMap<>();
        candidates.forEach(c -> before.put(c, c.contents()));
        try {
            attempt.change().run();
            before.forEach((c, contents) -> {
                List<Object> now = c.contents();
                parts.put(c, now.size());
                for (int i = 0; i < now.size(); i++) {
                    if (i >= contents.size() || !now.get(i).equals(contents.get(i))) {
                        reached.computeIfAbsent(c, k -> new BitSet()).set(i);
                    }
                }
            });
        } finally {
            attempt.back().run();
        }
    }

    private static Map<NativeMemory, byte[]> contents(Set<NativeMemory> memories) {
        Map<NativeMemory, byte[]> contents = new HashMap<>();
        memories.forEach(m -> contents.put(m, m.contents()));
        return contents;
    }

    private void compare(Map<NativeMemory, byte[]> before, Map<NativeMemory, byte[]> after) {
        after.forEach((memory, bytes) -> {
            int changed = 0;
            for (int i = 0; i < bytes.length; i++) {
                changed += bytes[i] == before.get(memory)[i] ? 0 : 1;
            }
            if (changed > 0) {
                bytesReached.put(memory, changed);
            }
        });
    }

    /** Gives a slot a different value, and its own again. */
    private record Attempt(Runnable change, Runnable back) {
    }

    private static final class Attempts implements Slots {
        private final List<Attempt> scalars = new ArrayList<>();
        private final List<Attempt> tensors = new ArrayList<>();

        @Override
        public void tensor(String name, ElementType type, long[] shape, TensorAccess access) {
            int count = type.bytes();
            for (long size : shape) {
                count = Math.multiplyExact(count, Math.toIntExact(size));
            }
            ByteBuffer own = buffer(count);
            access.copyTo(own.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            ByteBuffer other = buffer(count);
            for (int i = 0; i < count; i++) {
                other.put(i, (byte) ~own.get(i));
            }
            tensors.add(new Attempt(() -> access.copyFrom(other), () -> access.copyFrom(own)));
        }

        private static ByteBuffer buffer(int count) {
            return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        }

        /**
         * Tries the first other value that is not refused; if all are, the value itself a second time: where it is made into an object,
         * that object is a new one.
         */
        @Override
        public void scalar(String name, Supplier<Value.Scalar> get, Consumer<Value.Scalar> set) {
            Value.Scalar own = get.get();
            scalars.add(new Attempt(() -> {
                for (Value.Scalar other : others(own)) {
                    try {
                        set.accept(other);
                        return;
                    } catch (RuntimeException refused) {
                        // This slot may take the next one.
                    }
                }
                set.accept(own);
            }, () -> set.accept(own)));
        }

        private static List<Value.Scalar> others(Value.Scalar own) {
            if (own instanceof Value.Int v) {
                return List.of(new Value.Int(v.value() + 1), new Value.Int(v.value() - 1), new Value.Int(0), new Value.Int(1));
            }
            if (own instanceof Value.Real v) {
                return List.of(new Value.Real(v.value() == 0.625 ? 0.5 : 0.625), new Value.Real(0), new Value.Real(1));
            }
            String text = ((Value.Text) own).value();
            return List.of(new Value.Text(text + "x"), new Value.Text(text.isEmpty() ? "0" : ""));
        }

        @Override
        public void constant(String name, String value) {
            // Never written.
        }

        @Override
        public void child(String name, Snapshottable part) {
            part.slots(this);
        }
    }
}

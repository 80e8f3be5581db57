package cairn.audit;

import cairn.state.Ephemeral;
import cairn.state.Snapshottable;
import cairn.tensor.device.NativeMemory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The completeness law: every field that can change and is reachable from a component is in one of its slots, or declared
 * {@link Ephemeral} with a reason. A test of your own layers needs one line:
 *
 * <pre>
 *     CompletenessAudit.of(trainer).requireComplete();
 * </pre>
 *
 * <p>It looks at objects as they are. Because much is made on demand, a trainer should have made a few steps and an evaluation. It
 * changes nothing: each slot gets a different value and then its own again. It cannot see static fields of classes of which no
 * object is reached, nor whether native memory in no slot is read in a later step; {@link #memoryInNoSlot} lists that memory, so that
 * a test can overwrite it.
 */
public final class CompletenessAudit {
    private final String subject;
    private final Reachable reachable;
    private final SlotTrial trial;
    private final List<Finding> findings = new ArrayList<>();

    private CompletenessAudit(Snapshottable part) {
        this.subject = Reachable.named(part.getClass());
        this.reachable = Reachable.from(part);
        List<Changeable> open = reachable.changeable().stream().filter(c -> c.spot().declared().isEmpty()).toList();
        this.trial = SlotTrial.of(part, open, reachable.memories().keySet());
        findForgotten(open);
        findBlankReasons();
        findHalfSaved();
    }

    /** Audits all that is reachable from {@code part}, such as a trainer. */
    public static CompletenessAudit of(Snapshottable part) {
        return new CompletenessAudit(part);
    }

    /** What a snapshot would forget, nearest first, each field once. */
    public List<Finding> findings() {
        return Collections.unmodifiableList(findings);
    }

    /**
     * Nothing, if a snapshot is complete.
     *
     * @throws AssertionError naming every finding
     */
    public void requireComplete() {
        if (!findings.isEmpty()) {
            throw new AssertionError(this);
        }
    }

    /** How many objects of each class were walked, without Java's own. */
    public Map<String, Integer> classes() {
        return Collections.unmodifiableMap(reachable.classes());
    }

    /** The places that are declared ephemeral. */
    public Map<String, Ephemeral> declared() {
        Map<String, Ephemeral> declared = new TreeMap<>();
        reachable.declared().forEach((place, spot) -> declared.put(place, spot.declared().orElseThrow()));
        return declared;
    }

    /** The places that are declared ephemeral and cannot change, so that the declaration says nothing. */
    public Set<String> idleDeclarations() {
        Set<String> idle = new TreeSet<>(reachable.declared().keySet());
        reachable.changeable().forEach(c -> idle.remove(c.spot().place()));
        reachable.memories().values().forEach(idle::removeAll);
        return idle;
    }

    /** Java's own arrays that are declared ephemeral, each by itself, and the declarations that stand for it. */
    public Map<Object, Set<Ephemeral>> declaredArrays() {
        Map<Object, Set<Ephemeral>> arrays = new IdentityHashMap<>();
        for (Changeable c : reachable.changeable()) {
            if (c instanceof Changeable.Content content && content.object() != null && content.object().getClass().isArray()) {
                c.spot().declared().ifPresent(e -> arrays.computeIfAbsent(content.object(), o -> new HashSet<>()).add(e));
            }
        }
        return arrays;
    }

    /** Every piece of native memory that is reached. */
    public Set<NativeMemory> memory() {
        return Set.copyOf(reachable.memories().keySet());
    }

    /** Native memory of which no slot reaches anything, with the places that hold it. */
    public Map<NativeMemory, Set<String>> memoryInNoSlot() {
        Map<NativeMemory, Set<String>> left = new HashMap<>(reachable.memories());
        left.keySet().removeAll(trial.bytesReached().keySet());
        return left;
    }

    /** A place is forgotten if it is in any one object: the slot of one object does not cover the same field of a second one. */
    private void findForgotten(Collection<Changeable> open) {
        Set<Changeable.Cell> replaced = new HashSet<>();
        for (Changeable c : open) {
            if (c instanceof Changeable.Variable v && trial.reaches(c)) {
                replaced.add(v.cell());
            }
        }
        Map<String, Changeable> first = new LinkedHashMap<>();
        Map<String, Set<String>> whats = new HashMap<>();
        for (Changeable c : open) {
            boolean isReplaced = c instanceof Changeable.Content && c.holder().filter(replaced::contains).isPresent();
            if (!trial.reaches(c) && !isReplaced) {
                first.putIfAbsent(c.spot().place(), c);
                whats.computeIfAbsent(c.spot().place(), p -> new TreeSet<>())
                        .add(c.what() + (trial.reachesHalf(c) ? ", in part in a slot" : ""));
            }
        }
        first.forEach((place, c) -> findings.add(new Finding(Reachable.named(c.spot().type()), c.spot().name(),
                String.join(", ", whats.get(place)), c.spot().path(), advice(c))));
    }

    private static String advice(Changeable c) {
        if (c.spot().cell().isEmpty() && c.spot().name().startsWith("lambda")) {
            return "keep it in a buffer of the layer, which is state; or, if the future does not depend on it, make the lambda a"
                    + " record and declare its component @Ephemeral(\"why\")";
        } else if (c.spot().cell().isEmpty()) {
            return "hold it in a field instead of being one: a field can be put into a slot or declared";
        }
        return (c instanceof Changeable.Variable ? "make it final, put" : "put") + " it into a slot (in slots(Slots), or a buffer of"
                + " the layer), or, if the future does not depend on it, declare it @Ephemeral(\"why\")";
    }

    private void findBlankReasons() {
        reachable.declared().values().stream().filter(spot -> spot.declared().orElseThrow().value().isBlank())
                .forEach(spot -> findings.add(new Finding(Reachable.named(spot.type()), spot.name(), "declared without a reason",
                        spot.path(), "say in @Ephemeral why the future does not depend on it")));
    }

    private void findHalfSaved() {
        trial.bytesReached().forEach((memory, bytes) -> {
            if (bytes < memory.bytes()) {
                findings.add(new Finding(subject, String.join(", ", reachable.memories().get(memory)), "slots hold " + bytes + " of "
                        + memory.bytes() + " bytes of its memory", "", "put all of it into slots"));
            }
        });
    }

    @Override
    public String toString() {
        int objects = classes().values().stream().mapToInt(Integer::intValue).sum();
        String walked = objects + " objects of " + classes().size() + " classes, " + reachable.declared().size()
                + " places declared ephemeral";
        if (findings.isEmpty()) {
            return subject + ": every field that can change is in a slot or declared (" + walked + ")";
        }
        StringBuilder text = new StringBuilder("a snapshot of " + subject + " would forget " + findings.size()
                + (findings.size() == 1 ? " thing" : " things") + " (" + walked + ")");
        findings.forEach(f -> text.append("\n  ").append(f));
        return text.toString();
    }
}

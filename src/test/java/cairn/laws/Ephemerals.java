package cairn.laws;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can change in a trainer and is no state all the same, with the reason. A field that is neither in a slot nor here fails
 * the build: put it into a slot, or, if the future does not depend on it, here.
 */
final class Ephemerals {

    /** Why the future does not depend on it. */
    enum Kind {
        /** Written when it is made and never again; compared by {@link CompletenessTest}. */
        FIXED,
        /** A pure function of recipe, data and step, kept to save the work of computing it again. */
        DERIVED,
        /** Written in every step before it is read; overwritten between steps by {@link CompletenessTest}. */
        SCRATCH,
        /** Made on demand and then fixed: prepared operations and memory, never numbers of the training. */
        WIRING
    }

    private static final Map<String, Kind> DECLARED = new TreeMap<>();
    private static final Map<String, String> REASONS = new TreeMap<>();

    static {
        declare(Kind.DERIVED, "the batch of a step, made ahead; the next request says which step it wants", "data.Batch.features",
                "data.Batch.labelling", "data.Batch.labels", "data.Batch.rows", "data.Batch.scratch", "data.Batch.shape", "data.Batch.size",
                "data.Batch.step", "data.Batch.targets", "data.Prefetch.free", "data.Prefetch.jumps", "data.Prefetch.lent",
                "data.Prefetch.making", "data.Prefetch.next", "data.Prefetch.ready", "data.Prefetch.started", "data.Prefetch.thread");
        declare(Kind.DERIVED, "the permutations of two epochs", "data.Batches$Order.rows", "data.Batches.orders");
        declare(Kind.DERIVED, "whether it still runs, not where it is", "data.Prefetch.closed");
        declare(Kind.DERIVED, "a digest of what never changes, computed when first asked for", "data.Rows.digest", "data.Table.digest");
        declare(Kind.FIXED, "the rows themselves, and which of them", "data.Rows.indices", "data.Table lambda byte[]",
                "data.Table lambda float[]", "data.Table.classes", "data.Table.targets");
        declare(Kind.FIXED, "a shape", "data.Batches.shape", "data.Table.shape", "nn.Flow.shape", "nn.Network.inputShape",
                "tensor.Layout$Place.shape");
        declare(Kind.FIXED, "fitted once on the training rows, and a constant of the state", "data.Normalization.mean",
                "data.Normalization.std");
        declare(Kind.FIXED, "empty", "tensor.Native.NO_FLAGS", "tensor.Native.NO_INTEGERS", "tensor.Native.NO_REALS");
        declare(Kind.FIXED, "a list of operations", "tensor.Operation lambda Operation[]");
        declare(Kind.WIRING, "named views of the vectors, which are in slots", "tensor.Layout.places", "tensor.ParameterVector.views",
                "train.OptimizerVectors.slots");
        declare(Kind.WIRING, "arrays of a wiring, made when first asked for", "nn.Flow.gradient", "nn.Flow.gradientFrom", "nn.Flow.value",
                "train.OptimizerVectors.scratch", "train.GradientTree.levels");
        declare(Kind.WIRING, "wirings by batch size", "train.Evaluations.wired", "train.BatchGradient.wired");
        declare(Kind.WIRING, "a prepared call; arguments that change are set before each run", "tensor.Native.context", "tensor.Native.op",
                "tensor.Native lambda call", "tensor.Chance lambda call");
        declare(Kind.SCRATCH, "the targets of a micro-batch on their way to the device", "nn.Wired.targetBuffer");
        declare(Kind.SCRATCH, "micro-batches of the running step; set to 0 when a step begins", "train.GradientTree.added");
        declare(Kind.DERIVED, "what stands in the array beside it, so that an equal weight is not written again", "nn.Wired.shareValue",
                "nn.Wired.share");
    }

    private Ephemerals() {
    }

    private static void declare(Kind kind, String reason, String... places) {
        for (String place : places) {
            DECLARED.put("cairn." + place, kind);
            REASONS.put("cairn." + place, reason);
        }
    }

    static Set<String> places() {
        return DECLARED.keySet();
    }

    /** Whether all of these places are declared to be of a kind. */
    static boolean are(Kind kind, Set<String> places) {
        return places.stream().allMatch(p -> DECLARED.get(p) == kind);
    }

    static boolean isAny(Kind kind, Set<String> places) {
        return places.stream().anyMatch(p -> DECLARED.get(p) == kind);
    }

    static String reason(String place) {
        return REASONS.getOrDefault(place, "");
    }
}

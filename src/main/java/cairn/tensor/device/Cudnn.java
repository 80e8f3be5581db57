package cairn.tensor.device;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * ND4J's calls to cuDNN. Only the builds of its library with cuDNN in their name make them; Cairn uses those only if a profile asks for it.
 */
final class Cudnn {
    /**
     * cuDNN chooses the algorithm of a convolution by timing, at every call; and its gradient of a maximum uses atomic additions, whether
     * windows overlap or not.
     */
    private static final Set<String> UNORDERED = Collections.unmodifiableSet(new TreeSet<>(Set.of("conv2d", "conv2d_bp", "maxpool2d_bp")));

    private Cudnn() {
    }

    /** The native operations that the build of ND4J's library called {@code classifier} computes in no fixed order. */
    static Set<String> unordered(String classifier) {
        return classifier.endsWith("-cudnn") ? UNORDERED : Set.of();
    }
}

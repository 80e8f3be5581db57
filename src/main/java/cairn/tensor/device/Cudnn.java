package cairn.tensor.device;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Where ND4J's calls go to cuDNN: in the builds of its library that are named for it, which Cairn leaves out unless they are asked for. */
final class Cudnn {
    /**
     * ND4J has cuDNN choose the algorithm of a convolution by timing, again at every call; and cuDNN's gradient of a maximum is by
     * atomic additions, whether windows overlap or not.
     */
    private static final Set<String> UNORDERED = Collections.unmodifiableSet(new TreeSet<>(Set.of("conv2d", "conv2d_bp", "maxpool2d_bp")));

    private Cudnn() {
    }

    /** The native operations that the build of ND4J's library called {@code classifier} computes in no fixed order. */
    static Set<String> unordered(String classifier) {
        return classifier.endsWith("-cudnn") ? UNORDERED : Set.of();
    }
}

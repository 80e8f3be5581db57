package cairn.explain;

import java.util.Optional;

/** Knows one illness by its symptoms. A pure function. */
interface Rule {
    Optional<Finding> find(Symptoms s);
}

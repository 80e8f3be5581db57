package cairn.run;

import cairn.checkpoint.RunFolder;
import cairn.checkpoint.format.CheckpointInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What every checkpoint of a run says about its origin, so that each one can be judged without the files beside it: which run and which
 * attempt made it, and where a branch begins. Checkpoints of older versions say nothing of this.
 *
 * @param run the identity of the run; empty if its {@code run.json} is lost and nothing else names it
 * @param attempt the number of the attempt in the journal
 * @param origin where the run begins, if it is a branch
 */
public record Provenance(Optional<String> run, long attempt, Optional<Lineage> origin) {
    private static final String ATTEMPT = "attempt";
    private static final String ORIGIN_RUN = "origin/run";
    private static final String ORIGIN_PATH = "origin/path";
    private static final String ORIGIN_STEP = "origin/step";
    private static final String ORIGIN_DIGEST = "origin/digest";

    /** The origin of what attempt {@code attempt} of the run in {@code folder} makes. */
    public static Provenance of(RunFolder folder, long attempt) throws IOException {
        return new Provenance(RunFiles.identity(folder), attempt, RunFiles.origin(folder));
    }

    /** {@code others} with these facts behind them. */
    public Map<String, String> addedTo(Map<String, String> others) {
        Map<String, String> facts = new LinkedHashMap<>(others);
        run.ifPresent(id -> facts.put(CheckpointInfo.RUN, id));
        facts.put(ATTEMPT, Long.toString(attempt));
        origin.ifPresent(o -> {
            facts.put(ORIGIN_RUN, o.run());
            facts.put(ORIGIN_PATH, o.path());
            facts.put(ORIGIN_STEP, Long.toString(o.step()));
            facts.put(ORIGIN_DIGEST, o.digest());
        });
        return facts;
    }

    /** The identity of the run, if {@code facts} have it. */
    static Optional<String> run(Map<String, String> facts) {
        return Optional.ofNullable(facts.get(CheckpointInfo.RUN));
    }

    /** The attempt, if {@code facts} have it. */
    static OptionalLong attempt(Map<String, String> facts) {
        return whole(facts.get(ATTEMPT));
    }

    /** Where the run begins, if it is a branch and {@code facts} say so. What the branch changed stands in {@code run.json} only. */
    static Optional<Lineage> origin(Map<String, String> facts) {
        OptionalLong step = whole(facts.get(ORIGIN_STEP));
        return step.isEmpty() ? Optional.empty() : Optional.of(new Lineage(facts.getOrDefault(ORIGIN_RUN, ""),
                facts.getOrDefault(ORIGIN_PATH, ""), step.getAsLong(), facts.getOrDefault(ORIGIN_DIGEST, ""), List.of()));
    }

    private static OptionalLong whole(String text) {
        return text != null && text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}

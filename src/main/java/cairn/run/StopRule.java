package cairn.run;

import cairn.recipe.Position;
import cairn.train.Progress;
import java.util.Optional;
import java.util.function.Supplier;

/** When to stop training. It is an argument of a run, not part of the recipe. */
@FunctionalInterface
public interface StopRule {

    /** Why training stops here; empty while it goes on. */
    Optional<String> met(Position position, Progress progress);

    /** Whether a caller waits for the end. Then a running evaluation is cancelled, and a resume repeats it. */
    default boolean isUrgent() {
        return false;
    }

    /** After {@code steps} updates. */
    static StopRule atStep(long steps) {
        return (position, progress) -> position.step() >= steps ? Optional.of("reached step " + steps) : Optional.empty();
    }

    /** After {@code evaluations} evaluations in a row without improvement. The count is part of the state, so it survives a resume. */
    static StopRule patience(long evaluations) {
        return (position, progress) -> progress.evaluationsSinceBest() >= evaluations
                ? Optional.of(progress.bestStep() < 0 ? "none of " + progress.evaluationsSinceBest() + " evaluations was finite"
                        : "no improvement in " + evaluations + " evaluations; best at step " + progress.bestStep())
                : Optional.empty();
    }

    /** Never. */
    static StopRule never() {
        return (position, progress) -> Optional.empty();
    }

    /** When {@code why} gives a reason, such as a signal. Then a caller waits for the end. */
    static StopRule urgent(Supplier<Optional<String>> why) {
        return new StopRule() {
            @Override
            public Optional<String> met(Position position, Progress progress) {
                return why.get();
            }

            @Override
            public boolean isUrgent() {
                return why.get().isPresent();
            }
        };
    }

    /** As soon as this one or {@code other} is met. */
    default StopRule or(StopRule other) {
        StopRule one = this;
        return new StopRule() {
            @Override
            public Optional<String> met(Position position, Progress progress) {
                return one.met(position, progress).or(() -> other.met(position, progress));
            }

            @Override
            public boolean isUrgent() {
                return one.isUrgent() || other.isUrgent();
            }
        };
    }
}

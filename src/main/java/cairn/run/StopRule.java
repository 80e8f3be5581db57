package cairn.run;

import cairn.recipe.Position;
import cairn.train.Progress;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** When to stop: an argument of a run and no part of the recipe. Says why, or nothing as long as training goes on. */
@FunctionalInterface
public interface StopRule {

    /** Why training stops here, or empty. */
    Optional<String> met(Position position, Progress progress);

    /**
     * Whether somebody waits for the end, so that an evaluation under way is to be given up. It is no part of the state until it is
     * whole; a resume makes it first.
     */
    default boolean isUrgent() {
        return false;
    }

    /** After this many updates in all. */
    static StopRule atStep(long steps) {
        return (position, progress) -> position.step() >= steps ? Optional.of("reached step " + steps) : Optional.empty();
    }

    /** After so many evaluations in a row without improvement; what it counts is state, so it survives any resume. */
    static StopRule patience(long evaluations) {
        return (position, progress) -> progress.evaluationsSinceBest() >= evaluations
                ? Optional.of("no improvement in " + evaluations + " evaluations; best at step " + progress.bestStep())
                : Optional.empty();
    }

    /** When somebody asks from outside, such as a signal. */
    static StopRule when(BooleanSupplier asked, String reason) {
        return urgent(() -> asked.getAsBoolean() ? Optional.of(reason) : Optional.empty());
    }

    /** The same, where the one who asks says why. */
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

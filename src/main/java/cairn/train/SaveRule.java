package cairn.train;

import cairn.optim.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When to save, beside step 0 and the end, which are always saved. Written as a list: {@code 100} (steps), {@code 1ep} (epochs),
 * {@code 30s} (seconds), {@code best} (whenever the monitored metric has improved), or {@code end} for nothing more.
 *
 * @param spans due when the step is a multiple of one of them
 * @param seconds due when so many seconds have passed since the last save
 * @param onBest due when an evaluation was the best so far
 */
public record SaveRule(List<Span> spans, Optional<Double> seconds, boolean onBest) {

    public SaveRule {
        spans = List.copyOf(spans);
    }

    /** The rule that {@code text} writes. */
    public static SaveRule parse(String text) {
        List<Span> spans = new ArrayList<>();
        Optional<Double> seconds = Optional.empty();
        boolean onBest = false;
        for (String word : text.strip().split("\\s*,\\s*")) {
            if (word.equals("best")) {
                onBest = true;
            } else if (word.matches("\\d+(\\.\\d+)?s")) {
                seconds = Optional.of(Double.parseDouble(word.substring(0, word.length() - 1)));
            } else if (word.matches("\\d+(\\.\\d+)?(ep)?") && Span.parse(word).amount() > 0) {
                spans.add(Span.parse(word));
            } else if (!word.equals("end")) {
                throw new IllegalArgumentException("save-every: '" + word + "' is no rule; write 100 for steps, 1ep for epochs, 30s for"
                        + " seconds, best or end, or several of them joined by commas");
            }
        }
        return new SaveRule(spans, seconds, onBest);
    }

    /**
     * Whether to save now.
     *
     * @param isBest whether an evaluation at this very step was the best so far
     * @param sinceSave seconds since the last save, if any time is kept
     */
    public boolean due(Position position, boolean isBest, OptionalLong sinceSave) {
        return spans.stream().anyMatch(s -> every(s, position))
                || onBest && isBest
                || seconds.isPresent() && sinceSave.isPresent() && sinceSave.getAsLong() >= seconds.get() * 1e9;
    }

    /** Whether the position lies on a multiple of {@code span}, step 0 not counted. */
    static boolean every(Span span, Position position) {
        long steps = Math.max(1, span.inSteps(position.stepsPerEpoch()));
        return position.step() > 0 && position.step() % steps == 0;
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>(spans.stream().map(Span::toString).toList());
        seconds.ifPresent(s -> words.add(s + "s"));
        if (onBest) {
            words.add("best");
        }
        return words.isEmpty() ? "end" : String.join(",", words);
    }
}

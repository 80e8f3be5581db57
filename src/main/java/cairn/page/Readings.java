package cairn.page;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The answers to requests that change nothing: the same for a browser that asks, and for a page that has them inside. */
final class Readings {
    private final RunAnswers runs;
    private final StepAnswers steps;

    Readings(RunAnswers runs, StepAnswers steps) {
        this.runs = runs;
        this.steps = steps;
    }

    Answer answer(Address address) throws IOException {
        List<String> words = address.words();
        Map<String, String> query = address.query();
        if (words.equals(List.of("state"))) {
            return Answer.of(runs.state());
        } else if (words.size() >= 2 && words.get(0).equals("run")) {
            String run = words.get(1);
            if (words.size() == 2) {
                return Answer.of(steps.run(run));
            } else if (words.size() == 3 && words.get(2).equals("curves")) {
                return Answer.of(steps.curves(run, Fields.step(query.getOrDefault("after", "-1")), Fields.count(query, "most", 2000, 20_000)));
            } else if (words.size() == 3 && words.get(2).equals("explain")) {
                return Answer.of(steps.explain(run));
            } else if (words.size() >= 4 && words.get(2).equals("at")) {
                return steps.at(run, Fields.step(words.get(3)), words.size() == 4 ? "" : words.get(4), query);
            }
        }
        throw Refusal.notThere("there is nothing at this address");
    }
}

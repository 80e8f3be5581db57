package cairn.recipe;

import cairn.optim.schedule.TrainingTime;
import cairn.words.WordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a {@link SaveRule} from text, such as {@code 1ep,best,auto:12h:2%}. */
final class SaveRuleText {

    private SaveRuleText() {
    }

    static SaveRule parse(String text) {
        List<SaveRule.Rule> rules = new ArrayList<>();
        for (String word : text.strip().split("\\s*,\\s*")) {
            if (!word.equals("end")) {
                rules.add(rule(word));
            }
        }
        return new SaveRule(rules);
    }

    private static SaveRule.Rule rule(String word) {
        WordReader words = new WordReader(word);
        return rule(words).filter(rule -> words.isAtEnd()).orElseThrow(() -> new IllegalArgumentException("save-every: '" + word
                + "' is no rule; write 100 for steps, 1ep for epochs, 30s for seconds, best, at:250, log, auto, auto:12h:2% or end, or"
                + " several of them joined by commas"));
    }

    private static Optional<SaveRule.Rule> rule(WordReader words) {
        if (words.take("best")) {
            return Optional.of(new SaveRule.OnBest());
        } else if (words.take("log")) {
            return Optional.of(new SaveRule.Logarithmic());
        } else if (words.take("auto")) {
            return auto(words);
        } else if (words.take("at:")) {
            return WordReader.whole(words.digits()).map(SaveRule.At::new);
        }
        Optional<Double> amount = words.number();
        if (words.take("s")) {
            return amount.map(SaveRule.Seconds::new);
        }
        boolean inEpochs = words.take("ep");
        return amount.filter(a -> a > 0 && words.isAtEnd()).map(a -> new SaveRule.Every(new TrainingTime(a, inEpochs)));
    }

    /** What follows {@code auto}: hours, or a share in percent, or both; empty if one of them is out of its range. */
    private static Optional<SaveRule.Rule> auto(WordReader words) {
        double hours = SaveRule.Auto.DEFAULT.hoursBetweenFailures();
        double most = SaveRule.Auto.DEFAULT.mostOverhead();
        boolean hasHours = false;
        while (words.take(":")) {
            double amount = words.number().orElse(0.0);
            if (!hasHours && words.take("h")) {
                hours = amount;
                hasHours = true;
            } else {
                most = words.take("%") && words.isAtEnd() ? amount / 100 : 0;
            }
        }
        return hours > 0 && most > 0 && most < 1 ? Optional.of(new SaveRule.Auto(hours, most)) : Optional.empty();
    }
}

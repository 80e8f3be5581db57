package cairn.cli.look;

import cairn.cli.terminal.CommandException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Some steps: {@code 100..120}, {@code 100} alone, or with an end left out. */
record StepRange(OptionalLong from, OptionalLong to) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})|(\\d{1,18})?\\.\\.(\\d{1,18})?");

    /** The steps that {@code text} writes, the value of the option {@code option}. */
    static StepRange parse(String option, String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw CommandException.usage(option + " " + text + ": expected steps, such as 100..120 or 100");
        }
        StepRange range = m.group(1) != null ? new StepRange(number(m.group(1)), number(m.group(1)))
                : new StepRange(number(m.group(2)), number(m.group(3)));
        if (range.from().orElse(0) > range.to().orElse(Long.MAX_VALUE)) {
            throw CommandException.usage(option + " " + text + ": the first step is after the last");
        }
        return range;
    }

    private static OptionalLong number(String digits) {
        return digits == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
    }
}

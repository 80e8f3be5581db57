package cairn.lessons;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares quoted output with the real output. {@code ...} means any text; a line with only {@code ...} means any number of lines. A number
 * with a decimal point may differ on another machine: between half of it and twice as much is accepted. All other characters must be equal.
 * The width of gaps between columns is ignored.
 */
final class Quote {
    private static final String REAL = "\\d+\\.\\d+(?:[eE]-?\\d+)?|\\d+[eE]-\\d+";
    private static final Pattern PART = Pattern.compile("(?<any>\\.\\.\\.)|(?<real>" + REAL + ")|(?<gap>\\s+)|(?<char>.)", Pattern.DOTALL);

    private Quote() {
    }

    /** The first line of {@code quoted} that {@code shown} does not have in this order; empty if it has all of them. */
    static String firstMissing(List<String> quoted, List<String> shown) {
        int from = 0;
        boolean mayJump = true;
        for (String line : quoted) {
            if (line.isBlank()) {
                continue;
            }
            if (line.strip().equals("...")) {
                mayJump = true;
                continue;
            }
            int at = from;
            while (at < shown.size() && !matches(line, shown.get(at)) && (mayJump || shown.get(at).isBlank())) {
                at++;
            }
            if (at == shown.size() || !matches(line, shown.get(at))) {
                return line;
            }
            from = at + 1;
            mayJump = false;
        }
        return "";
    }

    static boolean matches(String quoted, String shown) {
        StringBuilder pattern = new StringBuilder();
        List<Double> expected = new ArrayList<>();
        for (MatchResult part : PART.matcher(quoted.strip()).results().toList()) {
            String text = part.group();
            if (text.equals("...")) {
                pattern.append(".*?");
            } else if (text.isBlank()) {
                pattern.append("\\s+");
            } else if (text.matches(REAL)) {
                pattern.append("(\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?)");
                expected.add(Double.valueOf(text));
            } else {
                pattern.append(Pattern.quote(text));
            }
        }
        Matcher m = Pattern.compile(pattern.toString()).matcher(shown.strip());
        if (!m.matches()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            double found = Double.parseDouble(m.group(i + 1));
            double wanted = expected.get(i);
            if (found < wanted / 2 || found > wanted * 2) {
                return false;
            }
        }
        return true;
    }
}

package cairn.state;

/** How entries are named: segments of {@code a-z 0-9 . _ -} joined by {@code /}, none of them {@code .} or {@code ..}. */
public final class StatePath {
    private StatePath() {
    }

    /** Whether {@code path} has this form. */
    public static boolean isPath(String path) {
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '/') {
                if (!isSegment(path, start, i)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    /** A loop and not a regular expression: paths come from files too, and a long one must not exhaust the stack. */
    private static boolean isSegment(String path, int start, int end) {
        int dots = 0;
        for (int i = start; i < end; i++) {
            char c = path.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')) {
                return false;
            }
            dots += c == '.' ? 1 : 0;
        }
        return start < end && !(dots == end - start && dots <= 2);
    }

    /** Returns {@code path}, or refuses it. */
    static String require(String path) {
        if (!isPath(path)) {
            throw new IllegalArgumentException("'" + path + "' is no state path: expected segments of a-z 0-9 . _ - joined by /");
        }
        return path;
    }
}

package cairn.data.source;

/**
 * How large the content of a small file may become in memory. A few kilobytes can claim, and even hold, gigabytes: a compressed file of zeros,
 * an image of one colour, a column of words with as many categories as rows. Data sets are far from these bounds.
 */
final class Unpacked {
    /** So much is always allowed. */
    private static final long SMALL = 64L << 20;
    /** The content of a file may have so many times its bytes. MNIST's files have 5 times theirs. */
    private static final long MOST_RATIO = 200;
    /** The longest array of Java. */
    private static final long LONGEST = Integer.MAX_VALUE - 8;

    private Unpacked() {
    }

    /** The most bytes that a file of {@code bytes} bytes may become. */
    static long most(long bytes) {
        return Math.min(LONGEST, Math.max(SMALL, bytes > LONGEST / MOST_RATIO ? LONGEST : bytes * MOST_RATIO));
    }
}

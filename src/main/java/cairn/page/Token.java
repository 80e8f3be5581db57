package cairn.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;

/**
 * Who may use the page: who can read a private file. The file has a secret of 256 bits, which is used up when it is exchanged for a secret
 * that the browser keeps; then the file gets a new one. Secrets are compared in a time that does not tell how much of them is right.
 *
 * <p>They come from the random numbers of the operating system. No number of a training depends on them.
 */
final class Token {
    private static final int BYTES = 32;
    /** More browsers than these are not remembered: the one that came first has to be opened again. */
    static final int MOST_SESSIONS = 64;

    private final SecureRandom random = new SecureRandom();
    private final Deque<String> sessions = new ArrayDeque<>();
    private String entrance = secret();

    /** The secret that opens the page next. */
    synchronized String entrance() {
        return entrance;
    }

    /** Takes the secret of the entrance; returns the one of a new session, or nothing if {@code given} is wrong. */
    synchronized Optional<String> exchange(String given) {
        if (!isEqual(entrance, given)) {
            return Optional.empty();
        }
        entrance = secret();
        String session = secret();
        sessions.addLast(session);
        if (sessions.size() > MOST_SESSIONS) {
            sessions.removeFirst();
        }
        return Optional.of(session);
    }

    /** Whether {@code given} is the secret of a session. All sessions are compared, whatever is found. */
    synchronized boolean isSession(String given) {
        boolean isOne = false;
        for (String session : sessions) {
            isOne |= isEqual(session, given);
        }
        return isOne;
    }

    private static boolean isEqual(String secret, String given) {
        return MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private String secret() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

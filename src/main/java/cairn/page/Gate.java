package cairn.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests are answered. Another page in the same browser can send requests here, and the name of a foreign host can be made to mean this
 * machine; so who asks is checked in several ways, and each one alone would have to be broken.
 *
 * <p>Laws: a request for another host is refused, whatever it asks. Without the cookie nothing of a run is read. What changes something is a
 * POST of JSON that says it comes from this page itself.
 */
final class Gate {
    /** The longest body of a request: a few fields. */
    static final int MOST_BODY_BYTES = 64 << 10;
    private static final String SAME_ORIGIN = "same-origin";

    private final Token token;
    private final int port;
    private final Set<String> hosts;
    private final boolean isReadOnly;

    Gate(Token token, int port, boolean isReadOnly) {
        this.token = token;
        this.port = port;
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        this.isReadOnly = isReadOnly;
    }

    /** Refuses a request that is not for this server, or that another site has made. */
    void admit(HttpExchange request) {
        Headers headers = request.getRequestHeaders();
        List<String> host = headers.getOrDefault("Host", List.of());
        if (host.size() != 1 || !hosts.contains(host.get(0))) {
            throw new Refusal(403, "the request is for another host than this server; open the page at http://127.0.0.1:" + port);
        }
        if (!Set.of("GET", "POST").contains(request.getRequestMethod())) {
            throw new Refusal(405, "a request is a GET or a POST");
        }
        boolean isApi = request.getRequestURI().getRawPath().startsWith("/api/");
        Optional<String> origin = only(headers, "Origin");
        Optional<String> site = only(headers, "Sec-Fetch-Site");
        boolean isForeign = origin.isPresent() && !origin.get().equals("http://" + host.get(0))
                || isApi && site.isPresent() && !site.get().equals(SAME_ORIGIN) && !site.get().equals("none");
        if (isForeign) {
            throw new Refusal(403, "the request was made by a page of another site; open the page at http://127.0.0.1:" + port);
        }
        if (request.getRequestMethod().equals("POST")) {
            requireOwnPost(headers, origin, site);
        }
    }

    private static void requireOwnPost(Headers headers, Optional<String> origin, Optional<String> site) {
        if (origin.isEmpty() && !site.equals(Optional.of(SAME_ORIGIN))) {
            throw new Refusal(403, "the request does not say that this page made it: expected Sec-Fetch-Site: same-origin, or Origin");
        }
        String type = only(headers, "Content-Type").orElse("").split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase(Answer.JSON)) {
            throw new Refusal(415, "the body of a request is JSON: expected Content-Type: " + Answer.JSON);
        }
    }

    /** Refuses a request that does not come from a browser which has shown the token. */
    void requireSession(HttpExchange request) {
        boolean isKnown = request.getRequestHeaders().getOrDefault("Cookie", List.of()).stream().flatMap(line -> List.of(line.split(";")).stream())
                .map(String::strip).filter(pair -> pair.startsWith(cookieName() + "=")).map(pair -> pair.substring(cookieName().length() + 1))
                .anyMatch(token::isSession);
        if (!isKnown) {
            throw new Refusal(401, "this browser may not use the page: open it by the private file that the program has named");
        }
    }

    /** Refuses a change where nothing may be changed. */
    void requireWritable() {
        if (isReadOnly) {
            throw new Refusal(403, "this page only shows the runs: it was opened read-only");
        }
    }

    /** The cookie for {@code given}: no script can read it, and no other site's request carries it. */
    String cookie(String given) {
        String session = token.exchange(given).orElseThrow(() -> new Refusal(401, "the token is wrong, or was used already: open the page by the"
                + " private file that the program has named"));
        return cookieName() + "=" + session + "; Path=/api; HttpOnly; SameSite=Strict";
    }

    /** Cookies do not tell ports apart, so that each server has a name of its own. */
    private String cookieName() {
        return "cairn-" + port;
    }

    /** The body, which is short. */
    static byte[] body(HttpExchange request) throws IOException {
        try (InputStream in = request.getRequestBody()) {
            byte[] body = in.readNBytes(MOST_BODY_BYTES + 1);
            if (body.length > MOST_BODY_BYTES) {
                throw new Refusal(413, "the body of the request is longer than " + MOST_BODY_BYTES + " bytes");
            }
            return body;
        }
    }

    private static Optional<String> only(Headers headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new Refusal(403, "the request has the header " + name + " twice");
        }
        return values.stream().findFirst();
    }
}

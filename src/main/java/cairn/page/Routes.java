package cairn.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which request is answered by what. */
final class Routes {
    private final Gate gate;
    private final Assets assets;
    private final RunAnswers runs;
    private final StepAnswers steps;
    private final Actions actions;
    private final Runnable used;

    /** @param used is run when a token was used up */
    Routes(Gate gate, Assets assets, RunAnswers runs, StepAnswers steps, Actions actions, Runnable used) {
        this.gate = gate;
        this.assets = assets;
        this.runs = runs;
        this.steps = steps;
        this.actions = actions;
        this.used = used;
    }

    /** Whether the request asks for events, which have no end. */
    static boolean isEvents(HttpExchange request) {
        return request.getRequestURI().getRawPath().equals("/api/events") && request.getRequestMethod().equals("GET");
    }

    Answer answer(HttpExchange request, byte[] body) throws IOException {
        String path = request.getRequestURI().getRawPath();
        boolean isPost = request.getRequestMethod().equals("POST");
        if (!path.startsWith("/api/")) {
            if (isPost) {
                throw new Refusal(405, "a file of the page is read by a GET");
            }
            return assets.at(path).orElseThrow(() -> Refusal.notThere("the page has no such file"));
        }
        List<String> words = words(path.substring("/api/".length()));
        if (isPost && words.equals(List.of("session"))) {
            String cookie = gate.cookie(Answer.read(body).path("token").asText(""));
            used.run();
            return Answer.nothing(Map.of("Set-Cookie", cookie));
        }
        gate.requireSession(request);
        if (isPost) {
            gate.requireWritable();
            ObjectNode asked = Answer.read(body);
            if (words.equals(List.of("play"))) {
                return Answer.of(actions.play(asked));
            } else if (words.size() == 3 && words.get(0).equals("run") && words.get(2).equals("do")) {
                return Answer.of(actions.act(words.get(1), asked));
            }
            throw Refusal.notThere("nothing is changed at this address");
        }
        return read(words, query(request));
    }

    private Answer read(List<String> words, Map<String, String> query) throws IOException {
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

    private static List<String> words(String path) {
        List<String> words = new ArrayList<>();
        for (String word : path.split("/", -1)) {
            words.add(decoded(word));
        }
        return words;
    }

    private static Map<String, String> query(HttpExchange request) {
        Map<String, String> query = new HashMap<>();
        String raw = request.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decoded(String word) {
        try {
            return URLDecoder.decode(word, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.wrong("the address cannot be read: expected UTF-8, with % before two hexadecimal digits");
        }
    }
}

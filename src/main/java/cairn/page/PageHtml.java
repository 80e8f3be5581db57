package cairn.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts the files of the page into one. Its modules become one script, because a browser loads no modules from a disk. A policy in the file
 * allows these scripts and styles by their digests, pictures that are inside, and nothing else.
 */
final class PageHtml {
    /** A module stands behind those that it imports. */
    private static final List<String> MODULES = List.of("place.js", "api.js", "parts.js", "pictures.js", "curves.js", "dock.js", "view.js",
            "dialogs.js", "main.js");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import [^;]*;\n");
    private static final Pattern EXPORT = Pattern.compile("(?m)^export (?=(async )?(const|function|class) )");
    private static final Pattern STYLE = Pattern.compile("<link rel=\"stylesheet\" href=\"([^\"]*)\">");
    private static final Pattern SCRIPT = Pattern.compile("<script [^>]*src=\"([^\"]*)\"[^>]*></script>\n");
    private static final String ICON = "href=\"cairn.svg\"";
    private static final String HEAD = "<meta charset=\"utf-8\">\n";
    private static final String END = "</body>";

    private PageHtml() {
    }

    /** The page with {@code answers} inside, by their addresses. */
    static String of(JsonNode answers) {
        List<String> styles = new ArrayList<>();
        String page = STYLE.matcher(text("index.html")).replaceAll(link -> {
            styles.add(digest(text(link.group(1))));
            return Matcher.quoteReplacement("<style>" + text(link.group(1)) + "</style>");
        });
        String modules = modules();
        String plot = text("uplot/uPlot.iife.min.js");
        String policy = "default-src 'none'; script-src " + digest(plot) + " " + digest(modules) + "; style-src " + String.join(" ", styles)
                + "; img-src data:; base-uri 'none'; form-action 'none'";
        String icon = "href=\"data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(Assets.bytes("cairn.svg")) + "\"";
        page = SCRIPT.matcher(page).replaceAll("").replace(ICON, icon)
                .replace(HEAD, HEAD + "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n");
        // A "<" could end the script, or begin a comment in it.
        String data = new String(Answer.of(answers).body(), StandardCharsets.UTF_8).replace("<", "\\u003c");
        return page.replace(END, "<script type=\"application/json\" id=\"cairn-data\">" + data + "</script>\n<script>" + plot
                + "</script>\n<script type=\"module\">" + modules + "</script>\n" + END);
    }

    /** All modules as one. */
    private static String modules() {
        return MODULES.stream().map(PageHtml::text).map(module -> EXPORT.matcher(IMPORT.matcher(module).replaceAll("")).replaceAll(""))
                .collect(Collectors.joining("\n", "\n", ""));
    }

    private static String text(String name) {
        return new String(Assets.bytes(name), StandardCharsets.UTF_8);
    }

    private static String digest(String inline) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(inline.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

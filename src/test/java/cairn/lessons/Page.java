package cairn.lessons;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of Markdown.
 *
 * @param name the name of the file without its ending
 * @param blocks the fenced blocks, in order
 */
record Page(String name, Path file, List<String> lines, List<Block> blocks) {
    private static final Pattern FENCE = Pattern.compile("```(\\w*(?: refused)?)\\s*");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(#[^)]*)?\\)");
    private static final Pattern TYPE = Pattern.compile("\\bclass (\\w+)");

    /** The text between two fences. */
    record Block(String language, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }

        /** The first class of a block of Java. */
        String className() {
            Matcher m = TYPE.matcher(text());
            if (!m.find()) {
                throw new AssertionError("no class in\n" + text());
            }
            return m.group(1);
        }
    }

    static Page read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<Block> blocks = new ArrayList<>();
        Block open = null;
        for (String line : lines) {
            Matcher fence = FENCE.matcher(line);
            if (open == null && fence.matches()) {
                open = new Block(fence.group(1), new ArrayList<>());
            } else if (open != null && line.equals("```")) {
                blocks.add(open);
                open = null;
            } else if (open != null) {
                open.lines().add(line);
            }
        }
        if (open != null) {
            throw new AssertionError(file + ": a fence is not closed");
        }
        return new Page(file.getFileName().toString().replaceFirst("\\.md$", ""), file, lines, blocks);
    }

    List<Block> blocks(String language) {
        return blocks.stream().filter(b -> b.language().equals(language)).toList();
    }

    /** Commands in their order; those of a block {@code sh refused} must fail. */
    List<Block> commands() {
        return blocks.stream().filter(b -> b.language().equals("sh") || b.language().equals("sh refused")).toList();
    }

    /** All lines but quoted output, whose width cannot be chosen. */
    List<String> prose() {
        Set<String> printed = blocks("text").stream().flatMap(b -> b.lines().stream()).collect(Collectors.toSet());
        return lines.stream().filter(l -> !printed.contains(l)).toList();
    }

    List<String> headings() {
        return lines.stream().filter(l -> l.startsWith("## ")).toList();
    }

    /** The first line without its mark. */
    String title() {
        return lines.get(0).substring(2);
    }

    /** The files of this repository that the page links or shows. */
    List<Path> links() {
        return LINK.matcher(String.join("\n", lines)).results().map(m -> m.group(1)).filter(l -> !l.contains("://"))
                .map(l -> file.resolveSibling(l).normalize()).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}

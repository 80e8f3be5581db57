package cairn.lessons;

import cairn.cli.Cairn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Runs the commands of a page in its own folder. It knows two programs: {@code cairn}, and {@code java ... NAME.java}, which runs a block
 * of Java of the same page. A line of a block {@code sh refused} must fail. A block of YAML or Java is a file; the name of a YAML file
 * is in the comment of its first line. Files that a command names are in that folder. Experiments run in their quick form. Other features
 * of a shell are not supported.
 */
final class PageRunner {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private final Page page;
    private final Path folder;
    private final List<String> shown = new ArrayList<>();

    PageRunner(Page page, Path folder) {
        this.page = page;
        this.folder = folder;
    }

    /** Runs every command; returns every printed line. Throws if a command fails that should not, or the other way round. */
    List<String> run() throws IOException {
        for (Page.Block block : page.blocks("yaml")) {
            Files.writeString(folder.resolve(block.lines().get(0).substring(2)), block.text());
        }
        compile();
        for (Page.Block block : page.commands()) {
            for (String line : block.lines()) {
                if (!line.isBlank()) {
                    execute(line, block.language().equals("sh refused"));
                }
            }
        }
        return shown;
    }

    private void execute(String line, boolean isRefused) throws IOException {
        List<String> words = new ArrayList<>(WORD.matcher(line.replace("$CAIRN/../../", "")).results()
                .map(m -> m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3)).toList());
        String program = words.remove(0);
        int from = shown.size();
        int exit = switch (program) {
            case "cairn" -> cairn(words);
            case "java" -> java(words);
            default -> throw new AssertionError(page + ": no test knows how to run " + program);
        };
        if (exit != 0 != isRefused) {
            throw new AssertionError(page + ": `" + line + "` ended with " + exit + ":\n"
                    + String.join("\n", shown.subList(from, shown.size())));
        }
    }

    private int cairn(List<String> words) {
        List<String> args = new ArrayList<>(words.stream().map(this::inFolder).toList());
        String command = words.get(0);
        if (Cairn.takes(command, "--dir")) {
            args.addAll(List.of("--dir", folder.resolve("checkpoints").toString()));
        }
        if (command.equals("lab") && words.size() > 1) {
            args.addAll(List.of("--quick", "--out", folder.resolve("lab").toString()));
        }
        Cairn.Result result = Cairn.shown(args.toArray(String[]::new));
        show(result.out());
        return result.exit();
    }

    /** The name of a file of the lesson, as a path in the folder. */
    private String inFolder(String word) {
        return word.matches("(checkpoints|lab)/.*|[\\w-]+\\.(yaml|svg|csv|safetensors)") ? folder.resolve(word).toString() : word;
    }

    private int java(List<String> words) throws IOException {
        int at = 0;
        while (!words.get(at).endsWith(".java")) {
            at++;
        }
        String name = words.get(at).replace(".java", "");
        String[] args = words.subList(at + 1, words.size()).stream().map(this::inFolder).toArray(String[]::new);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (URLClassLoader classes = new URLClassLoader(new URL[] {folder.resolve("classes").toUri().toURL()});
                PrintStream caught = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            System.setOut(caught);
            Method main = classes.loadClass(name).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) args);
            return 0;
        } catch (InvocationTargetException e) {
            throw new AssertionError(page + ": " + name + " fails", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(page + ": " + name + " cannot be run", e);
        } finally {
            System.setOut(before);
            show(out.toString(StandardCharsets.UTF_8));
        }
    }

    private void compile() throws IOException {
        List<String> args = new ArrayList<>(List.of("-d", folder.resolve("classes").toString(), "-cp",
                System.getProperty("java.class.path"), "-proc:none", "-Xlint:all,-path,-processing", "-Werror"));
        for (Page.Block block : page.blocks("java")) {
            Path file = folder.resolve(block.className() + ".java");
            Files.writeString(file, block.text());
            args.add(file.toString());
        }
        if (page.blocks("java").isEmpty()) {
            return;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        if (compiler.run(null, messages, messages, args.toArray(String[]::new)) != 0) {
            throw new AssertionError(page + " does not compile:\n" + messages.toString(StandardCharsets.UTF_8));
        }
    }

    private void show(String text) {
        String plain = text.replace(" --dir " + folder.resolve("checkpoints"), "").replaceAll(Matcher.quoteReplacement(folder + "/"), "");
        shown.addAll(Arrays.asList(plain.split("\n")));
    }
}

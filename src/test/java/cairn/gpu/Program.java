package cairn.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program to be started.
 *
 * @param environment what differs in it from this process's: values, or nothing for what is taken away
 * @param folder that it works in; this process's, if it is empty
 */
record Program(List<String> words, Map<String, Optional<String>> environment, Optional<Path> folder) {
    /** Options for the JVM, as the launcher takes them. */
    private static final String OPTIONS = "CAIRN_OPTS";
    private static final String HOME = "cairn.home";
    private static final List<String> QUIET = List.of("-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0");

    /** A command of Cairn, with the JVM's options that the launcher has for one that trains. */
    static Program cairn(String... words) {
        return java(List.of("-XX:MaxNewSize=8m"), "cairn.cli.Main", words);
    }

    /** A class that is run with this process's class path, and the options that a user gives. */
    static Program java(List<String> options, String main, String... words) {
        String given = Optional.ofNullable(System.getenv(OPTIONS)).orElse("").strip();
        List<String> all = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        all.addAll(options);
        all.addAll(QUIET);
        Optional.ofNullable(System.getProperty(HOME)).ifPresent(home -> all.add("-D" + HOME + "=" + home));
        all.addAll(given.isEmpty() ? List.of() : List.of(given.split("\\s+")));
        all.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        all.addAll(List.of(words));
        return new Program(all, Map.of(), Optional.empty());
    }

    static Program of(String... words) {
        return new Program(List.of(words), Map.of(), Optional.empty());
    }

    Program with(String variable, String value) {
        return changed(variable, Optional.of(value));
    }

    /** Without a variable that this process has. */
    Program without(String variable) {
        return changed(variable, Optional.empty());
    }

    private Program changed(String variable, Optional<String> value) {
        Map<String, Optional<String>> more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        return new Program(words, more, folder);
    }

    Program in(Path place) {
        return new Program(words, environment, Optional.of(place));
    }

    /** The same on the processor, whatever the others compute on, and without what a user says of Cairn's devices. */
    Program onProcessor() {
        List<String> without = words.stream().filter(w -> !w.startsWith("-Dcairn.") || w.startsWith("-D" + HOME)).toList();
        return new Program(without, environment, folder).with("CAIRN_BACKEND", "cpu");
    }

    ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(words);
        environment.forEach((name, value) -> value.ifPresentOrElse(v -> builder.environment().put(name, v), () -> builder.environment().remove(name)));
        folder.ifPresent(f -> builder.directory(f.toFile()));
        return builder;
    }

    /** As somebody would type it, without the class path. */
    @Override
    public String toString() {
        int path = words.indexOf("-cp");
        return String.join(" ", path < 0 ? words : Stream.concat(words.subList(0, path).stream(), words.subList(path + 2, words.size()).stream()).toList());
    }
}

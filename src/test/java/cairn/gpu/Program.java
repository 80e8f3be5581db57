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
 * @param environment changes to the environment variables of this process: a new value, or empty to remove the variable
 * @param folder its working directory; if empty, that of this process
 */
record Program(List<String> words, Map<String, Optional<String>> environment, Optional<Path> folder) {
    /** The environment variable with JVM options, as for the launcher. */
    private static final String OPTIONS = "CAIRN_OPTS";
    private static final String HOME = "cairn.home";
    private static final List<String> QUIET = List.of("-Dorg.nd4j.log.initialization=false", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0");

    /** A command of Cairn, with the JVM options of the launcher for commands that train. */
    static Program cairn(String... words) {
        return java(List.of("-XX:MaxNewSize=8m"), "cairn.cli.Main", words);
    }

    /** A class with the class path of this process and the JVM options of the user. */
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

    Program in(Path folder) {
        return new Program(words, environment, Optional.of(folder));
    }

    /** This program on the CPU, whichever device the user chose. */
    Program onCpu() {
        List<String> without = words.stream().filter(w -> !w.startsWith("-Dcairn.") || w.startsWith("-D" + HOME)).toList();
        return new Program(without, environment, folder).with("CAIRN_BACKEND", "cpu");
    }

    ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(words);
        environment.forEach((name, value) -> value.ifPresentOrElse(v -> builder.environment().put(name, v), () -> builder.environment()
                .remove(name)));
        folder.ifPresent(f -> builder.directory(f.toFile()));
        return builder;
    }

    /** As a user would type it, without the class path. */
    @Override
    public String toString() {
        int path = words.indexOf("-cp");
        return String.join(" ", path < 0 ? words : Stream.concat(words.subList(0, path).stream(), words.subList(path + 2, words.size())
                .stream()).toList());
    }
}

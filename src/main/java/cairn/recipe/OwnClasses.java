package cairn.recipe;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * The {@link ComponentProvider}s of users: those on the class path, and those in the folders and jars that the environment variable
 * {@code CAIRN_CLASSPATH} names. The launcher puts these on the class path itself; a program that is started in another way finds them
 * here.
 */
final class OwnClasses {
    static final String VARIABLE = "CAIRN_CLASSPATH";
    private static final String PLACES = System.getenv(VARIABLE) == null ? "" : System.getenv(VARIABLE);
    /** One for the process: a class that two loaders load is two classes. */
    private static final ClassLoader LOADER = loader(PLACES);

    private OwnClasses() {
    }

    /**
     * Every provider, once.
     *
     * @throws IllegalArgumentException if one cannot be loaded
     */
    static List<ComponentProvider> providers() {
        Map<Class<?>, ComponentProvider> all = new LinkedHashMap<>();
        try {
            Stream.of(ServiceLoader.load(ComponentProvider.class), ServiceLoader.load(ComponentProvider.class, LOADER))
                    .forEach(each -> each.forEach(provider -> all.putIfAbsent(provider.getClass(), provider)));
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new IllegalArgumentException("cannot load a provider of components: " + e.getMessage()
                    + (e.getCause() == null ? "" : " (" + e.getCause() + ")") + ". Its class, the file META-INF/services/"
                    + ComponentProvider.class.getName() + " and what they need must be on the class path" + places() + ", for Java "
                    + Runtime.version().feature() + " or older", e);
        }
        return List.copyOf(all.values());
    }

    /**
     * The components of a provider.
     *
     * @throws IllegalArgumentException if the provider fails, naming it
     */
    static List<Component> components(ComponentProvider provider) {
        try {
            return List.copyOf(provider.components());
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalArgumentException("the provider " + provider.getClass().getName() + " cannot give its components: "
                    + (e.getMessage() == null ? e.toString() : e.getMessage()), e);
        }
    }

    /** What to do about a name that no class has: how a class of a user gets it. */
    static String advice(String role) {
        return "a " + role + " of your own needs its class, and a " + ComponentProvider.class.getName() + " that names it, on the class path: "
                + VARIABLE + " adds folders and jars to it" + places();
    }

    private static String places() {
        List<String> missing = entries(PLACES).stream().filter(entry -> !entry.endsWith("*") && !exists(entry)).toList();
        return PLACES.isBlank() ? "" : "; it is " + PLACES + (missing.isEmpty() ? "" : ", and there is nothing at "
                + String.join(" and ", missing));
    }

    private static boolean exists(String entry) {
        try {
            return Files.exists(Path.of(entry));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static List<String> entries(String places) {
        return Stream.of(places.split(File.pathSeparator)).filter(entry -> !entry.isBlank()).toList();
    }

    private static ClassLoader loader(String places) {
        ClassLoader cairn = OwnClasses.class.getClassLoader();
        List<URL> urls = new ArrayList<>();
        for (String entry : entries(places)) {
            for (File each : entry.endsWith("*") ? jars(entry) : List.of(new File(entry))) {
                try {
                    urls.add(each.getAbsoluteFile().toURI().toURL());
                } catch (MalformedURLException e) {
                    throw new IllegalStateException("the path of a file is a URL", e);
                }
            }
        }
        return urls.isEmpty() ? cairn : new URLClassLoader(urls.toArray(URL[]::new), cairn);
    }

    /** As Java reads {@code folder/*}: every jar in the folder. */
    private static List<File> jars(String entry) {
        File[] found = new File(entry.length() == 1 ? "." : entry.substring(0, entry.length() - 1))
                .listFiles((folder, name) -> name.endsWith(".jar") || name.endsWith(".JAR"));
        return found == null ? List.of() : Stream.of(found).sorted().toList();
    }
}

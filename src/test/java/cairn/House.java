package cairn;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The packages of Cairn and which of them uses which, read from the compiled classes; their sizes, read from the sources.
 *
 * @param packages by name without {@code cairn.}
 */
record House(Map<String, Room> packages) {

    /** The three parts of the house. */
    enum Part {
        KERNEL("kernel", Set.of("state", "random", "tensor", "nn", "optim")),
        PRODUCT("product", Set.of()),
        LABORATORY("laboratory", Set.of("lab", "chart"));

        final String title;
        final Set<String> groups;

        Part(String title, Set<String> groups) {
            this.title = title;
            this.groups = groups;
        }

        /** The part of a package or group of packages; what is in no other is product. */
        static Part of(String name) {
            return Stream.of(values()).filter(p -> p.groups.contains(group(name))).findFirst().orElse(PRODUCT);
        }
    }

    /**
     * A package.
     *
     * @param uses the packages that its classes use
     */
    record Room(String name, int files, int lines, Set<String> uses) {
    }

    static JavaClasses classes() {
        return new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("cairn");
    }

    static House read() throws IOException {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass c : classes()) {
            Set<String> used = uses.computeIfAbsent(name(c.getPackageName()), n -> new TreeSet<>());
            c.getDirectDependenciesFromSelf().stream().map(d -> d.getTargetClass().getPackageName())
                    .filter(p -> p.startsWith("cairn.") && !p.equals(c.getPackageName())).forEach(p -> used.add(name(p)));
        }
        Map<String, Room> rooms = new TreeMap<>();
        for (Map.Entry<String, Set<String>> e : uses.entrySet()) {
            int files = 0;
            int lines = 0;
            try (Stream<Path> all = Files.list(Path.of("src/main/java/cairn", e.getKey().split("\\.")))) {
                for (Path file : all.filter(f -> f.toString().endsWith(".java")).toList()) {
                    files++;
                    lines += Files.readAllLines(file).size();
                }
            }
            rooms.put(e.getKey(), new Room(e.getKey(), files, lines, e.getValue()));
        }
        return new House(rooms);
    }

    private static String name(String packageName) {
        return packageName.substring("cairn.".length());
    }

    /** {@code train.device} belongs to the group {@code train}. */
    static String group(String name) {
        return name.replaceAll("[.].*", "");
    }

    /** Which group uses which, without the arrows that follow from others. */
    Map<String, Set<String>> arrows() {
        Map<String, Set<String>> all = new TreeMap<>();
        packages.forEach((name, room) -> {
            Set<String> used = all.computeIfAbsent(group(name), n -> new TreeSet<>());
            room.uses().stream().map(House::group).filter(g -> !g.equals(group(name))).forEach(used::add);
        });
        Map<String, Set<String>> reduced = new TreeMap<>();
        all.forEach((from, used) -> {
            Set<String> direct = new TreeSet<>(used);
            used.forEach(by -> direct.removeAll(reachable(all, by)));
            reduced.put(from, direct);
        });
        return reduced;
    }

    private static Set<String> reachable(Map<String, Set<String>> arrows, String from) {
        Set<String> reached = new TreeSet<>(arrows.get(from));
        arrows.get(from).forEach(to -> reached.addAll(reachable(arrows, to)));
        return reached;
    }

    /** The packages of a group in such an order that each uses only packages after it. */
    List<Room> roomsOf(String group) {
        List<Room> left = new ArrayList<>(packages.values().stream().filter(r -> group(r.name()).equals(group)).toList());
        List<Room> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Room next = left.stream().filter(r -> left.stream().noneMatch(other -> other.uses().contains(r.name())))
                    .min(Comparator.comparing(Room::name)).orElseThrow(() -> new IllegalStateException("a circle in " + group));
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    /** The sizes of the three parts, as a table in Markdown. */
    String table() {
        StringBuilder table = new StringBuilder("| part | packages | files | lines |\n|---|--:|--:|--:|\n");
        for (Part part : Part.values()) {
            List<Room> rooms = roomsOf(part);
            table.append("| ").append(part.title).append(" | ").append(rooms.size()).append(" | ")
                    .append(rooms.stream().mapToInt(Room::files).sum())
                    .append(" | ").append(thousands(lines(part))).append(" |\n");
        }
        return table.toString();
    }

    List<Room> roomsOf(Part part) {
        return packages.values().stream().filter(r -> Part.of(r.name()) == part).toList();
    }

    int lines(Part part) {
        return roomsOf(part).stream().mapToInt(Room::lines).sum();
    }

    /** {@code 1.2k}: rounded, so that not every new line makes a new picture. */
    static String thousands(int lines) {
        return String.format(Locale.ROOT, "%.1fk", lines / 1000.0);
    }
}

package cairn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of control groups, as Linux has them, in a folder of their own. */
class ContainerMemoryTest {
    @TempDir
    private Path root;

    private Path group(String path, String limit, String used, String... stat) throws IOException {
        Path group = Files.createDirectories(root.resolve(path));
        boolean isFirst = path.startsWith("memory");
        Files.writeString(group.resolve(isFirst ? "memory.limit_in_bytes" : "memory.max"), limit + "\n");
        Files.writeString(group.resolve(isFirst ? "memory.usage_in_bytes" : "memory.current"), used + "\n");
        Files.writeString(group.resolve("memory.stat"), String.join("\n", stat) + "\n");
        return group;
    }

    private ContainerMemory own(String... lines) throws IOException {
        return new ContainerMemory(root, Files.writeString(root.resolve("own"), String.join("\n", lines) + "\n"));
    }

    @Test
    void withoutALimitNothingIsSaid() throws IOException {
        assertThat(own("0::/").free()).isEmpty();
        group("", "max", "1000");
        assertThat(own("0::/").free()).isEmpty();
        group("memory", "9223372036854771712", "1000");
        assertThat(own("9:name=systemd:/", "4:memory:/").free()).isEmpty();
        assertThat(new ContainerMemory(root.resolve("none"), root.resolve("none")).free()).isEmpty();
        assertThat(ContainerMemory.here().free().orElse(1)).isPositive();
    }

    /** Pages of files, active or not, and what else the kernel gives back are free. */
    @Test
    void theLimitLessWhatIsUsedAndCannotBeGivenBack() throws IOException {
        group("", "10000", "9000", "anon 500", "file 8000", "inactive_file 1000", "active_file 7000", "slab_reclaimable 300");
        assertThat(own("0::/").free()).hasValue(9300);
        group("memory", "5000", "4000", "cache 3000", "inactive_file 1", "total_inactive_file 1000", "total_active_file 2000");
        assertThat(own("2:cpu,memory:/").free()).hasValue(4000);
    }

    /** A service or a job lies in groups of groups, each of which may have a limit; in a container the path may lead to nothing. */
    @Test
    void theTightestLimitOnTheWayCounts() throws IOException {
        group("a", "5000", "1000");
        group("a/b", "max", "900");
        group("a/b/c", "9000", "800");
        assertThat(own("0::/a/b/c").free()).hasValue(4000);
        group("a/b/c", "900", "800");
        assertThat(own("0::/a/b/c").free()).hasValue(100);
        group("", "700", "650");
        assertThat(own("0::/a/b/c").free()).hasValue(50);
        assertThat(own("0::/docker/of-another-namespace").free()).hasValue(50);
        assertThat(own("0::/../../x").free()).hasValue(50);
        group("a/b/c", "900", "1200");
        assertThat(own("0::/a/b/c").free()).hasValue(0);
    }
}

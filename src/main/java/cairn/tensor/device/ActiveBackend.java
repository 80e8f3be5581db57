package cairn.tensor.device;

import cairn.machine.BackendChoice;
import cairn.machine.Build;
import cairn.machine.Gpus;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.nd4j.common.config.ND4JClassLoading;

/**
 * The choice that this process made. ND4J takes the first backend that it finds, so the other one is kept out of its sight.
 */
public final class ActiveBackend {
    private static final BackendChoice MADE = make();

    private ActiveBackend() {
    }

    /** The choice; made once, when something is about to compute. */
    public static BackendChoice made() {
        return MADE;
    }

    private static BackendChoice make() {
        Build build = Build.here();
        BackendChoice.Wish wish = BackendChoice.Wish.here();
        BackendChoice choice = BackendChoice.of(build, wish, wish == BackendChoice.Wish.CPU || wish == BackendChoice.Wish.SIMULATED_GPU ? new Gpus(List.of(), "") : Gpus.here());
        if (build != Build.CPU) {
            ND4JClassLoading.setNd4jClassloader(new OneBackend(ActiveBackend.class.getClassLoader(), choice.isOnCard()));
        }
        return choice;
    }

    /** Shows ND4J the services of one of its two backends. */
    private static final class OneBackend extends ClassLoader {
        private static final String SERVICE = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";
        private final boolean isCuda;

        OneBackend(ClassLoader parent, boolean isCuda) {
            super(parent);
            this.isCuda = isCuda;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            Enumeration<URL> all = super.getResources(name);
            return name.equals(SERVICE) ? Collections.enumeration(Collections.list(all).stream()
                    .filter(url -> url.toString().contains("nd4j-cuda") == isCuda).toList()) : all;
        }
    }
}

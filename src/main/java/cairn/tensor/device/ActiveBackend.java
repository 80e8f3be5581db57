package cairn.tensor.device;

import cairn.machine.BackendChoice;
import cairn.machine.Build;
import cairn.machine.Gpus;
import cairn.machine.LibraryFolder;
import cairn.machine.Unpacking;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;

/** The backend that this process has chosen. ND4J takes the first backend that it finds, so the other one is hidden from it. */
public final class ActiveBackend {
    /**
     * What JavaCPP and ND4J read when they are loaded: they print nothing, and do not ask the system at each allocation how much memory the
     * process has, which would take a large part of a short step.
     */
    private static final Map<String, String> PROPERTIES = Map.of("org.nd4j.log.initialization", "false",
            "org.bytedeco.javacpp.maxphysicalbytes", "0");

    /** What loads ND4J while something else is done; nothing until it has begun. */
    private static final AtomicReference<FutureTask<Void>> AHEAD = new AtomicReference<>();

    private ActiveBackend() {
    }

    /** Made when it is first asked for. */
    private static final class Chosen {
        private static final Unpacking UNPACKING = unpacking();
        private static final WaitingThreads WAITING = waiting();
        private static final BackendChoice MADE = make();
    }

    /** The choice; it is made once, before anything computes. */
    public static BackendChoice made() {
        awaitLibraries();
        return Chosen.MADE;
    }

    /** Where the native libraries are unpacked, which ends when all of them are loaded. */
    static Unpacking libraries() {
        awaitLibraries();
        return Chosen.UNPACKING;
    }

    /** The variables that this process has set for its native libraries. */
    static Map<String, String> addedVariables() {
        awaitLibraries();
        return Chosen.WAITING.added();
    }

    /**
     * Begins to load ND4J, which takes a third of a second, on a thread of its own, and returns at once. Whoever asks for the choice waits
     * until it is done. So no two threads ever load ND4J, and what fails is thrown where it would have been. A GPU is left to the thread
     * that computes.
     */
    public static void loadAhead() {
        FutureTask<Void> task = new FutureTask<>(() -> {
            if (!Chosen.MADE.isOnGpu()) {
                Nd4j.getExecutioner();
            }
            return null;
        });
        if (AHEAD.compareAndSet(null, task)) {
            Thread thread = new Thread(task, "native libraries");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void awaitLibraries() {
        FutureTask<Void> task = AHEAD.get();
        if (task == null) {
            return;
        }
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    // As if this thread loaded the libraries, which nothing interrupts.
                    isInterrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Unpacking unpacking() {
        Threads.requireNumber(System.getenv());
        PROPERTIES.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        return LibraryFolder.settle();
    }

    /** After the folder is chosen, because this loads JavaCPP's own library. */
    private static WaitingThreads waiting() {
        WaitingThreads waiting = WaitingThreads.settle(System.getenv());
        waiting.problem().ifPresent(problem -> System.getLogger("cairn").log(System.Logger.Level.WARNING, problem));
        return waiting;
    }

    private static BackendChoice make() {
        Build build = Build.here();
        BackendChoice.Wish wish = BackendChoice.Wish.here();
        boolean needsNone = wish == BackendChoice.Wish.CPU || wish == BackendChoice.Wish.SIMULATED_GPU;
        BackendChoice choice = BackendChoice.of(build, wish, needsNone ? new Gpus(List.of(), "") : Gpus.here());
        if (build != Build.CPU) {
            ND4JClassLoading.setNd4jClassloader(new OneBackend(ActiveBackend.class.getClassLoader(), choice.isOnGpu()));
        }
        return choice;
    }

    /** Shows ND4J only one of its two backends. */
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

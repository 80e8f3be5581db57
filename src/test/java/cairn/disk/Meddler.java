package cairn.disk;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk on which, before one of the operations of its user, another program does something. Not between a question whether a lock is
 * held and the operation that follows it: what happens within these microseconds cannot be known. Nothing is forced, because here no
 * power fails.
 */
public final class Meddler {
    /** What the other program does. */
    public interface Meddling {
        void happen() throws IOException;
    }

    private final Disk disk;
    private final List<Integer> chances = new ArrayList<>();
    private int operations;
    private int at = Integer.MAX_VALUE;
    private Meddling meddling = () -> { };
    private boolean hasHappened;
    private boolean hasJustAsked;

    public Meddler(Disk meddledWith) {
        disk = watched(Disk.class, meddledWith);
    }

    public Disk disk() {
        return disk;
    }

    /** Before operation {@code number}, counted from now on, the other program does it. */
    public void before(int number, Meddling what) {
        operations = 0;
        chances.clear();
        at = number;
        meddling = what;
    }

    public boolean hasHappened() {
        return hasHappened;
    }

    /** The operations since {@link #before}, counted from 1, before which something can happen. */
    public List<Integer> chances() {
        return List.copyOf(chances);
    }

    private <T> T watched(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (!method.getName().equals("close")) {
                operations++;
                if (!hasJustAsked) {
                    chances.add(operations);
                    if (operations == at) {
                        hasHappened = true;
                        meddling.happen();
                    }
                }
                hasJustAsked = method.getName().equals("requireHeld");
            }
            if (method.getName().startsWith("force")) {
                return method.getReturnType() == boolean.class ? true : null;
            }
            try {
                Object result = method.invoke(target, arguments);
                return result instanceof Disk.Lock lock ? watched(Disk.Lock.class, lock)
                        : result instanceof Disk.Appended appended ? watched(Disk.Appended.class, appended)
                        : result instanceof Disk.NewFile created ? watched(Disk.NewFile.class, created)
                        : result instanceof Disk.Input input ? watched(Disk.Input.class, input) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}

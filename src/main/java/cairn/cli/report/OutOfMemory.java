package cairn.cli.report;

import cairn.state.MemoryException;
import cairn.state.ProcessMemory;
import cairn.words.ByteSize;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a user reads where memory ran out: which memory, and what makes it larger, or the need smaller. */
final class OutOfMemory {
    private static final String OPTIONS = "CAIRN_OPTS=";

    private OutOfMemory() {
    }

    static String message(OutOfMemoryError error) {
        String why = String.valueOf(error.getMessage());
        String text = all(error).toLowerCase(Locale.ROOT);
        String heap = ByteSize.text(ProcessMemory.heap());
        String more = OPTIONS + "-Xmx" + MemoryException.twice(ProcessMemory.heap());
        Map<String, String> messages = new LinkedHashMap<>();
        messages.put("java heap space", "out of memory: Java's heap of " + heap + " is too small (" + why + ")\nGive it more: " + more);
        messages.put("gc overhead", messages.get("java heap space"));
        messages.put("array size", "out of memory: something is larger than an array of Java can be (" + why + ")\nA smaller one is needed; more"
                + " memory does not help.");
        messages.put("direct buffer memory", "out of memory: Java may use no more than " + ByteSize.text(ProcessMemory.offHeap())
                + " off its heap (" + why + ")\nAllow more: " + OPTIONS + "-XX:MaxDirectMemorySize=" + MemoryException.twice(ProcessMemory.offHeap()));
        messages.put("maxphysicalbytes", "out of memory: this process may have no more memory of the machine (" + why + ")\nTake the limit away: "
                + OPTIONS + "-Dorg.bytedeco.javacpp.maxphysicalbytes=0, or start Cairn by its launcher, which sets none.");
        messages.put("maxbytes", "out of memory: arrays may take no more than " + heap + " (" + why + ")\nAllow more: " + OPTIONS
                + "-Dorg.bytedeco.javacpp.maxbytes=" + MemoryException.twice(ProcessMemory.heap()));
        messages.put("metaspace", "out of memory: Java's memory for classes is too small (" + why + ")\nTake the option -XX:MaxMetaspaceSize away,"
                + " or make it larger.");
        messages.put("thread", "no more threads can be made (" + why + ")\nSet OMP_NUM_THREADS to fewer, or allow more (ulimit -u).");
        return messages.keySet().stream().filter(text::contains).findFirst().map(messages::get).orElse("out of memory of this machine (" + why
                + ")\nFree some, or use a machine with more. In training, smaller batches (data.batch-size) need less, and so does a smaller model.");
    }

    /** The messages of the error and of its causes: the cause of the array library's own says which limit was met. */
    private static String all(Throwable error) {
        return error == null ? "" : error.getMessage() + "\n" + all(error.getCause());
    }
}

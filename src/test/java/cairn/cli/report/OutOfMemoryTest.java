package cairn.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory that is too small, and what helps. */
class OutOfMemoryTest {

    @ParameterizedTest
    @CsvSource({"Java heap space, Java's heap of, CAIRN_OPTS=-Xmx", "GC overhead limit exceeded, Java's heap of, CAIRN_OPTS=-Xmx",
        "'Cannot reserve 10 bytes of direct buffer memory (allocated: 1, limit: 2)', off its heap, CAIRN_OPTS=-XX:MaxDirectMemorySize=",
        "Direct buffer memory, off its heap, CAIRN_OPTS=-XX:MaxDirectMemorySize=",
        "Failed to allocate memory within limits: totalBytes (1) + 2 > maxBytes (2), arrays may take, CAIRN_OPTS=-Dorg.bytedeco.javacpp.maxbytes=",
        "Physical memory usage is too high: physicalBytes (143M) > maxPhysicalBytes (128M), memory of the machine, javacpp.maxphysicalbytes=0",
        "Metaspace, memory for classes, -XX:MaxMetaspaceSize", "unable to create native thread, no more threads, OMP_NUM_THREADS",
        "Requested array size exceeds VM limit, larger than an array, smaller one"})
    void eachHasItsNameAndItsAdvice(String message, String memory, String advice) {
        Failure failure = Failure.of(new OutOfMemoryError(message));
        assertThat(failure.message()).contains(memory).contains(advice).contains("(" + message + ")").doesNotContain("batches");
    }

    @Test
    void theCauseSaysWhichLimitOfTheArrayLibraryWasMet() {
        OutOfMemoryError error = new OutOfMemoryError("Cannot allocate new FloatPointer(9)");
        error.initCause(new OutOfMemoryError("Failed to allocate memory within limits: totalBytes (1) + 2 > maxBytes (2)"));
        assertThat(Failure.of(error).message()).contains("javacpp.maxbytes");
    }

    @Test
    void smallerBatchesHelpWhereTheMachineIsTooSmall() {
        assertThat(Failure.of(new OutOfMemoryError("allocation failed")).message()).contains("of this machine").contains("data.batch-size");
    }
}

package cairn.bench.jmh;

import cairn.bench.peers.Work;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Whole steps of training, including the assembly and the copy of batches. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Steps {
    /** The name of the training. */
    @Param({"tiny", "mlp", "cnn"})
    public String work;

    private Trainer trainer;

    /** Makes the training. */
    @Setup
    public void begin() throws IOException {
        trainer = Trainer.fresh(Work.named(work).parsed());
    }

    /** One step. */
    @Benchmark
    public double run() {
        return trainer.step().loss();
    }

    /** Ends it. */
    @TearDown
    public void end() {
        trainer.close();
    }
}
